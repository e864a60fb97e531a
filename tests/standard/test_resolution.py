"""Finding documents by the id inside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from standard import base64url, resolution
from standard.dids import did_jwk, did_key, self_contained_document
from standard.errors import ResolutionError
from standard.keys import PrivateKey
from standard.resolution import ChainResolver, FolderResolver, SelfContainedResolver


def jwt(payload: dict[str, object]) -> str:
    parts = ({"alg": "ES256"}, payload)
    return ".".join([*(base64url.encode(json.dumps(part).encode()) for part in parts), "c2ln"])


def test_a_json_document_is_found_by_its_id_whatever_its_file_is_called(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "anything.bin").write_text('{"id": "did:web:a.example", "n": 1}')
    assert json.loads(FolderResolver(tmp_path).resolve("did:web:a.example"))["n"] == 1


def test_a_jwt_is_found_by_its_sub(tmp_path: Path) -> None:
    text = jwt({"sub": "https://a.example/status/1/token"})
    (tmp_path / "list.jwt").write_text(text)
    assert FolderResolver(tmp_path).resolve("https://a.example/status/1/token") == text.encode()


def test_the_name_of_a_file_is_not_its_id(tmp_path: Path) -> None:
    (tmp_path / "did:web:a.example").write_text('{"id": "did:web:b.example"}')
    with pytest.raises(ResolutionError):
        FolderResolver(tmp_path).resolve("did:web:a.example")


def test_two_different_documents_with_one_id_are_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"id": "x", "n": 1}')
    (tmp_path / "b").write_text('{"id": "x", "n": 2}')
    (tmp_path / "c").write_text('{"id": "y"}')
    (tmp_path / "d").write_text('{"id": "y"}')
    folder = FolderResolver(tmp_path)
    with pytest.raises(ResolutionError):
        folder.resolve("x")
    assert folder.resolve("y") == b'{"id": "y"}'


def test_files_that_are_no_documents_are_passed_over(tmp_path: Path) -> None:
    for name, content in {
        "empty": b"",
        "picture": bytes(range(256)),
        "list": b"[1]",
        "number": b'{"id": 1}',
        "twice": b'{"id": "a", "id": "b"}',
        "half": b"eyJ.eyJ",
        "deep": b"[" * 10_000,
    }.items():
        (tmp_path / name).write_bytes(content)
    for identifier in ("a", "b", "1"):
        with pytest.raises(ResolutionError):
            FolderResolver(tmp_path).resolve(identifier)


def test_links_lead_nowhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text('{"id": "x"}')
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.json").symlink_to(outside)
    with pytest.raises(ResolutionError):
        FolderResolver(folder).resolve("x")


def test_a_file_above_the_limit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "LIMIT_FILE_BYTES", 100)
    (tmp_path / "large.json").write_text(json.dumps({"id": "x", "padding": "y" * 100}))
    with pytest.raises(ResolutionError):
        FolderResolver(tmp_path).resolve("x")


@pytest.mark.parametrize("limit", ["LIMIT_FILES", "LIMIT_FOLDER_BYTES"])
def test_a_folder_above_the_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(resolution, limit, 1)
    (tmp_path / "a.json").write_text('{"id": "x"}')
    (tmp_path / "b.json").write_text('{"id": "y"}')
    with pytest.raises(ResolutionError):
        FolderResolver(tmp_path).resolve("x")


def test_a_folder_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(ResolutionError):
        FolderResolver(tmp_path / "nowhere").resolve("x")


def test_a_did_that_is_a_key_is_its_own_document() -> None:
    key = PrivateKey.generate("P-256").public_key
    for did in (did_key(key), did_jwk(key)):
        assert json.loads(SelfContainedResolver().resolve(did)) == self_contained_document(did)
    for identifier in ("did:key:zNothing", "did:jwk:e30", "did:web:klusdag.example", "x"):
        with pytest.raises(ResolutionError):
            SelfContainedResolver().resolve(identifier)


def test_a_chain_asks_the_nearest_first(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"id": "x"}')
    chain = ChainResolver(ChainResolver(), SelfContainedResolver(), FolderResolver(tmp_path))
    assert chain.resolve("x") == b'{"id": "x"}'
    with pytest.raises(ResolutionError):
        chain.resolve("y")
