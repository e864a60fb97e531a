"""A credential or a presentation whose data model was checked, however it is secured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from standard.claims import VCT
from standard.errors import DataModelError
from standard.model import Did
from standard.resolution import Resolver
from standard.vc_api.contexts import verifiable
from standard.vc_api.data_model import (
    check_any_credential,
    check_any_presentation,
    check_vocabulary,
    is_kluscv,
    party,
    validity,
)
from standard.vc_api.envelopes import (
    CREDENTIAL,
    PRESENTATION,
    SD_JWT_VC,
    Envelope,
    envelope_type,
    open_envelope,
)
from standard.vc_api.proof_checks import check_proofs
from standard.vc_api.verdict import Demands

_OWN_TYPES: Final = frozenset(VCT.values())


class Secured(Protocol):
    """What the checks after the first one ask."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The credential or the presentation itself."""
        ...

    @property
    def has_status(self) -> bool:
        """Whether it says where its status can be read."""
        ...

    def party(self, name: str) -> str | None:
        """The address of the issuer or the holder."""
        ...

    def validity(self) -> tuple[datetime | None, datetime | None]:
        """From when until when it counts."""
        ...

    def check_signatures(self, purpose: str, *, demands: Demands, resolver: Resolver) -> frozenset[Did]:
        """Verify every signature; returns whose keys made them."""
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document with its proofs in it."""

    document: Mapping[str, Any]

    @property
    def has_status(self) -> bool:
        """Whether it says where its status can be read."""
        return "credentialStatus" in self.document

    def party(self, name: str) -> str | None:
        """The address of the issuer or the holder."""
        return party(self.document, name)

    def validity(self) -> tuple[datetime | None, datetime | None]:
        """From when until when it counts."""
        return validity(self.document)

    def check_signatures(self, purpose: str, *, demands: Demands, resolver: Resolver) -> frozenset[Did]:
        """Verify every proof; returns whose keys made them."""
        return check_proofs(self.document, purpose, demands=demands, resolver=resolver, known=verifiable())


@dataclass(frozen=True, slots=True)
class Enveloped:
    """A document in an envelope."""

    envelope: Envelope

    @property
    def document(self) -> Mapping[str, Any]:
        """The document in the envelope."""
        return self.envelope.document

    @property
    def has_status(self) -> bool:
        """Whether it says where its status can be read."""
        return ("status" if self.envelope.media_type == SD_JWT_VC else "credentialStatus") in self.document

    @property
    def own_text(self) -> str | None:
        """The SD-JWT, when it is one of this standard."""
        is_own = self.envelope.media_type == SD_JWT_VC and self.document.get("vct") in _OWN_TYPES
        return self.envelope.text if is_own else None

    def party(self, name: str) -> str | None:
        """The address of the issuer or the holder; an SD-JWT VC names its issuer in a claim."""
        return self.envelope.issuer if self.envelope.media_type == SD_JWT_VC else party(self.document, name)

    def validity(self) -> tuple[datetime | None, datetime | None]:
        """From when until when both the document and its envelope count."""
        start, end = self.envelope.validity
        if self.envelope.media_type == SD_JWT_VC:
            return start, end
        own_start, own_end = validity(self.document)
        starts = [each for each in (start, own_start) if each is not None]
        ends = [each for each in (end, own_end) if each is not None]
        return max(starts, default=None), min(ends, default=None)

    def check_signatures(self, purpose: str, *, demands: Demands, resolver: Resolver) -> frozenset[Did]:
        """Verify the signature of the envelope, and the proofs that the document in it has of its own."""
        signers = self.envelope.check_signature(purpose, demands=demands, resolver=resolver)
        if "proof" not in self.document:
            return signers
        own = demands.for_credential()
        return signers | check_proofs(
            self.document, purpose, demands=own, resolver=resolver, known=verifiable()
        )


def read_credential(document: Mapping[str, Any]) -> Embedded | Enveloped:
    """Check the data model of a credential, in its envelope or without one.

    Raises:
        DataModelError: it breaks its data model, or a part of it would not be signed.
        ProofError: its envelope cannot be opened.
    """
    if envelope_type(document) is None:
        _check_model(document, check_any_credential)
        return Embedded(document)
    envelope = open_envelope(document, CREDENTIAL)
    if envelope.media_type == SD_JWT_VC:
        if not isinstance(envelope.document.get("vct"), str) or envelope.issuer is None:
            raise DataModelError("$.vct: an SD-JWT VC names its type and its issuer")
    else:
        _check_not_own(envelope)
        _check_model(envelope.document, check_any_credential)
    return Enveloped(envelope)


def read_presentation(document: Mapping[str, Any]) -> Embedded | Enveloped:
    """Check the data model of a presentation, in its envelope or without one.

    Raises:
        DataModelError: it breaks its data model, or a part of it would not be signed.
        ProofError: its envelope cannot be opened.
    """
    if envelope_type(document) is None:
        _check_model(document, check_any_presentation)
        return Embedded(document)
    envelope = open_envelope(document, PRESENTATION)
    _check_not_own(envelope)
    _check_model(envelope.document, check_any_presentation)
    return Enveloped(envelope)


def _check_model(document: Mapping[str, Any], check: Callable[[Mapping[str, Any]], None]) -> None:
    """Check a document by itself: its data model, and that every term in it would be signed."""
    check(document)
    check_vocabulary(document, verifiable())


def _check_not_own(envelope: Envelope) -> None:
    if is_kluscv(envelope.document):
        raise DataModelError("$.@context: what follows this standard is never secured in this way")
