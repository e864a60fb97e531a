"""The specification's examples pass the code's own checks, and its clauses are covered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from standard import base58btc, base64url, jws, sd_jwt, strict_json
from standard.compact import cbor, cose
from standard.compact.qr_payload import LIMIT_COPIES
from standard.compact.qr_text import LIMIT_DIGITS, LIMIT_PARTS
from standard.credentials import check_credential, check_presentation
from standard.dids import did_key, method_key
from standard.disputes import MEDIA_TYPE, read_dispute
from standard.errors import KlusCVError
from standard.jsonld import canonize, check_vocabulary
from standard.keys import PrivateKey
from standard.model import DidUrl
from standard.schemas import validate
from standard.sd_jwt import certificates, disclosure, token
from standard.status_list import bits, bitstring
from standard.status_list import token as status_token
from standard.trust import archive, following, read_root, signed_list
from standard.verification import copies, evidence, recognition
from tests.world import did_key_signer

PROJECT = Path(__file__).parents[2]
SPECIFICATION = (PROJECT / "standard/SPECIFICATION.md").read_text(encoding="utf-8")
COVERAGE = (PROJECT / "docs/spec-coverage.md").read_text(encoding="utf-8")

VECTORS = PROJECT / "standard/vectors"
VALID = VECTORS / "valid"
TOKEN = (VALID / "form-sd-jwt-shown-in-full/input.sd-jwt").read_text(encoding="utf-8")
DOCUMENT = json.loads((VECTORS / "documents/klusdag-example.did-document.json").read_text(encoding="utf-8"))

Example = tuple[str, int]
_HEADING = re.compile(r"^#{2,4} (?P<number>[0-9.]+?)\.? ", re.MULTILINE)
_BLOCK = re.compile(r"^```json\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[0-9][0-9,]*")
_FILE = re.compile(r"`([\w./-]+)`")

P256, ED25519 = (PrivateKey.generate(kind).public_key for kind in ("P-256", "Ed25519"))
FILLED: dict[str, Callable[[], str]] = {
    "did:key:zDna…": lambda: did_key(P256),
    "did:key:z6Mk…": lambda: did_key(ED25519),
    "z6Mk…": lambda: ED25519.multikey,
    "urn:uuid:…": lambda: f"urn:uuid:{uuid4()}",
    "uEiA…": lambda: f"u{base64url.encode(bytes.fromhex('1220') + bytes(32))}",
    "http://data.europa.eu/esco/occupation/…": lambda: f"http://data.europa.eu/esco/occupation/{uuid4()}",
}
# Fragments of a larger document, whose whole would only repeat another example.
ILLUSTRATIVE: dict[Example, str] = {
    ("3.6.1", 0): "an archive holds whole status lists; test_archive.py makes and reads real ones",
}


def examples() -> dict[Example, str]:
    """Every JSON block, by its clause and its place there."""
    found: dict[Example, str] = {}
    for block in _BLOCK.finditer(SPECIFICATION):
        number = [heading["number"] for heading in _HEADING.finditer(SPECIFICATION, 0, block.start())][-1]
        place = sum(clause == number for clause, _ in found)
        found[number, place] = block["text"]
    return found


EXAMPLES = examples()


def filled(example: Example) -> Any:
    """An example as JSON, with each ellipsis replaced by something real; no ellipsis may be left."""
    pattern = re.compile("|".join(f'"{re.escape(short)}"' for short in FILLED))
    text = pattern.sub(lambda match: json.dumps(FILLED[match[0][1:-1]]()), EXAMPLES[example])
    text = text.replace("data:application/dc+sd-jwt,eyJ…~WyJ…~", "data:application/dc+sd-jwt,eyJ~WyJ~")
    assert "…" not in text
    # An example of one member stands without the object around it.
    return json.loads(text if text.startswith(("{", "[")) else f"{{{text}}}")


def credential(kind: str, schema: str, subject: Any) -> Any:
    """The credential of the third example, around another subject."""
    document = filled(("3.3", 0))
    document["type"][1] = kind
    document["credentialSchema"]["id"] = f"https://w3id.org/kluscv/schemas/{schema}.json"
    document["credentialSubject"] = subject
    del document["proof"]
    return document


def check_work_history() -> None:
    document = credential("WorkHistoryCredential", "work-history", filled(("3.1", 0)))
    check_credential(document)
    check_vocabulary(document)


def check_dispute() -> None:
    subject = filled(("3.1", 0))
    subject["engagement"][0] |= filled(("3.1", 1))
    document = credential("WorkHistoryCredential", "work-history", subject)
    check_credential(document)
    check_vocabulary(document)


def check_rating() -> None:
    document = credential("RatingCredential", "rating", filled(("3.2", 0)))
    check_credential(document)
    check_vocabulary(document)


def check_shown() -> None:
    document = filled(("3.5", 0))
    del document["proof"]
    check_presentation(document)
    check_vocabulary(document)


def check_trust_list() -> None:
    document = filled(("3.6", 0))
    del document["proof"]
    validate(document)
    check_vocabulary(document)


def check_archive_reference() -> None:
    document = filled(("3.6", 0))
    del document["proof"]
    document["credentialSubject"]["organisation"][0]["archive"] = [filled(("3.6.1", 1))]
    validate(document)
    check_vocabulary(document)


def check_message() -> None:
    payload, signer = filled(("2.3", 0)), did_key_signer("P-256")
    token = jws.sign({"typ": MEDIA_TYPE, "kid": signer.verification_method}, payload, signer)
    made = datetime.fromtimestamp(payload["iat"], UTC)
    message, _ = read_dispute(token, credential_issuer=payload["aud"], now=made, max_age=timedelta(minutes=5))
    assert message.record is not None


def check_proof() -> None:
    document = json.loads((VALID / "form-eddsa-rdfc-2022/input.json").read_text(encoding="utf-8"))
    proof = document.pop("proof")
    assert filled(("6.1", 0)) == proof
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    hashes = [sha256(canonize(each)) for each in ({"@context": document["@context"], **options}, document)]
    told = re.findall(r"`([0-9a-f]{64})`", SPECIFICATION.partition("### 6.1")[2].partition("### 6.2")[0])
    assert told == [each.hexdigest() for each in hashes]
    key = method_key(DOCUMENT, DidUrl(proof["verificationMethod"]), "assertionMethod")
    message = b"".join(each.digest() for each in hashes)
    key.verify(base58btc.decode(proof["proofValue"], max_characters=100), message)


def check_payload() -> None:
    assert filled(("6.2", 0)) == dict(sd_jwt.parse(TOKEN).payload)


def check_disclosure() -> None:
    text = TOKEN.split("~")[1]
    assert filled(("6.2", 1)) == json.loads(base64url.decode(text))
    assert disclosure.digest(text) == filled(("6.2", 0))["engagement"][0]["..."]


CHECKS: dict[Example, Callable[[], object]] = {
    ("2.3", 0): check_message,
    ("3.1", 0): check_work_history,
    ("3.1", 1): check_dispute,
    ("3.2", 0): check_rating,
    ("3.3", 0): check_work_history,
    ("3.5", 0): check_shown,
    ("3.6", 0): check_trust_list,
    ("3.6", 1): lambda: read_root(json.dumps(filled(("3.6", 1))).encode()),
    ("3.6.1", 1): check_archive_reference,
    ("6.1", 0): check_proof,
    ("6.2", 0): check_payload,
    ("6.2", 1): check_disclosure,
}


@pytest.mark.parametrize("example", CHECKS, ids=str)
def test_an_example_passes_the_checks_of_the_code(example: Example) -> None:
    CHECKS[example]()


def test_every_example_is_checked_or_says_why_not() -> None:
    assert EXAMPLES.keys() == CHECKS.keys() | ILLUSTRATIVE.keys()
    assert not CHECKS.keys() & ILLUSTRATIVE.keys()


@pytest.mark.parametrize("name", ["asOf", "claimLevel", "engagement", "workTotals"])
def test_an_example_without_a_needed_member_fails(name: str) -> None:
    subject = filled(("3.1", 0))
    del subject[name]
    with pytest.raises(KlusCVError):
        check_credential(credential("WorkHistoryCredential", "work-history", subject))


def test_the_limits_are_those_of_the_code() -> None:
    clause = SPECIFICATION.partition("### 8.4 Limits")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in clause.splitlines() if "|" in row][2:]
    told = {what: [int(number.replace(",", "")) for number in _NUMBER.findall(most)] for what, most in rows}
    assert told == {
        "what is handed over": [recognition.LIMIT_BYTES, copies.LIMIT_COPIES],
        "levels of JSON": [strict_json.MAX_DEPTH],
        "an SD-JWT": [token.LIMIT_CHARACTERS, token.LIMIT_DISCLOSURES, disclosure.LIMIT_BYTES],
        "certificates of an SD-JWT": [certificates.LIMIT_CERTIFICATES],
        "a compact copy": [cose.LIMIT_CHARACTERS],
        "CBOR": [cbor.LIMIT_BYTES, cbor.LIMIT_DEPTH],
        "the text of a code": [LIMIT_DIGITS, LIMIT_PARTS, LIMIT_COPIES],
        "a DID document": [evidence.LIMIT_DID_DOCUMENT_BYTES],
        "a trust list, an archive, a status list": [signed_list.LIMIT_BYTES],
        "an expanded status list": [bits.LIMIT_BITS],
        "hand-overs of a root": [following.LIMIT_SUCCESSORS],
        "documents fetched for one verification": [
            evidence.BUDGET.questions, int(evidence.BUDGET.seconds), evidence.BUDGET.size_bytes
        ],
    }  # fmt: skip
    assert signed_list.LIMIT_BYTES == archive.LIMIT_BYTES == bitstring.LIMIT_BYTES == status_token.LIMIT_BYTES


def test_every_clause_is_in_the_table_of_coverage() -> None:
    rows = re.findall(r"^\| ([0-9.]+) \| ([^|]+) \|", COVERAGE, re.MULTILINE)
    headings = re.findall(r"^#{2,4} ([0-9.]+?)\.? (.+)$", SPECIFICATION, re.MULTILINE)
    assert [(number, title.strip()) for number, title in rows] == headings


def test_the_glossary_is_in_order_and_has_what_the_text_defines() -> None:
    text, _, glossary = SPECIFICATION.partition("## 12. Glossary")
    entries = re.findall(r"^\| ([A-Za-z, ]+) \| [^|]+ \|$", glossary, re.MULTILINE)[1:]
    assert entries == sorted(entries, key=str.casefold)
    words = {word.strip() for entry in entries for word in entry.split(",")}
    assert {word for word in words if word.casefold() not in text.casefold()} == set()
    roles = text.partition("## 1. Roles")[2].partition("\n## 2")[0]
    named = [*re.findall(r"\*\*([a-z]+)\*\*", roles), "statement", "copy", "thumbprint", "archive"]
    assert set(named) - words == {"worker"}


def test_every_file_of_the_table_exists() -> None:
    named = _FILE.findall(COVERAGE)
    assert len(named) > 50
    assert [name for name in named if not (PROJECT / name).exists()] == []
