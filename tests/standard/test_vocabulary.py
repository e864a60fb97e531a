from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standard.credentials import credential_document
from standard.errors import DataModelError, ResolutionError, VocabularyError
from standard.jsonld import CREDENTIALS_V2, KLUSCV_V1, Contexts, canonize, check_vocabulary
from standard.jsonld.contexts import load
from tests.standard.contexts import EXAMPLES, WITH_EXAMPLES
from tests.standard.signers import NOW, ORGANISATION, WORKER
from tests.standard.statements import WORK_HISTORY, new_id

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    return credential_document(
        WORK_HISTORY, issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER,
        credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("$.x", lambda d: d.update(x="y")),
        ("$.issuer.x", lambda d: d["issuer"].update(x="y")),
        ("$.credentialSubject.engagement[1].x",
         lambda d: d["credentialSubject"]["engagement"][1].update(x=1)),
        ("$.https://x.example/p", lambda d: d.update({"https://x.example/p": "y"})),
        ("$.type", lambda d: d["type"].append("UnknownCredential")),
        ("$.type", lambda d: d["type"].append(7)),
        ("$.type", lambda d: d.update(type=[])),
        ("$.credentialSubject.period.type",
         lambda d: d["credentialSubject"]["period"].update(type="Holiday")),
        ("$.@graph", lambda d: d.update({"@graph": []})),
        ("$.@id", lambda d: d.update({"@id": "urn:x:y"})),
        ("$.issuer.@reverse", lambda d: d["issuer"].update({"@reverse": {}})),
        ("$.issuer.@context", lambda d: d["issuer"].update({"@context": KLUSCV_V1})),
        ("$.@context", lambda d: d["@context"].append({"x": "urn:x:y"})),
        ("$.@context", lambda d: d["@context"].append("https://x.example/context")),
        ("$.@context", lambda d: d["@context"].append(None)),
        ("$.@context", lambda d: d["@context"].append(KLUSCV_V1)),
        ("$.@context", lambda d: d.update({"@context": []})),
        ("$.@context", lambda d: d.pop("@context")),
        ("$.id", lambda d: d.update(id="relative")),
        ("$.id", lambda d: d.update(id="_:b0")),
        ("$.id", lambda d: d.update(id="urn:x> <urn:p> <urn:y")),
        ("$.id", lambda d: d.update(id="urn:x:\n")),
        ("$.id", lambda d: d.update(id="category:x")),
        ("$.id", lambda d: d.update(id=["urn:x:y"])),
        ("$.id", lambda d: d.update(id=None)),
        ("$.issuer.id", lambda d: d["issuer"].update(id="klusdag")),
        ("$.credentialSubject.engagement[0].occupation",
         lambda d: d["credentialSubject"]["engagement"][0].update(occupation="cook")),
        ("$.credentialSubject.engagement[0].gigCount",
         lambda d: d["credentialSubject"]["engagement"][0].update(gigCount=1e-7)),
        ("$.credentialSubject.engagement[0].gigCount",
         lambda d: d["credentialSubject"]["engagement"][0].update(gigCount=2**53)),
        ("$.credentialSubject.engagement[0].category",
         lambda d: d["credentialSubject"]["engagement"][0].update(category=None)),
        ("$.credentialSubject.achievement", lambda d: d["credentialSubject"].update(achievement=[])),
        ("$.credentialSubject.engagement[0]",
         lambda d: d["credentialSubject"].update(engagement=[d["credentialSubject"]["engagement"]])),
        ("$.credentialSubject.engagement[2].id",
         lambda d: d["credentialSubject"]["engagement"].append(d["credentialSubject"]["engagement"][0])),
        ("$.name", lambda d: d.update(name={"@value": "x", "@language": "nl", "@direction": "up"})),
        ("$.name", lambda d: d.update(name={"@value": "x", "@type": "urn:x:y"})),
        ("$.name", lambda d: d.update(name={"@value": "x", "@language": "n l"})),
        ("$.id", lambda d: d.update(id={"@value": "urn:x:y"})),
        ("$.validFrom", lambda d: d.update(validFrom={"@value": "x", "@language": "nl"})),
    ],
)  # fmt: skip
def test_what_a_signature_would_not_cover_is_refused_by_its_place(
    document: Document, place: str, change: Callable[[Document], object]
) -> None:
    check_vocabulary(document)
    change(document)
    with pytest.raises(VocabularyError) as caught:
        canonize(document)
    assert str(caught.value).split(" ")[0] == place


def test_the_general_processor_does_not_merge_descriptions_either(document: Document) -> None:
    document["type"].append("https://x.example/Type")
    assert canonize(document)
    document["credentialSubject"]["engagement"].append(document["credentialSubject"]["engagement"][0])
    with pytest.raises(VocabularyError, match="described in two places"):
        canonize(document)


