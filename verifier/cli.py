"""The verifier's commands: the service itself, and `verify` for one file or text."""

from __future__ import annotations

import html
import json
import os
import sys
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperCommand

from standard.errors import KlusCVError
from standard.resolution import ChainResolver, FolderResolver, Resolver, SelfContainedResolver
from standard.trust import TrustRoot, read_root
from standard.verification import SEVEN_DAYS, Outcome, VerificationPolicy
from templates.environment import LOCALES, environment
from verifier.intake import UPLOAD_LIMIT_BYTES, ChildPool, IntakeError, read_file, read_stream
from verifier.judgement import Judgement, judge
from verifier.report import explain

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

EXIT_CODES: Final = {Outcome.VALID: 0, Outcome.INVALID: 1, Outcome.INDETERMINATE: 2}
EXIT_UNREADABLE: Final = 64
EXIT_FAULT: Final = 70
_EXIT_USAGE: Final = 2
_FILE_SUFFIXES: Final = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".webp", ".json", ".txt"})
_FETCH_SECONDS: Final = 6.0
_FETCH_LIMIT_BYTES: Final = 4_000_000
_ROOT_LIMIT_BYTES: Final = 100_000
_ANCHORS_LIMIT_BYTES: Final = 1_000_000

app = typer.Typer(help="The employer's pages and API.", no_args_is_help=True)


class VerifyCommand(TyperCommand):
    """A command whose usage errors exit with 64: the usual 2 would read as `indeterminate`."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the arguments."""
        try:
            return super().make_context(*args, **kwargs)
        except Exception as error:
            # Typer keeps its class of usage errors to itself; their exit code is what they are known by.
            if getattr(error, "exit_code", None) == _EXIT_USAGE:
                error.exit_code = EXIT_UNREADABLE  # type: ignore[attr-defined]
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run; Python would exit with 1 after a fault of ours, which reads as `invalid`."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            traceback.print_exc()
            raise typer.Exit(EXIT_FAULT) from error


@dataclass(frozen=True, slots=True)
class _Choices:
    """The options of `verify`, read."""

    trust_roots: tuple[TrustRoot, ...]
    x509_anchors: tuple[Certificate, ...]
    resolver: Resolver
    now: datetime


