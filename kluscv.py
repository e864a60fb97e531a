"""The command line: composes the services, nothing else imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group


def _demo(commands: typer.Typer) -> None:
    from demo.cli import demo

    commands.command("demo")(demo)


def _bench(commands: typer.Typer) -> None:
    from demo.bench import bench

    commands.command("bench")(bench)


def _verify(commands: typer.Typer) -> None:
    from verifier.cli import VerifyCommand, verify

    commands.command("verify", cls=VerifyCommand)(verify)


def _conformance(commands: typer.Typer) -> None:
    from verifier.cli import VerifyCommand
    from verifier.conformance import conformance

    commands.command("conformance", cls=VerifyCommand)(conformance)


def _issuer(commands: typer.Typer) -> None:
    from issuer.cli import app

    commands.add_typer(app, name="issuer")


def _wallet(commands: typer.Typer) -> None:
    from wallet.cli import app

    commands.add_typer(app, name="wallet")


def _verifier(commands: typer.Typer) -> None:
    from verifier.cli import app

    commands.add_typer(app, name="verifier")


def _trust(commands: typer.Typer) -> None:
    from verifier.steward import app

    commands.add_typer(app, name="trust")


_COMMANDS: Final[Mapping[str, Callable[[typer.Typer], None]]] = {
    "demo": _demo,
    "verify": _verify,
    "conformance": _conformance,
    "issuer": _issuer,
    "wallet": _wallet,
    "verifier": _verifier,
    "trust": _trust,
    "bench": _bench,
}
# Named rather than imported: whoever verifies needs neither library.
_SETTINGS: Final = ("pydantic_core", "pydantic_settings")
_USAGE: Final = 64


class _Commands(TyperGroup):
    """Imports a command when it is asked for: whoever verifies does not wait for the wallet's PDF writer."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the group's signature
        """Name every command, in the order of the story."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the group's signature
        """Import one command; None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        commands = typer.Typer()
        _COMMANDS[cmd_name](commands)
        return get_group(commands).commands[cmd_name]


app = typer.Typer(
    name="kluscv",
    cls=_Commands,
    help="KlusCV: portable, verifiable work history. Platforms issue, workers hold, employers verify.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _kluscv() -> None:
    """Stand above the commands, which join when they are asked for."""


def main() -> None:
    """Run `kluscv`; a setting that is wrong ends in its message."""
    try:
        app()
    except ValueError as error:
        if not type(error).__module__.startswith(_SETTINGS):
            raise
        typer.echo(f"settings: {error}", err=True)
        raise SystemExit(_USAGE) from error


if __name__ == "__main__":
    main()
