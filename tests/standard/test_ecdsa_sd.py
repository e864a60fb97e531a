"""Selective disclosure by `ecdsa-sd-2023`: the W3C's examples, and the laws of choosing."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from standard import base58btc, base64url
from standard.credentials import credential_document
from standard.dids import did_key_public_key, did_of
from standard.errors import DataModelError, ProofError, SignatureMismatchError, VocabularyError
from standard.jsonld import Contexts, canonize
from standard.keys import KeySigner, PrivateKey
from standard.proofs import BaseProofs, add_proof, derive, read_proof, verify_proof
from standard.proofs.disclosure_values import read_base, read_derived
from standard.status_list import StatusReference
from tests.standard.citizenship import COMPILED, GENERAL
from tests.standard.mutations import mutations
from tests.standard.signers import KEYS, NOW, ORGANISATION, WORKER, organisation_signer
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id
from tests.standard.vectors import vectors

Document = dict[str, Any]

MANDATORY = (
    "/issuer", "/validFrom", "/credentialStatus", "/credentialSubject/claimLevel",
    "/credentialSubject/workTotals",
)  # fmt: skip
KEY = KEYS["P-256"].public_key


def _base(mandatory: tuple[str, ...] = MANDATORY) -> Document:
    document = credential_document(
        WORK_HISTORY, issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER,
        credential_id=new_id(), issued=NOW, new_id=new_id,
        status=StatusReference("https://klusdag.example/status/", 1, 94567),
    )  # fmt: skip
    suite = BaseProofs(mandatory, bytes(range(32)), PrivateKey.generate("P-256"))
    return add_proof(
        document,
        cryptosuite=suite,
        signer=organisation_signer("P-256"),
        created=NOW,
        purpose="assertionMethod",
    )


BASE = _base()


def _derive(*pointers: str, base: Document = BASE) -> Document:
    return derive(base, base["proof"], pointers)


def _pointers(value: Any, place: str = "") -> list[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(inner for key, item in items for inner in _pointers(item, f"{place}/{key}"))]


ALL_POINTERS = [
    pointer
    for pointer in _pointers({key: value for key, value in BASE.items() if key != "proof"})
    if pointer and "@context" not in pointer
]


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ALL_POINTERS), max_size=6))
def test_any_choice_verifies_and_shows_nothing_else(pointers: list[str]) -> None:
    derived = _derive(*pointers)
    verify_proof(derived, derived["proof"], KEY)
    shown = {key: value for key, value in derived.items() if key != "proof"}
    lines = set(canonize(shown).decode().splitlines())
    assert lines <= set(canonize({k: v for k, v in BASE.items() if k != "proof"}).decode().splitlines())
    for pointer in ALL_POINTERS:
        kept = any(pointer == own or pointer.startswith(f"{own}/") for own in (*MANDATORY, *pointers))
        leaf = _at(BASE, pointer)
        if kept and not isinstance(leaf, dict | list):
            assert leaf in _leaves(shown)
        elif isinstance(leaf, str) and leaf.startswith(("Afwas", "Bediening", "Hygi")):
            assert leaf not in _leaves(shown)


def _at(value: Any, pointer: str) -> Any:
    for key in pointer.split("/")[1:]:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def test_what_is_mandatory_is_shown_without_a_choice() -> None:
    derived = _derive()
    verify_proof(derived, derived["proof"], KEY)
    assert derived["issuer"] == BASE["issuer"]
    assert derived["credentialSubject"]["workTotals"] == BASE["credentialSubject"]["workTotals"]
    assert "engagement" not in derived["credentialSubject"]
    assert read_derived(derived["proof"]["proofValue"]).statement_signatures == ()


def test_one_line_of_work_is_shown_without_the_other() -> None:
    derived = _derive("/credentialSubject/engagement/1")
    verify_proof(derived, derived["proof"], KEY)
    assert derived["credentialSubject"]["engagement"] == BASE["credentialSubject"]["engagement"][1:]


def test_the_whole_document_can_be_shown() -> None:
    derived = _derive("")
    verify_proof(derived, derived["proof"], KEY)
    assert {**derived, "proof": None} == {**BASE, "proof": None}


def test_without_mandatory_parts_the_holder_chooses_everything() -> None:
    base = _base(())
    derived = _derive("/credentialSubject/claimLevel", base=base)
    verify_proof(derived, derived["proof"], KEY)
    assert "issuer" not in derived
    with pytest.raises(DataModelError, match="nothing"):
        _derive(base=base)


@pytest.mark.parametrize(
    "pointer",
    [
        "/score", "issuer", "/issuer/~2", "/validFrom/0", "/proof", "/credentialSubject/engagement/2",
        "/credentialSubject/engagement/-", "/credentialSubject/engagement/01",
        "/credentialSubject/engagement/0/",
    ],
)  # fmt: skip
def test_a_pointer_that_names_nothing_is_an_error(pointer: str) -> None:
    with pytest.raises(DataModelError):
        _derive(pointer)
    with pytest.raises(DataModelError):
        _base((pointer,))


def test_more_pointers_than_any_document_needs_are_refused() -> None:
    with pytest.raises(DataModelError, match="more than"):
        _derive(*["/issuer"] * 1001)


def test_a_base_proof_is_not_for_verifiers_and_a_derived_one_derives_no_further() -> None:
    with pytest.raises(ProofError, match="derived"):
        verify_proof(BASE, BASE["proof"], KEY)
    derived = _derive()
    with pytest.raises(ProofError, match="base"):
        derive(derived, derived["proof"], [])


def test_a_suite_with_choices_does_not_sign_by_its_name_alone() -> None:
    with pytest.raises(ProofError, match="more than its name"):
        add_proof(
            {}, cryptosuite="ecdsa-sd-2023", signer=organisation_signer("P-256"), created=NOW,
            purpose="assertionMethod",
        )  # fmt: skip


@pytest.mark.parametrize(
    "suite",
    [
        BaseProofs((), b"short", PrivateKey.generate("P-256")),
        BaseProofs((), bytes(32), PrivateKey.generate("P-384")),
    ],
)
def test_keys_of_the_wrong_kind_do_not_sign(suite: BaseProofs) -> None:
    document = {key: value for key, value in BASE.items() if key != "proof"}
    for signer in (organisation_signer("P-256"), organisation_signer("Ed25519")):
        with pytest.raises(ProofError, match="key"):
            add_proof(document, cryptosuite=suite, signer=signer, created=NOW, purpose="assertionMethod")


def test_it_signs_no_earlier_proofs() -> None:
    document = {key: value for key, value in BASE.items() if key != "proof"}
    organisation = organisation_signer("Ed25519")
    first = add_proof(
        document, cryptosuite="eddsa-rdfc-2022", signer=organisation, created=NOW, purpose="assertionMethod",
        proof_id="urn:x:first",
    )  # fmt: skip
    suite = BaseProofs((), bytes(32), PrivateKey.generate("P-256"))
    with pytest.raises(ProofError, match="earlier"):
        add_proof(
            first, cryptosuite=suite, signer=organisation_signer("P-256"), created=NOW,
            purpose="assertionMethod", previous=("urn:x:first",),
        )  # fmt: skip


def test_no_changed_document_is_ever_accepted() -> None:
    derived = _derive("/credentialSubject/engagement/0", "/credentialSubject/achievement")
    said = canonize({key: value for key, value in derived.items() if key != "proof"})
    count = 0
    for what, changed in mutations(derived):
        count += 1
        try:
            verify_proof(changed, changed.get("proof"), KEY)  # type: ignore[arg-type]
        except (ProofError, DataModelError):
            continue
        # What still verifies is another spelling of the same claims: the schema refuses those.
        assert canonize({key: value for key, value in changed.items() if key != "proof"}) == said, what
    assert count > 80


def test_a_part_of_another_credential_cannot_be_mixed_in() -> None:
    derived, other = _derive("/credentialSubject/engagement/0"), _base()
    for part in ("id", "credentialSubject"):
        with pytest.raises((ProofError, DataModelError)):
            verify_proof({**derived, part: other[part]}, derived["proof"], KEY)
    with pytest.raises(ProofError, match="not of this document"):
        rating = credential_document(
            RATING_HISTORY, issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER,
            credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
        )  # fmt: skip
        derive(rating, BASE["proof"], [])


def _altered(proof_value: str, place: int, by: int) -> str:
    data = bytearray(base64url.decode(proof_value[1:]))
    data[place % len(data)] ^= by
    return "u" + base64url.encode(bytes(data))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_of_the_proof_value_ever_verifies(place: int, by: int) -> None:
    derived = _derive("/credentialSubject/engagement/0/category", "/credentialSubject/period")
    value = _altered(derived["proof"]["proofValue"], place, by)
    with pytest.raises(ProofError):
        verify_proof(derived, {**derived["proof"], "proofValue": value}, KEY)


_CBOR = st.recursive(
    st.none() | st.booleans() | st.integers() | st.binary(max_size=70) | st.text(max_size=4) | st.floats(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.integers(0, 9), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from([b"", bytes.fromhex("d95d00"), bytes.fromhex("d95d01")]),
    st.binary(max_size=90)
    | _CBOR.map(cbor2.dumps)
    | st.lists(_CBOR, min_size=5, max_size=5).map(cbor2.dumps),
)
def test_whatever_the_proof_value_only_a_proof_error_is_raised(header: bytes, content: bytes) -> None:
    proof = {**BASE["proof"], "proofValue": "u" + base64url.encode(header + content)}
    with pytest.raises(ProofError):
        verify_proof(BASE, proof, KEY)
    with pytest.raises(ProofError):
        derive(BASE, proof, [])


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_whatever_the_text_of_the_proof_value_only_a_proof_error_is_raised(text: str) -> None:
    with pytest.raises(ProofError):
        verify_proof(BASE, {**BASE["proof"], "proofValue": text}, KEY)


def _rewritten(proof: Document, change: Callable[[list[Any]], Any]) -> Document:
    items = change(cbor2.loads(base64url.decode(proof["proofValue"][1:])[3:]))
    data = bytes.fromhex("d95d01") + (items if isinstance(items, bytes) else cbor2.dumps(items))
    return {**proof, "proofValue": "u" + base64url.encode(data)}


def _replace(place: int, change: Any) -> Any:
    return lambda items: [*items[:place], change(items[place]), *items[place + 1 :]]


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("a repeated label", _replace(3, lambda labels: dict.fromkeys(labels, labels[0]))),
        ("a label too few", _replace(3, lambda labels: {0: labels[0]})),
        ("a label too many", _replace(3, lambda labels: {**labels, 9: bytes(32)})),
        ("a short label", _replace(3, lambda labels: {**labels, 0: labels[0][:-1]})),
        (
            "a label under a text",
            _replace(3, lambda labels: {"c14n0" if n == 0 else n: v for n, v in labels.items()}),
        ),
        ("a signature too few", _replace(2, lambda signatures: signatures[:-1])),
        ("a signature too many", _replace(2, lambda signatures: [*signatures, signatures[0]])),
        ("signatures in another order", _replace(2, lambda signatures: signatures[::-1])),
        ("a short signature", _replace(2, lambda signatures: [signatures[0][:-1], *signatures[1:]])),
        ("a tagged byte string", _replace(0, lambda signature: cbor2.CBORTag(64, signature))),
        ("a key of another kind", _replace(1, lambda key: b"\x81\x24" + key[2:])),
        ("a key that is no point", _replace(1, lambda key: key[:3] + bytes(32))),
        ("an index twice", _replace(4, lambda indexes: [*indexes, indexes[0]])),
        ("an index out of range", _replace(4, lambda indexes: [*indexes, 999])),
        ("a negative index", _replace(4, lambda indexes: [-1, *indexes[1:]])),
        ("a true index", _replace(4, lambda indexes: [True, *indexes[1:]])),
        ("an index left out", _replace(4, lambda indexes: indexes[1:])),
        ("an item too few", lambda items: items[:-1]),
        ("an item too many", lambda items: [*items, 0]),
        ("something after it", lambda items: cbor2.dumps(items) + b"\0"),
        ("an indefinite length", lambda items: b"\x9f" + cbor2.dumps(items)[1:] + b"\xff"),
        ("a longer length than needed", lambda items: b"\x98\x05" + cbor2.dumps(items)[1:]),
    ],
)
def test_a_derived_proof_with_a_fault_is_refused(fault: str, change: Any) -> None:
    base = _vector("prc", "addSignedSDBase")
    derived = derive(base, base["proof"], ["/credentialSubject"], contexts=COMPILED)
    key = did_key_public_key(did_of(read_proof(base["proof"]).verification_method))
    verify_proof(derived, _rewritten(derived["proof"], lambda items: items), key, contexts=COMPILED)
    with pytest.raises(ProofError):
        verify_proof(derived, _rewritten(derived["proof"], change), key, contexts=COMPILED)


# The W3C's examples.


def _folder() -> Path:
    return vectors("vc-di-ecdsa") / "TestVectors" / "ecdsa-sd-2023"


def _vector(example: str, name: str) -> Any:
    return json.loads((_folder() / example / f"{name}.json").read_text(encoding="utf-8"))


def _p256(pair: dict[str, str]) -> PrivateKey:
    secret = base58btc.decode(pair["secretKeyMultibase"], max_characters=100)
    return PrivateKey("P-256", ec.derive_private_key(int.from_bytes(secret[2:], "big"), ec.SECP256R1()))


EXAMPLES = pytest.mark.parametrize("example", ["prc", "employ"])
BOTH_WAYS = pytest.mark.parametrize("contexts", [COMPILED, GENERAL], ids=["compiled", "general"])
_LISTS = {"prc": "prCred", "employ": "employ"}


def _pointer_list(example: str, kind: str) -> list[str]:
    path = _folder().parent / f"{_LISTS[example]}{kind}.json"
    pointers: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return pointers


@EXAMPLES
@BOTH_WAYS
def test_the_examples_of_the_w3c_are_signed_byte_for_byte(example: str, contexts: Contexts) -> None:
    expected = _vector(example, "addSignedSDBase")
    material = json.loads((_folder() / "SDKeyMaterial.json").read_text(encoding="utf-8"))
    unsigned = {key: value for key, value in expected.items() if key != "proof"}
    assert canonize(unsigned, contexts=contexts).decode() == "".join(_vector(example, "addBaseDocCanon"))
    proof = read_proof(expected["proof"])
    assert proof.created is not None
    suite = BaseProofs(
        tuple(_pointer_list(example, "Mandatory")),
        bytes.fromhex(material["hmacKeyString"]),
        _p256(material["proofKeyPair"]),
    )
    signed = add_proof(
        unsigned, cryptosuite=suite, created=proof.created, purpose=proof.purpose, contexts=contexts,
        signer=KeySigner(_p256(material["baseKeyPair"]), proof.verification_method),
    )  # fmt: skip
    raw = _vector(example, "addRawBaseSignatureInfo")
    value = read_base(signed["proof"]["proofValue"])
    assert [signature.hex() for signature in value.statement_signatures] == raw["signatures"]
    assert value.signature.hex() == raw["baseSignature"]
    assert signed == expected


@EXAMPLES
@BOTH_WAYS
def test_the_examples_of_the_w3c_are_derived_byte_for_byte(example: str, contexts: Contexts) -> None:
    base, expected = _vector(example, "addSignedSDBase"), _vector(example, "derivedRevealDocument")
    pointers = _pointer_list(example, "Selective")
    derived = derive(base, base["proof"], pointers, contexts=contexts)
    disclosure = _vector(example, "derivedDisclosureData")
    value = read_derived(derived["proof"]["proofValue"])
    assert [signature.hex() for signature in value.statement_signatures] == disclosure["signatures"]
    assert sorted(value.mandatory_indexes) == disclosure["mandatoryIndexes"]
    assert derived == expected


@EXAMPLES
@BOTH_WAYS
def test_the_derived_examples_of_the_w3c_verify(example: str, contexts: Contexts) -> None:
    derived = _vector(example, "derivedRevealDocument")
    key = did_key_public_key(did_of(read_proof(derived["proof"]).verification_method))
    verify_proof(derived, derived["proof"], key, contexts=contexts)
    altered = copy.deepcopy(derived)
    altered["credentialSubject"]["birthCountry"] = "Utopia"
    with pytest.raises(SignatureMismatchError):
        verify_proof(altered, altered["proof"], key, contexts=contexts)


@BOTH_WAYS
def test_a_part_of_a_single_value_cannot_be_chosen(contexts: Contexts) -> None:
    document = _vector("prc", "addSignedSDBase")
    del document["proof"]
    document["name"] = {"@value": "Card", "@language": "en"}
    suite = BaseProofs(("/name/@value",), bytes(32), PrivateKey.generate("P-256"))
    with pytest.raises(DataModelError, match="single value"):
        add_proof(
            document, cryptosuite=suite, signer=organisation_signer("P-256"), created=NOW,
            purpose="assertionMethod", contexts=contexts,
        )  # fmt: skip


def test_undefined_terms_are_refused_at_every_step() -> None:
    derived = _derive()
    with pytest.raises(VocabularyError):
        verify_proof({**derived, "score": "10"}, derived["proof"], KEY)
    with pytest.raises(VocabularyError):
        derive({**BASE, "score": "10"}, BASE["proof"], [])
