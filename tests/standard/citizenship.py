"""A stand-in for the citizenship context of the W3C's `ecdsa-sd-2023` examples.

Written by us from the terms and the N-Quads of those examples; the real context is longer. In the
second set it has a default vocabulary too, which only the general JSON-LD processor reads.
"""

from typing import Any

from standard.jsonld import CREDENTIALS_V2, Contexts
from standard.jsonld.contexts import load

_CITIZENSHIP = "https://w3id.org/citizenship#"
_SCHEMA = "https://schema.org/"
_DATE = "http://www.w3.org/2001/XMLSchema#dateTime"
_TYPES = (
    "EmployablePerson", "EmploymentAuthorizationDocument", "EmploymentAuthorizationDocumentCredential",
    "PermanentResident", "PermanentResidentCard", "PermanentResidentCardCredential",
)  # fmt: skip
_LINKS = ("employmentAuthorizationDocument", "permanentResidentCard")
_TEXTS = ("birthCountry", "commuterClassification", "lprCategory", "lprNumber")
_PERSON = ("Person", "additionalName", "familyName", "gender", "givenName", "identifier")

_TERMS: dict[str, Any] = {
    **{name: _CITIZENSHIP + name for name in (*_TYPES, *_TEXTS)},
    **{name: {"@id": _CITIZENSHIP + name, "@type": "@id"} for name in _LINKS},
    **{name: _SCHEMA + name for name in _PERSON},
    "birthDate": {"@id": f"{_SCHEMA}birthDate", "@type": _DATE},
    "image": {"@id": f"{_SCHEMA}image", "@type": "@id"},
    "residentSince": {"@id": f"{_CITIZENSHIP}residentSince", "@type": _DATE},
}


def _contexts(terms: dict[str, Any]) -> Contexts:
    return Contexts(
        {
            CREDENTIALS_V2: load(CREDENTIALS_V2),
            "https://w3id.org/citizenship/v4rc1": {"@context": {"@protected": True, **terms}},
        }
    )


COMPILED = _contexts(_TERMS)
GENERAL = _contexts({"@vocab": "https://example.org/other#", **_TERMS})
