from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standard.credentials import credential_document
from standard.jsonld import canonize
from standard.model import Statement
from tests.standard.contexts import WITH_EXAMPLES
from tests.standard.signers import NOW, ORGANISATION, WORKER
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id, statements
from tests.standard.vectors import PROJECT, vectors


def _credential(statement: Statement) -> dict[str, Any]:
    return credential_document(
        statement, issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER,
        credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "document", "canonical"),
    [
        ("vc-di-eddsa", "unsigned.json", "eddsa-rdfc-2022/canonDocDataInt.txt"),
        ("vc-di-eddsa", "eddsa-rdfc-2022/proofConfigDataInt.json", "eddsa-rdfc-2022/proofCanonDataInt.txt"),
        ("vc-di-ecdsa", "unsigned.json", "ecdsa-rdfc-2019-p256/canonDocECDSAP256.txt"),
    ],
)
def test_the_examples_of_the_w3c_have_their_canonical_form(
    folder: str, document: str, canonical: str
) -> None:
    source = vectors(folder) / "TestVectors"
    parsed = json.loads((source / document).read_text(encoding="utf-8"))
    assert canonize(parsed, contexts=WITH_EXAMPLES) == (source / canonical).read_bytes()


@pytest.mark.independent
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(statements, min_size=20, max_size=20))
def test_another_processor_makes_the_same_bytes(examples: list[Statement]) -> None:
    if not shutil.which("node") or not (PROJECT / "node_modules" / "jsonld").is_dir():
        pytest.skip("needs node and the npm packages of package.json")
    documents = [_credential(statement) for statement in examples]
    context = files("standard") / "contexts" / "v1.jsonld"
    script = PROJECT / "tests" / "independent" / "canonize.mjs"
    finished = subprocess.run(
        [shutil.which("node") or "node", str(script), str(context)],
        input=json.dumps(documents), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    expected = [json.loads(line) for line in finished.stdout.strip("\n").split("\n")]
    assert [canonize(document).decode() for document in documents] == expected


def test_threads_do_not_disturb_one_another() -> None:
    documents = [_credential(WORK_HISTORY), _credential(RATING_HISTORY)] * 10
    expected = [canonize(document) for document in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(canonize, documents)) == expected
