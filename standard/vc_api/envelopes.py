"""Credentials and presentations in an envelope: signed as JOSE, in a `data:` address.

Source: Verifiable Credentials Data Model v2.0, "Enveloped Verifiable Credentials"; Securing Verifiable
Credentials using JOSE and COSE; and, for `application/jwt`, Verifiable Credentials Data Model v1.1,
"JSON Web Token", which test suites still send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from standard import jws, sd_jwt
from standard.data_model import check_envelope
from standard.dids import did_jwk_method, did_key_method, did_of
from standard.errors import DataModelError, ProofError
from standard.jws import Jws
from standard.model import Did, DidUrl
from standard.resolution import Resolver
from standard.vc_api.proof_checks import verification_key
from standard.vc_api.verdict import Demands

CREDENTIAL: Final = "EnvelopedVerifiableCredential"
PRESENTATION: Final = "EnvelopedVerifiablePresentation"
SD_JWT_VC: Final = "application/dc+sd-jwt"

# The media types of each kind of envelope, with the `typ` that their header may say.
_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    CREDENTIAL: {
        "application/vc+jwt": "vc+jwt",
        "application/vc+sd-jwt": "vc+sd-jwt",
        SD_JWT_VC: "dc+sd-jwt",
        "application/jwt": "JWT",
    },
    PRESENTATION: {"application/vp+jwt": "vp+jwt", "application/jwt": "JWT"},
}
_WRAPPED: Final = {CREDENTIAL: "vc", PRESENTATION: "vp"}
# Claims of the envelope; the others are the document's.
_CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf"})
_LATEST: Final = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Envelope:
    """An opened envelope, whose signature has not been checked yet.

    `document` is the credential or the presentation, or the claims of an SD-JWT VC, which are neither.
    """

    media_type: str
    text: str
    document: Mapping[str, Any]
    claims: Mapping[str, Any]
    jws: Jws

    @property
    def issuer(self) -> str | None:
        """Who says to have signed it."""
        value = self.claims.get("iss", self.document.get("issuer", self.document.get("holder")))
        value = value.get("id") if isinstance(value, Mapping) else value
        return value if isinstance(value, str) else None

    @property
    def validity(self) -> tuple[datetime | None, datetime | None]:
        """From when until when the envelope counts.

        Raises:
            DataModelError: `nbf` or `exp` is not a moment.
        """
        return _moment(self.claims, "nbf"), _moment(self.claims, "exp")

    def check_signature(self, purpose: str, *, demands: Demands, resolver: Resolver) -> frozenset[Did]:
        """Verify the signature with the key that the header names; returns whose key it is.

        Raises:
            ProofError: the signature does not match, or answers another request.
            KeyFormatError: the header leads to no key for this purpose.
        """
        audience = self.claims.get("aud")
        if demands.challenge is not None and self.claims.get("nonce") != demands.challenge:
            raise ProofError("the envelope's nonce is not the expected one")
        if demands.domain not in (None, audience, *(audience if isinstance(audience, list) else ())):
            raise ProofError("the envelope's aud is not the expected one")
        method = self._method()
        self.jws.verify(verification_key(method, purpose, demands.profile, resolver))
        return frozenset({did_of(method)})

    def _method(self) -> DidUrl:
        named, issuer = self.jws.header.get("kid"), self.issuer
        if isinstance(named, str) and named.startswith("did:"):
            return DidUrl(named)
        if isinstance(named, str) and named.startswith("#") and issuer is not None:
            return DidUrl(f"{issuer}{named}")
        if named is None and issuer is not None and issuer.startswith("did:key:"):
            return did_key_method(Did(issuer))
        if named is None and issuer is not None and issuer.startswith("did:jwk:"):
            return did_jwk_method(Did(issuer))
        raise ProofError("the envelope's header names no key of a DID")


def envelope_type(document: Mapping[str, Any]) -> str | None:
    """Which kind of envelope a document says to be; None when it is none."""
    types = document.get("type")
    names = types if isinstance(types, list) else [types]
    return next((kind for kind in (CREDENTIAL, PRESENTATION) if kind in names), None)


def open_envelope(document: Mapping[str, Any], kind: str) -> Envelope:
    """Open an envelope.

    Raises:
        ProofError: it is secured in a way that is not known here, or malformed.
        DataModelError: it is not exactly an envelope, or what is in it contradicts itself.
    """
    check_envelope(document, kind=kind)
    if unsigned := document.keys() - {"@context", "id", "type"}:
        raise DataModelError(f"$.{min(unsigned)[:80]}: nothing secures it beside the envelope")
    media_type, _, text = str(document["id"]).removeprefix("data:").partition(",")
    typ = _TYPES[kind].get(media_type)
    if typ is None:
        known = ", ".join(_TYPES[kind])
        raise ProofError(f"an envelope of the type {media_type[:80]} cannot be opened here, only {known}")
    if "sd-jwt" in media_type:
        selective = sd_jwt.parse(text)
        if selective.key_binding is not None:
            raise ProofError("a key-binding JWT is for the verifier who asked for it")
        signed, claims = selective.jwt, selective.claims
    else:
        signed = jws.parse(text)
        claims = signed.payload
    _check_typ(signed, typ, media_type)
    inner = claims if media_type == SD_JWT_VC else _document(claims, _WRAPPED[kind], media_type)
    return Envelope(media_type, text, inner, claims, signed)


def _check_typ(signed: Jws, typ: str, media_type: str) -> None:
    named = signed.header.get("typ", None if media_type == SD_JWT_VC else typ)
    if not isinstance(named, str) or named.lower().removeprefix("application/") != typ.lower():
        raise ProofError(f"the envelope's typ is not {typ}")


def _document(claims: Mapping[str, Any], wrapped: str, media_type: str) -> Mapping[str, Any]:
    """What the claims secure: they are the document, or hold it in one claim, as in version 1.1."""
    if media_type == "application/jwt" and wrapped in claims:
        inner: Mapping[str, Any] = claims[wrapped]
        if not isinstance(inner, Mapping):
            raise DataModelError(f"$.{wrapped}: not an object")
    elif not claims.keys().isdisjoint(_WRAPPED.values()):
        raise DataModelError("$: vc and vp are no claims of an envelope of this type")
    else:
        inner = {name: value for name, value in claims.items() if name not in _CLAIMS}
    _check_agreement(inner, claims)
    return inner


def _check_agreement(inner: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Whatever is said twice must be the same."""
    subject = inner.get("credentialSubject")
    for claim, value in (
        ("iss", inner.get("issuer", inner.get("holder"))),
        ("jti", inner.get("id")),
        ("sub", subject if isinstance(subject, Mapping) else None),
    ):
        identifier = value.get("id") if isinstance(value, Mapping) else value
        if claim in claims and identifier is not None and claims[claim] != identifier:
            raise DataModelError(f"$.{claim}: contradicts the document in the envelope")


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST:
        raise DataModelError(f"$.{name}: not a moment")
    return datetime.fromtimestamp(value, UTC)