def verify(
    file_or_text: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_TEXT",
            help="PDF, PNG or JPEG, JSON, SD-JWT, compact or QR text; - reads a file from a pipe",
        ),
    ],
    trust: Annotated[
        list[Path] | None,
        typer.Option(help="a trust root to pin, the most trusted first; without one nothing is valid"),
    ] = None,
    anchors: Annotated[
        list[Path] | None,
        typer.Option(help="PEM file with authorities that may vouch, by x5c, for issuers on no list"),
    ] = None,
    documents: Annotated[
        Path | None, typer.Option(help="folder with DID documents, status and trust lists")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="never use the network")] = False,
    now: Annotated[
        str | None, typer.Option(metavar="ISO", help="judge at this moment, such as 2026-11-22T12:00:00Z")
    ] = None,
    lang: Annotated[str | None, typer.Option(help="language of the report: nl or en")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the report as JSON")] = False,
) -> None:
    """Verify a KlusCV or a single credential.

    Exits with 0 when it is valid, 1 when it is invalid, 2 when that cannot be decided, 64 when it
    cannot be read.
    """
    try:
        choices = _choices(trust or [], anchors or [], documents, offline=offline, now=now)
        judgement = _judge(_content(file_or_text), choices)
    except (KlusCVError, OSError, ValueError) as error:
        _stop(error, as_json=as_json, locale=_locale(lang))
    if as_json:
        typer.echo(json.dumps(judgement.json(), ensure_ascii=False, indent=2))
    else:
        typer.echo(_words(judgement, _locale(lang)))
    raise typer.Exit(EXIT_CODES[judgement.result.outcome])


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Serve the pages and the API; settings come from VERIFIER_… variables."""
    import uvicorn

    from verifier import database
    from verifier.app import create_app
    from verifier.settings import VerifierSettings

    settings = VerifierSettings()
    database.migrate(settings.resolved_database_url)
    uvicorn.run(
        create_app(settings), host=host or settings.host, port=port or settings.port, log_level="warning"
    )


@app.command()
def migrate(
    as_json: Annotated[bool, typer.Option("--json", help="print the result as JSON")] = False,
) -> None:
    """Bring the database to its newest shape; safe to repeat."""
    from verifier import database
    from verifier.settings import VerifierSettings

    database.migrate(VerifierSettings().resolved_database_url)
    typer.echo(json.dumps({"migrated": True}) if as_json else "The database is up to date.")


def _choices(
    trust: list[Path], anchors: list[Path], documents: Path | None, *, offline: bool, now: str | None
) -> _Choices:
    if documents is not None and not documents.is_dir():
        raise NotADirectoryError(f"{documents} is not a folder")
    moment = datetime.fromisoformat(now) if now else datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("--now needs a time zone, such as 2026-11-22T12:00:00Z")
    near: list[Resolver] = [SelfContainedResolver()]
    near += [FolderResolver(documents)] if documents else []
    near += [] if offline else [_network()]
    roots = tuple(read_root(read_file(path, limit_bytes=_ROOT_LIMIT_BYTES)) for path in trust)
    return _Choices(roots, _anchors(anchors) if anchors else (), ChainResolver(*near), moment)


def _anchors(paths: list[Path]) -> tuple[Certificate, ...]:
    # Loaded when it is asked for: most verifications meet no certificate.
    from standard.sd_jwt.certificates import read_anchors

    files = [read_file(path, limit_bytes=_ANCHORS_LIMIT_BYTES) for path in paths]
    return tuple(each for file in files for each in read_anchors(file))


def _network() -> Resolver:
    # Nobody who verifies offline waits for what only the network needs.
    from standard.fetch import Fetcher
    from standard.resolution import NetworkResolver
    from verifier.settings import VerifierSettings

    fetcher = Fetcher(
        loopback_hosts=VerifierSettings().loopback_hosts,
        timeout_seconds=_FETCH_SECONDS,
        limit_bytes=_FETCH_LIMIT_BYTES,
    )
    return NetworkResolver(fetcher)


def _content(file_or_text: str) -> bytes:
    """Read the file of that name, or take the text itself."""
    if file_or_text == "-":
        return read_stream(sys.stdin.buffer, limit_bytes=UPLOAD_LIMIT_BYTES)
    path = Path(file_or_text)
    if _names_something(path):
        return read_file(path)
    if path.suffix.lower() in _FILE_SUFFIXES:
        raise FileNotFoundError(f"there is no file {path.name}")
    return file_or_text.encode("utf-8", "surrogateescape")


def _names_something(path: Path) -> bool:
    """Text can be longer than a name may be, or hold what no name may hold: then it names nothing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _judge(data: bytes, choices: _Choices) -> Judgement:
    policy = VerificationPolicy(
        now=choices.now,
        trust_roots=choices.trust_roots,
        status_max_age=SEVEN_DAYS,
        expected_challenge=None,
        expected_domain=None,
        x509_anchors=choices.x509_anchors,
    )
    return judge(data, policy=policy, resolver=choices.resolver, pool=ChildPool(size=1))


def _words(judgement: Judgement, locale: str) -> str:
    template = environment(locale).get_template("verifier/report.txt")
    return _for_terminal(template.render(report=explain(judgement, locale)))


def _stop(error: Exception, *, as_json: bool, locale: str) -> NoReturn:
    """Say on standard error why nothing could be verified, and exit with 64."""
    code = error.code if isinstance(error, KlusCVError) else "usage"
    reason = error.reason.value if isinstance(error, IntakeError) else code
    if as_json:
        typer.echo(
            json.dumps({"outcome": "unreadable", "code": code, "reason": reason, "message": str(error)})
        )
    else:
        template = environment(locale).get_template("verifier/unreadable.txt")
        typer.echo(_for_terminal(template.render(reason=reason, message=str(error))), err=True)
    raise typer.Exit(EXIT_UNREADABLE)


def _for_terminal(escaped: str) -> str:
    """Undo the escaping for HTML, and disarm characters that would steer the terminal."""
    lines = html.unescape(escaped).strip().splitlines()
    return "\n".join(
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line) for line in lines
    )


def _locale(wish: str | None) -> str:
    """The language that was asked for, else the terminal's, else English."""
    spoken = wish or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return spoken[:2] if spoken[:2] in LOCALES else "en"
