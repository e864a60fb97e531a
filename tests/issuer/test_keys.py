"""Private keys are files of one user, never rows; a passphrase encrypts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer.errors import KeyFolderError
from issuer.keyring.keys import KeyFolder, KeyPlan
from issuer.tables import OrganisationKey
from standard.keys import PublicKey, fragment

FILES = KeyPlan()


def made(folder: KeyFolder, slug: str) -> tuple[PublicKey, ...]:
    return tuple(key.public_key for key in folder.generate(slug, FILES))


def row(key: PublicKey) -> OrganisationKey:
    return OrganisationKey(
        algorithm=key.algorithm,
        verification_method=f"did:web:example:org:a#{fragment(key)}",
        multikey=key.multikey,
    )


def test_an_organisation_gets_one_key_of_each_kind_that_signs(tmp_path: Path) -> None:
    keys = made(KeyFolder(tmp_path / "keys", None), "a")
    assert {key.algorithm for key in keys} == {"Ed25519", "P-256"}
    for key in keys:
        signer = KeyFolder(tmp_path / "keys", None).open("a", row(key))
        key.verify(signer.sign(b"message"), b"message")


def test_only_their_owner_may_read_the_files(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", None)
    made(folder, "a")
    folder.claim_code_key()
    assert (tmp_path / "keys" / "a").stat().st_mode & 0o777 == 0o700
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_two_organisations_never_get_the_same_keys(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys", None)
    assert not set(made(folder, "a")) & set(made(folder, "b"))


def test_a_passphrase_is_needed_to_open_what_it_encrypted(tmp_path: Path) -> None:
    (key, _) = made(KeyFolder(tmp_path, b"four quiet words here"), "a")
    KeyFolder(tmp_path, b"four quiet words here").open("a", row(key)).sign(b"x")
    for wrong in (None, b"another"):
        with pytest.raises(KeyFolderError):
            KeyFolder(tmp_path, wrong).open("a", row(key))


def test_key_files_from_before_the_passphrase_are_encrypted_once(tmp_path: Path) -> None:
    (key, _) = made(KeyFolder(tmp_path, None), "a")
    folder = KeyFolder(tmp_path, b"four quiet words here")
    folder.open("a", row(key)).sign(b"x")
    assert folder.has_open_files()
    assert (folder.encrypt(), folder.encrypt()) == (2, 0)
    assert not folder.has_open_files()
    KeyFolder(tmp_path, b"four quiet words here").open("a", row(key)).sign(b"x")
    with pytest.raises(KeyFolderError):
        KeyFolder(tmp_path, None).open("a", row(key))
    with pytest.raises(KeyFolderError):
        KeyFolder(tmp_path, None).encrypt()


def test_a_file_that_holds_another_key_is_refused(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path, None)
    (first, _), (second, _) = made(folder, "a"), made(folder, "a")
    content = (tmp_path / "a" / f"{fragment(second)}.pem").read_bytes()
    (tmp_path / "a" / f"{fragment(first)}.pem").write_bytes(content)
    with pytest.raises(KeyFolderError):
        KeyFolder(tmp_path, None).open("a", row(first))


def test_the_key_of_claim_codes_is_made_once(tmp_path: Path) -> None:
    made_once = KeyFolder(tmp_path, None).claim_code_key()
    assert KeyFolder(tmp_path, None).claim_code_key() == made_once


def test_the_key_of_claim_codes_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    made_once = KeyFolder(tmp_path, b"four quiet words here").claim_code_key()
    assert made_once not in (tmp_path / "claim-codes.key").read_bytes()
    assert KeyFolder(tmp_path, b"four quiet words here").claim_code_key() == made_once
    with pytest.raises(KeyFolderError, match="passphrase"):
        KeyFolder(tmp_path, b"four other words here").claim_code_key()
    with pytest.raises(KeyFolderError, match="set ISSUER_KEYS_PASSPHRASE"):
        KeyFolder(tmp_path, None).claim_code_key()


def test_a_key_of_claim_codes_from_before_the_passphrase_is_encrypted_once_and_stays_the_same(
    tmp_path: Path,
) -> None:
    before = KeyFolder(tmp_path, None).claim_code_key()
    folder = KeyFolder(tmp_path, b"four quiet words here")
    assert folder.claim_code_key() == before
    assert folder.has_open_files()
    assert (folder.encrypt(), folder.encrypt()) == (1, 0)
    assert not folder.has_open_files()
    assert KeyFolder(tmp_path, b"four quiet words here").claim_code_key() == before


def test_a_mistyped_passphrase_locks_up_no_key_of_claim_codes(tmp_path: Path) -> None:
    before = KeyFolder(tmp_path, None).claim_code_key()
    made(KeyFolder(tmp_path, b"four quiet words here"), "a")
    with pytest.raises(KeyFolderError):
        KeyFolder(tmp_path, b"four quite words here").seal_claim_code_key()
    assert (tmp_path / "claim-codes.key").read_bytes() == before


@pytest.mark.parametrize("kept", [0, 15, 16, 20, 40, -1])
def test_a_sealed_key_of_claim_codes_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    KeyFolder(tmp_path, b"four quiet words here").claim_code_key()
    path = tmp_path / "claim-codes.key"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(KeyFolderError):
        KeyFolder(tmp_path, b"four quiet words here").claim_code_key()


def test_what_a_backup_takes_along_opens_elsewhere_with_the_same_passphrase(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "here", b"four quiet words here")
    secret = folder.claim_code_key()
    elsewhere = KeyFolder(tmp_path / "there", b"four quiet words here")
    for name, content in folder.files():
        elsewhere.put(name, content)
    assert elsewhere.claim_code_key() == secret
