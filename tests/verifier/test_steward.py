"""The steward's commands: plain files in, a signed list out."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from standard.dids import did_document
from standard.errors import TrustError
from standard.model import Form, StatementType
from standard.trust import archive_json, archive_reference, make_archive, read_root, read_trust_list
from standard.verification import Outcome
from tests.world import NOW, WORK_HISTORY, Organisation, did_key_signer, make_world
from verifier import stewardship
from verifier.steward import app
from verifier.stewardship import Entry

ALL = tuple(StatementType)


def run(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout if code == 0 else result.stderr)


def did_json(organisation: Organisation) -> bytes:
    keys = [key.public_key for key in organisation.keys.values()]
    return json.dumps(did_document(organisation.did, keys)).encode()


def entry(organisation: Organisation) -> Entry:
    return Entry(organisation.name, "day-gigs", "mailto:a@b.example", ALL, organisation.status_base)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stewardship.init(
        tmp_path / "trust", name="Bestuur", address="https://trust.example/list", demonstration=False
    )
    return tmp_path / "trust"


def test_ten_lines_make_a_list_under_which_a_copy_is_valid(tmp_path: Path) -> None:
    world = make_world()
    state = str(tmp_path / "trust")
    document = tmp_path / "did.json"
    document.write_bytes(did_json(world.organisation))
    made = run("init", "--name", "Bestuur", "--url", "https://trust.example/list", "--folder", state)
    added = run(
        "add", str(document), "--name", "Klusdag B.V.", "--kind", "day-gigs",
        "--contact", "mailto:a@b.example", "--status-base", world.organisation.status_base, "--folder", state,
    )  # fmt: skip
    listed = run("list", "--folder", state)
    signed = run("sign", "--days", "30", "--folder", state)

    assert added["id"] == world.organisation.did and len(added["trustedKey"]) == 2
    assert [organisation["id"] for organisation in listed["organisation"]] == [world.organisation.did]
    assert signed["organisationCount"] == 1
    root = read_root((tmp_path / "trust" / "trust-root.json").read_bytes())
    assert root.root == made["root"]
    content = Path(signed["file"]).read_bytes()
    now = read_trust_list(content, root).valid_from
    world.lists_made = now
    copy = world.organisation.issue(WORK_HISTORY, Form.SD_JWT, world.holder, issued=now)
    documents = {**world.documents(), root.trust_list: content}
    assert world.verify(copy, documents, trust_roots=(root,), now=now).outcome is Outcome.VALID


def test_the_root_key_is_for_its_owner_alone_and_is_never_replaced(folder: Path) -> None:
    key = folder / stewardship.ROOT_KEY
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    error = run("init", "--name", "x", "--url", "https://x.example", "--folder", str(folder), code=64)
    assert error["error"] == "trust"
    assert key.read_bytes() == before


def test_a_key_that_is_gone_stays_on_the_list_until_the_moment_it_went(folder: Path) -> None:
    organisation = Organisation("klusdag", "Klusdag B.V.")
    stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    before = {kind: organisation.signer(kind).verification_method for kind in ("Ed25519", "P-256")}
    organisation.keys["P-256"] = Organisation("other", "x").keys["P-256"]
    later = NOW + timedelta(days=9)
    renewed = stewardship.add(folder, did_json(organisation), entry(organisation), now=later)

    windows = {key.id: (key.valid_from, key.valid_until) for key in renewed.keys}
    assert windows == {
        before["Ed25519"]: (NOW, None),
        before["P-256"]: (NOW, later),
        organisation.signer("P-256").verification_method: (later, None),
    }
    assert stewardship.organisations(folder) == (renewed,)


def test_an_organisation_may_have_used_its_keys_before_it_was_listed(folder: Path, tmp_path: Path) -> None:
    organisation = Organisation("klusdag", "Klusdag B.V.")
    (tmp_path / "did.json").write_bytes(did_json(organisation))
    added = run(
        "add", str(tmp_path / "did.json"), "--name", "x", "--kind", "x", "--contact", "mailto:x@x.example",
        "--status-base", "https://x.example/", "--keys-from", "2021-03-12", "--folder", str(folder),
    )  # fmt: skip
    assert {key["keyValidFrom"] for key in added["trustedKey"]} == {"2021-03-12T00:00:00Z"}


def test_renewing_an_entry_without_a_change_changes_nothing(folder: Path) -> None:
    organisation = Organisation("klusdag", "Klusdag B.V.")
    first = stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    again = stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW + timedelta(1))
    assert again == first


def test_what_the_steward_writes_by_hand_survives_a_renewal(folder: Path) -> None:
    organisation = Organisation("klusdag", "Klusdag B.V.")
    stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    (path,) = (folder / "organisations").iterdir()
    document = json.loads(path.read_text())
    document["retiredOn"] = "2026-11-01"
    document["trustedKey"][0]["compromisedAt"] = "2026-10-01T00:00:00Z"
    path.write_text(json.dumps(document))
    renewed = stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    assert renewed.retired_on is not None
    assert renewed.keys[0].compromised_at is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"id": "did:web:a.example"}', b'{"id": "did:web:a.example", "assertionMethod": ["#x"]}'],
)
def test_a_document_without_keys_is_refused(folder: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "did.json").write_bytes(content)
    run(
        "add", str(tmp_path / "did.json"), "--name", "x", "--kind", "x", "--contact", "mailto:x@x.example",
        "--status-base", "https://x.example/", "--folder", str(folder), code=64,
    )  # fmt: skip


def test_a_contact_that_no_list_could_hold_is_refused_when_it_is_added(folder: Path) -> None:
    organisation = make_world().organisation
    bare = replace(entry(organisation), contact="a@b.example")
    with pytest.raises(TrustError, match="mailto:"):
        stewardship.add(folder, did_json(organisation), bare, now=NOW)


def test_a_list_that_would_not_verify_does_not_replace_the_last_one(folder: Path) -> None:
    organisation = Organisation("klusdag", "Klusdag B.V.")
    stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    run("sign", "--folder", str(folder))
    last = (folder / "trust-list.json").read_bytes()
    (path,) = (folder / "organisations").iterdir()
    for text in ("{}", path.read_text().replace("mailto:a@b.example", "no address")):
        path.write_text(text)
        run("sign", "--folder", str(folder), code=64)
        assert (folder / "trust-list.json").read_bytes() == last


def test_a_key_that_is_not_the_root_does_not_sign(folder: Path) -> None:
    (folder / stewardship.ROOT_KEY).write_bytes(did_key_signer("Ed25519").key.to_pem(None))
    assert run("sign", "--folder", str(folder), code=64)["error"] == "trust"


def test_a_folder_without_a_root_says_so(tmp_path: Path) -> None:
    for command in ("list", "sign"):
        assert run(command, "--folder", str(tmp_path), code=64)["error"] == "trust"


def test_an_archive_stands_in_the_entry_of_its_organisation(folder: Path, tmp_path: Path) -> None:
    organisation = Organisation("klusdag", "Klusdag B.V.")
    path = tmp_path / "archive.json"
    path.write_bytes(
        archive_json(
            make_archive(
                "https://trust.example/archives/1",
                organisation=organisation.did,
                closed_at=NOW,
                copy_hashes=[bytes(32)],
                status_lists={},
            )
        )
    )
    run("archive", str(path), "--folder", str(folder), code=64)
    stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    for _ in (1, 2):
        added = run("archive", str(path), "--folder", str(folder))
        assert [archive["id"] for archive in added["archive"]] == ["https://trust.example/archives/1"]
    renewed = stewardship.add(folder, did_json(organisation), entry(organisation), now=NOW)
    assert renewed.archives == (archive_reference(path.read_bytes()),)
    assert stewardship.sign(folder, now=NOW, valid_days=1).organisations == (renewed,)


def test_a_root_hands_over_to_another(folder: Path, tmp_path: Path) -> None:
    state = str(tmp_path / "new")
    made = run("init", "--name", "Nieuw", "--url", "https://new.example/list", "--folder", state)
    run("succeed", str(folder / "trust-root.json"), "--folder", str(folder), code=64)
    run("succeed", str(tmp_path / "new" / "trust-root.json"), "--folder", str(folder))
    successor = stewardship.sign(folder, now=NOW, valid_days=1).successor
    assert successor is not None
    assert (successor.root, successor.trust_list) == (made["root"], "https://new.example/list")
