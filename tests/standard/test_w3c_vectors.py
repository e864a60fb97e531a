"""Every file of the W3C's two Data Integrity folders, step by step, through what the suites really use.

Each file is one value on the way from a credential to its proof. The table at the end says which check
is for which kind of file; a file that no check is for fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.standard.vectors import files_of
from tests.standard.w3c_steps.chains import CHAINS, check_pair, check_unsigned
from tests.standard.w3c_steps.selective import SELECTIVE, check_pointers
from tests.standard.w3c_steps.two_hashes import (
    KEYS_OF,
    TWO_HASHES,
    check_the_old_context,
    check_the_old_suite,
)

FOLDERS: Final = ("vc-di-eddsa", "vc-di-ecdsa")


AROUND: Final[Mapping[str, Callable[[Path], None]]] = {
    "unsigned": check_unsigned, "prCredUnsigned": check_unsigned, "employmentAuth": check_unsigned,
    "keyPair": check_pair, "p256KeyPair": check_pair, "p384KeyPair": check_pair, "prCred": check_pointers,
    "employ": check_pointers, "lds-ed25519-2020-v1": check_the_old_context,
}  # fmt: skip


def check_for(path: Path) -> Callable[[Path], None] | None:
    """The check of a file, by its folder and the beginning of its name."""
    folder = next((part for part in reversed(path.parts[:-1]) if part not in ("employ", "prc")), "")
    if folder == "Ed25519Signature2020":
        return check_the_old_suite
    table = (
        TWO_HASHES if folder in KEYS_OF
        else CHAINS if folder == "proof-set-chain"
        else SELECTIVE if folder == "ecdsa-sd-2023"
        else AROUND
    )  # fmt: skip
    return next((check for name, check in table.items() if path.name.startswith(name)), None)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_of_the_folder_is_passed_over(folder: str) -> None:
    files = files_of(folder)
    assert len(files) > 50
    assert [path for path in files if check_for(path) is None] == []


@pytest.mark.parametrize(
    "path",
    [path for folder in FOLDERS for path in files_of(folder, skip=False)],
    ids=lambda path: "/".join(path.parts[-3:]),
)
def test_a_step_of_the_w3c_is_the_step_of_our_suite(path: Path) -> None:
    check = check_for(path)
    assert check is not None
    check(path)
