"""Our own vectors: what stands in standard/vectors is judged as its folder says, and can be made again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from standard import strict_json
from standard.errors import UnreadableError
from standard.resolution import ChainResolver, Resolver, SelfContainedResolver
from standard.timestamps import read_moment
from standard.trust import read_root
from standard.vc_api.verdict import Demands, Profile
from standard.vc_api.verifying import verify_any_credential
from standard.verification import (
    CheckState,
    Outcome,
    VerificationPolicy,
    VerificationResult,
    result_json,
    verify,
)
from tests.standard.vector_cases import writing
from tests.world import MemoryResolver

Json = Mapping[str, Any]

FOLDER = writing.FOLDER
KINDS = ("valid", "invalid", "indeterminate")
CASES = sorted(path.parent for kind in KINDS for path in (FOLDER / kind).glob("*/expected.json"))
STATES = {"valid": None, "invalid": CheckState.FAILED, "indeterminate": CheckState.INDETERMINATE}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_vector_is_judged_as_it_says(case: Path) -> None:
    policy, expected = _json(case / "policy.json"), _json(case / "expected.json")
    (handed,) = case.glob("input.*")
    if policy["profile"] == "kluscv":
        judge(handed.read_bytes(), policy, _resolver(case, policy), expected)
    else:
        judge_any(handed.read_bytes(), policy, _resolver(case, policy), expected)


def judge(data: bytes, policy: Json, resolver: Resolver, expected: Json) -> None:
    if "error" in expected:
        with pytest.raises(UnreadableError) as caught:
            verify(data, policy=_policy(policy), resolver=resolver)
        assert caught.value.code == expected["error"]
        return
    result = verify(data, policy=_policy(policy), resolver=resolver)
    assert result.outcome == expected["outcome"]
    assert all(answer in _answers(result) for answer in expected["checks"])
    state = STATES[expected["outcome"]]
    if state is not None:
        # Nothing else may be the reason: the fault is the first of its kind.
        first = next(answer for answer in _answers(result) if answer["state"] == state)
        assert [first] == expected["checks"]


def judge_any(data: bytes, policy: Json, resolver: Resolver, expected: Json) -> None:
    document = strict_json.loads(data, limit_bytes=1 << 20, floats=True)
    assert isinstance(document, dict)
    demands = Demands(
        profile=Profile(policy["profile"]), policy=_policy(policy), challenge=None, domain=None, only=None
    )
    verdict = verify_any_credential(document, demands=demands, resolver=resolver)
    wrong = [error.code for error in verdict.errors]
    assert wrong[:1] == ([] if expected["outcome"] == Outcome.VALID else [expected["error"]])


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _policy(policy: Json) -> VerificationPolicy:
    return VerificationPolicy(
        now=read_moment(policy["now"]),
        trust_roots=tuple(read_root(json.dumps(root).encode()) for root in policy["trustRoots"]),
        x509_anchors=tuple(
            x509.load_der_x509_certificate(base64.b64decode(anchor)) for anchor in policy["x509Anchors"]
        ),
        status_max_age=timedelta(seconds=policy["statusMaxAgeSeconds"]),
        expected_challenge=policy["expectedChallenge"],
        expected_domain=policy["expectedDomain"],
    )


def _resolver(case: Path, policy: Json) -> Resolver:
    """The shared documents, less those that the vector withholds or has in another state."""
    shared = FOLDER / writing.SHARED
    files = {identifier: shared / name for identifier, name in _json(shared / "index.json").items()}
    own = {identifier: case / name for identifier, name in policy["documents"].items() if name is not None}
    documents = {
        identifier: path.read_bytes()
        for identifier, path in {**files, **own}.items()
        if policy["documents"].get(identifier, "") is not None
    }
    return ChainResolver(SelfContainedResolver(), MemoryResolver(documents))


def _answers(result: VerificationResult) -> list[dict[str, Any]]:
    names = ("number", "code", "state", "reason")
    return [{name: check[name] for name in names} for check in result_json(result)["checks"]]


def test_the_generator_writes_what_stands_there() -> None:
    made = writing.generate()
    changed = [
        path
        for path, content in made.items()
        if not (FOLDER / path).is_file() or (FOLDER / path).read_bytes() != content
    ]
    assert changed == []


def test_there_are_enough_of_them_and_each_fault_is_another() -> None:
    names = {kind: [case.name for case in CASES if case.parent.name == kind] for kind in KINDS}
    assert len(names["invalid"]) >= 100
    assert len(names["valid"]) >= 15
    assert len(names["indeterminate"]) >= 10
    handed = [next(case.glob("input.*")).read_bytes() for case in CASES]
    assert len(set(handed)) == len(handed)


def test_every_vector_says_what_it_is_about() -> None:
    for case in CASES:
        assert re.fullmatch(r".*[.?]", _json(case / "expected.json")["about"], re.DOTALL), case.name


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 3 << 20