def test_terms_of_a_type_do_not_reach_its_children(document: Document) -> None:
    document["credentialSubject"]["validFrom"] = "2026-01-01T00:00:00Z"
    with pytest.raises(VocabularyError, match=r"^\$\.credentialSubject\.validFrom "):
        check_vocabulary(document)


def test_a_credential_inside_a_presentation_names_its_own_contexts(document: Document) -> None:
    inner = {"@context": CREDENTIALS_V2, "id": "data:,x", "type": "EnvelopedVerifiableCredential"}
    presentation = {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "type": ["VerifiablePresentation", "KlusCVPresentation"],
        "verifiableCredential": [inner, document],
    }
    assert canonize(presentation)
    for place, wrong in (
        ("@context", {**inner, "@context": []}),
        ("pageLanguage", {**inner, "pageLanguage": "nl"}),
    ):
        with pytest.raises(VocabularyError, match=rf"^\$\.verifiableCredential\[1\]\.{place} "):
            canonize({**presentation, "verifiableCredential": [document, wrong]})
    del inner["@context"]
    with pytest.raises(VocabularyError, match=r"^\$\.verifiableCredential\[0\]\.@context "):
        canonize(presentation)


def test_an_sd_jwt_in_a_data_address_survives_whole() -> None:
    address = "data:application/dc+sd-jwt,eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJhIl0~WyJiIl0~"
    presentation = {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "type": ["VerifiablePresentation", "KlusCVPresentation"],
        "verifiableCredential": [
            {"@context": CREDENTIALS_V2, "id": address, "type": "EnvelopedVerifiableCredential"}
        ],
    }
    assert f"<{address}>".encode() in canonize(presentation)


def test_a_text_with_its_language_is_covered(document: Document) -> None:
    document["name"] = {"@value": "Werk", "@language": "nl"}
    assert b'"Werk"@nl' in canonize(document)


def test_numbers_keep_their_form(document: Document) -> None:
    integer = canonize(document)
    document["credentialSubject"]["workTotals"]["gigCount"] = "244"
    assert canonize(document) != integer
    assert b'"244"^^<http://www.w3.org/2001/XMLSchema#integer>' in integer


def test_redefining_a_protected_term_is_an_error(document: Document) -> None:
    hostile = {"@context": {"category": "urn:x:y"}}
    contexts = Contexts({CREDENTIALS_V2: load(CREDENTIALS_V2), KLUSCV_V1: load(KLUSCV_V1), "urn:c": hostile})
    document["@context"].append("urn:c")
    with pytest.raises(VocabularyError, match="the protected term 'category' is redefined"):
        canonize(document, contexts=contexts)


def test_a_context_that_is_not_bundled_is_not_fetched() -> None:
    with pytest.raises(ResolutionError):
        load("https://x.example/context")


def test_a_change_to_a_loaded_context_changes_nothing() -> None:
    load(KLUSCV_V1)["@context"]["x"] = "urn:x:y"
    assert "x" not in load(KLUSCV_V1)["@context"]


@pytest.mark.parametrize("lists", [1, 5])
def test_endless_lists_are_refused_before_they_cost_anything(document: Document, lists: int) -> None:
    document["credentialSubject"]["engagement"] = [
        {"id": new_id(), "category": [str(number) for number in range(3_000 // lists * 2)]}
        for _ in range(lists)
    ]
    document["@context"].append(EXAMPLES)
    started = time.process_time()
    with pytest.raises(DataModelError, match="too long"):
        canonize(document, contexts=WITH_EXAMPLES)
    assert time.process_time() - started < 0.5


def test_bottomless_nesting_is_refused() -> None:
    node: Document = {"gigCount": 1}
    for _ in range(500):
        node = {"engagement": node}
    with pytest.raises(DataModelError, match="deep"):
        canonize({"@context": [CREDENTIALS_V2, KLUSCV_V1], **node})


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@context", "id", "type", "proof", "issuer", "@value", "@language", "name", "x",
                         "verifiableCredential", "credentialSubject", "category"]),
        inner, max_size=4,
    ),
)  # fmt: skip


@settings(max_examples=300)
@given(_json, st.sampled_from(["credentialSubject", "proof", "issuer", "name", "id", "verifiableCredential"]))
def test_nothing_but_its_own_error_is_raised(value: Any, member: str) -> None:
    for kind in ("VerifiableCredential", "VerifiablePresentation"):
        with contextlib.suppress(DataModelError):
            canonize({"@context": [CREDENTIALS_V2, KLUSCV_V1], "type": [kind], member: value})
