"""`kluscv conformance`: a platform checks its own output against the standard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from standard.conformance import (
    Finding,
    Standing,
    check_authorization_server,
    check_copy,
    check_did_document,
    check_metadata,
    check_served_documents,
    check_status_lists,
    check_suspension_list,
)
from standard.errors import KlusCVError, ResolutionError
from standard.fetch import Fetcher
from standard.openid4vci import issuer_metadata_url
from standard.resolution import (
    ChainResolver,
    FolderResolver,
    NetworkResolver,
    Resolver,
    SelfContainedResolver,
)
from standard.trust import TrustRoot, read_root
from verifier.settings import VerifierSettings

BROKEN: Final = 1
OPEN: Final = 2
USAGE: Final = 64
_TIMEOUT_SECONDS: Final = 20.0
_LIMIT_BYTES: Final = 4 << 20
_LIMIT_STATUS_LISTS: Final = 100
_SUFFIXES: Final = frozenset({".json", ".sd-jwt", ".compact", ".jwt", ".txt", ".jsonld"})


def conformance(
    url_or_dir: Annotated[
        str, typer.Argument(metavar="URL_OR_DIR", help="a credential issuer's address, or a folder")
    ],
    documents: Annotated[
        Path | None, typer.Option(help="folder with DID documents and status lists", file_okay=False)
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(help="a trust root to go by; compact copies need one", dir_okay=False),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="never use the network")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Say by clause of the specification what in a platform's output breaks the standard.

    Exits with 0 when nothing does, 1 when something does, 2 when something could not be found out,
    64 when there is nothing to check.
    """
    try:
        roots = tuple(read_root(path.read_bytes()) for path in trust or ())
        findings, count = _check(url_or_dir, _resolver(url_or_dir, documents, offline=offline), roots)
    except (KlusCVError, OSError, ValueError) as error:
        typer.echo(json.dumps({"error": str(error)}) if as_json else str(error), err=not as_json)
        raise typer.Exit(USAGE) from error
    _print(findings, count, as_json=as_json)
    standings = {finding.standing for finding in findings}
    raise typer.Exit(BROKEN if Standing.BROKEN in standings else OPEN if standings else 0)


def _resolver(url_or_dir: str, documents: Path | None, *, offline: bool) -> Resolver:
    folders = [folder for folder in (documents, Path(url_or_dir)) if folder is not None and folder.is_dir()]
    near: list[Resolver] = [SelfContainedResolver(), *(FolderResolver(folder) for folder in folders)]
    if not offline:
        hosts = VerifierSettings().loopback_hosts
        fetcher = Fetcher(loopback_hosts=hosts, timeout_seconds=_TIMEOUT_SECONDS, limit_bytes=_LIMIT_BYTES)
        near.append(NetworkResolver(fetcher))
    return ChainResolver(*near)


def _check(url_or_dir: str, resolver: Resolver, roots: tuple[TrustRoot, ...]) -> tuple[list[Finding], int]:
    if url_or_dir.startswith(("https://", "http://")):
        return _check_issuer(url_or_dir.rstrip("/"), resolver)
    folder = Path(url_or_dir)
    if not folder.is_dir():
        raise NotADirectoryError(f"{url_or_dir} is not a folder")
    findings, count = [], 0
    for path, content in _files(folder):
        count += 1
        findings += _check_file(content, str(path.relative_to(folder)), resolver, roots)
    if not count:
        raise ValueError("the folder holds no credential and no DID document")
    return findings, count


def _check_issuer(address: str, resolver: Resolver) -> tuple[list[Finding], int]:
    metadata = resolver.resolve(issuer_metadata_url(address))
    findings = check_metadata(metadata, address)
    if not findings:
        findings += check_authorization_server(metadata, address, resolver)
    document = resolver.resolve(f"{address}/did.json")
    findings += check_did_document(document, f"{address}/did.json")
    lists, list_count = _check_lists(address, document, resolver)
    parts = urlsplit(address)
    copies, copy_count = check_served_documents(f"{parts.scheme}://{parts.netloc}", resolver)
    return [*findings, *lists, *copies], 3 + list_count + copy_count


def _check_lists(address: str, did_document: bytes, resolver: Resolver) -> tuple[list[Finding], int]:
    """Check the lists, which are numbered from 1: both shapes of each, and what is suspended."""
    findings, count, number = [], 0, 1
    while number == 1 or (number <= _LIMIT_STATUS_LISTS and _answers(resolver, f"{address}/status/{number}")):
        uri = f"{address}/status/{number}"
        findings += check_status_lists(did_document, uri, resolver)
        count += 2
        if _answers(resolver, f"{uri}/suspension"):
            findings += check_suspension_list(did_document, f"{uri}/suspension", resolver)
            count += 1
        number += 1
    return findings, count


def _answers(resolver: Resolver, address: str) -> bool:
    """Whether anything is to be had at an address."""
    try:
        resolver.resolve(address)
    except ResolutionError:
        return False
    return True


def _check_file(content: bytes, name: str, resolver: Resolver, roots: tuple[TrustRoot, ...]) -> list[Finding]:
    if b'"verificationMethod"' in content and b'"VerifiableCredential"' not in content:
        return check_did_document(content, name)
    return check_copy(content, name, now=datetime.now(UTC), resolver=resolver, trust_roots=roots)


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The credentials and DID documents under a folder; evidence of other kinds is only looked up."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix in _SUFFIXES:
            if path.stat().st_size > _LIMIT_BYTES:
                raise ResolutionError(f"{path.name} is larger than {_LIMIT_BYTES} bytes")
            content = path.read_bytes().strip()
            if not _is_evidence(content):
                yield path, content


def _is_evidence(content: bytes) -> bool:
    """Status lists, trust lists and roots, contexts, and links of offers are not copies."""
    marks = (b"StatusListCredential", b"TrustListCredential", b"KlusCVTrustRoot", b"KlusCVPresentation")
    if content.startswith(b"{"):
        has_kind = b'"VerifiableCredential"' in content or b'"verificationMethod"' in content
        return not has_kind or any(mark in content for mark in marks)
    return b"~" not in content and content.count(b".") == 2


def _print(findings: list[Finding], count: int, *, as_json: bool) -> None:
    if as_json:
        report = {"checked": count, "findings": [finding.as_json() for finding in findings]}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    for finding in sorted(findings, key=lambda finding: (finding.clause, finding.subject)):
        typer.echo(f"{finding.clause}  {finding.standing}  {finding.subject}: {finding.problem}")
    typer.echo(f"{count} checked, {len(findings)} found")
