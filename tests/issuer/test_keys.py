"""Private keys are files of one user, never rows; a passphrase encrypts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer.errors import KeyFolderError
from issuer.keys import KeyFolder
from standard.keys import PublicKey, fragment
from standard.model import DidUrl


def method(key: PublicKey) -> DidUrl:
    return DidUrl(f"did:web:example:org:a#{fragment(key)}")


def test_an_organisation_gets_one_key_of_each_kind_that_signs(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", None)
    made = folder.generate("a")
    assert {key.algorithm for key in made} == {"Ed25519", "P-256"}
    for key in made:
        signer = KeyFolder(tmp_path / "keys", None).signer("a", method(key))
        key.verify(signer.sign(b"message"), b"message")


def test_only_their_owner_may_read_the_files(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", None)
    folder.generate("a")
    folder.claim_code_key()
    assert (tmp_path / "keys" / "a").stat().st_mode & 0o777 == 0o700
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_two_organisations_never_get_the_same_keys(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", None)
    assert not set(folder.generate("a")) & set(folder.generate("b"))


def test_a_passphrase_is_needed_to_open_what_it_encrypted(tmp_path: Path) -> None:
    (key, _) = KeyFolder(tmp_path, b"four quiet words here").generate("a")
    KeyFolder(tmp_path, b"four quiet words here").signer("a", method(key)).sign(b"x")
    for wrong in (None, b"another"):
        with pytest.raises(KeyFolderError):
            KeyFolder(tmp_path, wrong).signer("a", method(key))


def test_a_file_that_holds_another_key_is_refused(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path, None)
    first, _ = folder.generate("a")
    second, _ = folder.generate("a")
    content = (tmp_path / "a" / f"{fragment(second)}.pem").read_bytes()
    (tmp_path / "a" / f"{fragment(first)}.pem").write_bytes(content)
    with pytest.raises(KeyFolderError):
        KeyFolder(tmp_path, None).signer("a", method(first))


def test_the_key_of_claim_codes_is_made_once(tmp_path: Path) -> None:
    made = KeyFolder(tmp_path, None).claim_code_key()
    assert KeyFolder(tmp_path, None).claim_code_key() == made
