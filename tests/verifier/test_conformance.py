"""`kluscv conformance` names the clause that a platform's output breaks."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Response
from typer.testing import CliRunner

from demo.servers import Address, free_address, running
from issuer.app import create_app
from issuer.migrations import upgrade
from issuer.observability import configure_logging
from issuer.settings import IssuerSettings
from kluscv import app
from standard import jws
from standard.conformance import Clause, check_did_document, check_status_lists
from standard.credentials import credential_document
from standard.dids import did_key
from standard.model import Form
from standard.proofs import add_proof
from standard.sd_jwt.type_metadata import integrity
from standard.status_list import StatusReference, bitstring_credential, new_bits
from tests.issuer.acting import add_organisation
from tests.standard.statements import new_id
from tests.world import RATING_HISTORY, WORK_HISTORY, MemoryResolver, World, make_world


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def output(world: World, tmp_path: Path) -> Path:
    """What a platform wrote: two copies of each form, and the evidence beside them."""
    platform = world.organisations[0]
    documents = tmp_path / "documents"
    documents.mkdir()
    for number, content in enumerate(platform.documents(datetime.now(UTC)).values()):
        (documents / f"{number}.json").write_bytes(content)
    for form, suffix in ((Form.EDDSA_RDFC, "json"), (Form.SD_JWT, "sd-jwt")):
        for statement in (WORK_HISTORY, RATING_HISTORY):
            copy = platform.issue(statement, form, world.holder)
            (tmp_path / f"{type(statement).__name__}.{suffix}").write_text(
                copy if isinstance(copy, str) else json.dumps(copy)
            )
    return tmp_path


def run(folder: Path) -> tuple[int, Any]:
    answer = CliRunner().invoke(app, ["conformance", str(folder), "--offline", "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def change(path: Path, edit: Callable[[Any], object]) -> None:
    document = json.loads(path.read_text())
    edit(document)
    path.write_text(json.dumps(document))


def test_sound_output_has_no_findings(output: Path) -> None:
    code, report = run(output)
    assert (code, report["findings"]) == (0, [])
    assert report["checked"] == 5


@pytest.mark.parametrize(
    "edit, clause",
    [
        (lambda document: document["credentialSubject"].update(salary="9"), "3"),
        (lambda document: document["credentialSubject"]["workTotals"].update(gigCount=1), "3"),
        (lambda document: document.update(validFrom="2026-11-21T00:00:00Z"), "6.1"),
        (lambda document: document.pop("proof"), "6.1"),
        (lambda document: document["proof"].update(proofPurpose="authentication"), "4"),
    ],
)
def test_a_changed_credential_breaks_its_clause(output: Path, edit: Any, clause: str) -> None:
    change(output / "WorkHistory.json", edit)
    code, report = run(output)
    assert code == 1
    broken = [found for found in report["findings"] if found["standing"] == "broken"]
    assert clause in {found["clause"] for found in broken}, report
    assert {found["subject"] for found in broken} == {"WorkHistory.json"}


def test_an_sd_jwt_with_another_signature_breaks_its_clause(output: Path) -> None:
    path = output / "RatingHistory.sd-jwt"
    head, _, rest = path.read_text().partition("~")
    path.write_text(f"{head[:-8]}AAAAAAAA~{rest}")
    code, report = run(output)
    assert code == 1 and {found["clause"] for found in report["findings"]} == {"6.2"}


def test_output_without_its_evidence_stays_open(output: Path) -> None:
    for path in (output / "documents").iterdir():
        path.unlink()
    code, report = run(output)
    assert code == 2 and {found["standing"] for found in report["findings"]} == {"open"}


def test_a_did_document_needs_both_kinds_of_keys(world: World) -> None:
    platform = world.organisations[0]
    document = json.loads(platform.documents(datetime.now(UTC))[platform.did])
    document["assertionMethod"] = document["assertionMethod"][:1]
    (finding,) = check_did_document(json.dumps(document).encode(), "did.json")
    assert finding.clause is Clause.KEYS and "P-256" in finding.problem


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"id": 4, "assertionMethod": [4]}'])
def test_a_did_document_that_is_none_breaks_the_clause_of_keys(document: bytes) -> None:
    assert {finding.clause for finding in check_did_document(document, "did.json")} == {Clause.KEYS}


def test_type_metadata_that_is_not_the_bundled_one_breaks_its_clause(world: World, output: Path) -> None:
    platform = world.organisations[0]
    own, _, disclosures = platform.issue(WORK_HISTORY, Form.SD_JWT, world.holder).partition("~")
    read = jws.parse(own)
    payload = {**read.payload, "vct#integrity": integrity(b"other words")}
    header = {name: value for name, value in read.header.items() if name != "alg"}
    signed = jws.sign(header, payload, platform.signer("P-256"))
    (output / "other.sd-jwt").write_text(f"{signed}~{disclosures}", encoding="utf-8")
    code, report = run(output)
    assert code == 1
    (found,) = report["findings"]
    assert (found["clause"], found["subject"]) == ("6.2.2", "other.sd-jwt")


def test_a_status_list_without_ttl_breaks_the_clause_of_status(world: World) -> None:
    platform = world.organisations[0]
    documents = platform.documents(datetime.now(UTC))
    uri = f"{platform.status_base}1"
    assert check_status_lists(documents[platform.did], uri, MemoryResolver(documents)) == []
    read = jws.parse(documents[f"{uri}/token"].decode())
    payload = {name: value for name, value in read.payload.items() if name != "ttl"}
    header = {name: value for name, value in read.header.items() if name != "alg"}
    documents[f"{uri}/token"] = jws.sign(header, payload, platform.signer("P-256")).encode()
    (finding,) = check_status_lists(documents[platform.did], uri, MemoryResolver(documents))
    assert finding.clause is Clause.STATUS and "ttl" in finding.problem


def test_nothing_to_check_is_a_usage_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["conformance", str(tmp_path), "--offline"]).exit_code == 64
    assert CliRunner().invoke(app, ["conformance", str(tmp_path / "none")]).exit_code == 64
    assert CliRunner().invoke(app, ["conformance"]).exit_code == 64


def test_every_clause_is_a_heading_of_the_specification() -> None:
    text = (Path(__file__).parents[2] / "standard/SPECIFICATION.md").read_text(encoding="utf-8")
    numbers = {line.split()[1].rstrip(".") for line in text.splitlines() if line.startswith("#")}
    assert {clause.value for clause in Clause} <= numbers


@dataclass
class Web:
    """An issuer in front of which a test can put other documents."""

    app: Any
    address: Address
    changed: dict[str, bytes] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        self.asked.add(path)
        answer = Response(self.changed[path]) if path in self.changed else self.app
        await answer(scope, receive, send)

    def read(self, path: str) -> bytes:
        return httpx.get(f"{self.address.url}{path}").content

    def run(self, slug: str = "vakhulp") -> tuple[int, Any]:
        answer = CliRunner().invoke(app, ["conformance", f"{self.address.url}/org/{slug}", "--json"])
        return answer.exit_code, json.loads(answer.stdout)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    configure_logging(logging.WARNING)
    address = free_address(0)
    issuer = create_app(IssuerSettings(data_dir=tmp_path / "issuer", base_url=address.url))
    upgrade(issuer.state.service.database)
    add_organisation(issuer.state.service, "vakhulp")
    monkeypatch.setenv("VERIFIER_LOOPBACK_HOSTS", json.dumps([address.host]))
    own = Web(issuer, address)
    with running(own, address):  # type: ignore[arg-type]
        yield own


def test_a_running_issuer_is_checked_at_its_address(web: Web) -> None:
    code, report = web.run()
    assert (code, report["findings"]) == (0, []), report
    assert {
        "/.well-known/openid-credential-issuer/org/vakhulp", "/.well-known/oauth-authorization-server",
        "/org/vakhulp/did.json", "/org/vakhulp/status/1", "/org/vakhulp/status/1/token",
        "/org/vakhulp/status/1/suspension", "/contexts/v1", "/schemas/work-history.json", "/vct/rating",
    } <= {path.removesuffix("/org/vakhulp") if "oauth" in path else path for path in web.asked}  # fmt: skip
    assert web.run("nobody")[0] == 64


@pytest.mark.parametrize(
    ("path", "content", "clause"),
    [
        ("/contexts/v1", b'{"@context": {}}', "3.7"),
        ("/schemas/rating.json", b"no JSON", "3"),
        ("/vct/work-history", b"{}", "6.2.2"),
        ("/org/vakhulp/status/1/suspension", b"{}", "5"),
        ("/org/vakhulp/status/2", b"{}", "5"),
    ],
)
def test_what_a_platform_serves_otherwise_breaks_its_clause(
    web: Web, path: str, content: bytes, clause: str
) -> None:
    web.changed[path] = content
    code, report = web.run()
    assert clause in {found["clause"] for found in report["findings"]}, report
    assert path in {found["subject"].removeprefix(web.address.url) for found in report["findings"]}
    assert code == 1


def test_the_metadata_of_the_authorization_server_is_checked(web: Web) -> None:
    web.run()
    (path,) = {path for path in web.asked if "oauth-authorization-server" in path}
    metadata = json.loads(web.read(path))
    web.changed[path] = json.dumps({**metadata, "issuer": "https://other.example"}).encode()
    code, report = web.run()
    (found,) = report["findings"]
    assert (code, found["clause"]) == (1, "6") and "authorization server" in found["problem"]


def test_the_list_that_a_credential_names_is_checked_whatever_its_number(world: World, output: Path) -> None:
    platform = world.organisations[0]
    document = credential_document(
        WORK_HISTORY, issuer=platform.did, organisation_name=platform.name, subject=did_key(world.holder),
        credential_id=new_id(), issued=datetime.now(UTC), new_id=new_id,
        status=StatusReference(platform.status_base, 2, 7),
    )  # fmt: skip
    signed = add_proof(
        document, cryptosuite="eddsa-rdfc-2022", signer=platform.signer("Ed25519"),
        created=datetime.now(UTC), purpose="assertionMethod",
    )  # fmt: skip
    (output / "second.json").write_text(json.dumps(signed))
    code, report = run(output)
    assert code == 2
    (found,) = report["findings"]
    assert (found["clause"], found["standing"], found["subject"]) == ("5", "open", "second.json")
    second = bitstring_credential(
        new_bits(), uri=f"{platform.status_base}2", issuer=platform.did, signer=platform.signer("Ed25519"),
        now=datetime.now(UTC), ttl_seconds=3600,
    )  # fmt: skip
    (output / "documents" / "second-list.json").write_text(json.dumps(second))
    assert run(output)[0] == 0
