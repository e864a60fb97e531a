"""The error tree. Each class has a stable machine code; messages hold facts, never personal data."""

from __future__ import annotations

from typing import ClassVar


class KlusCVError(Exception):
    """Root of every error that this project raises on purpose.

    Attributes:
        code: stable, machine-readable; pages and APIs choose their words by it.
    """

    code: ClassVar[str] = "error"


class UnreadableError(KlusCVError):
    """Bytes that are not what they claim to be, or that exceed a limit."""

    code = "unreadable"


class JsonError(UnreadableError):
    """JSON that is malformed, ambiguous (duplicate keys, NaN) or too deep."""

    code = "json"


class DataModelError(KlusCVError):
    """A document breaks the data model or its JSON Schema; the message names the place."""

    code = "data-model"


class VocabularyError(DataModelError):
    """A document uses a term or a type that its contexts do not define."""

    code = "vocabulary"


class KeyFormatError(KlusCVError):
    """A key or a DID cannot be decoded."""

    code = "key-format"


class SigningError(KlusCVError):
    """A key that is kept elsewhere could not be used to sign; says nothing about what was to be signed."""

    code = "signing"


class ProofError(KlusCVError):
    """A proof is missing, malformed, of an unknown kind, or does not match the document."""

    code = "proof"


class SignatureMismatchError(ProofError):
    """The signature does not belong to these bytes and this key."""

    code = "signature"


class SdJwtError(ProofError):
    """An SD-JWT breaks RFC 9901 or the SD-JWT VC profile."""

    code = "sd-jwt"


class CompactError(ProofError):
    """A compact statement or a QR payload cannot be decoded or does not verify."""

    code = "compact"


class StatusListError(KlusCVError):
    """A status list is malformed or has no such entry."""

    code = "status-list"


class TrustError(KlusCVError):
    """A trust list or a trust root is malformed or not signed by the pinned root."""

    code = "trust"


class ResolutionError(KlusCVError):
    """A document could not be obtained; says nothing about the credential itself."""

    code = "resolution"


class FetchRefusedError(ResolutionError):
    """An address that the network rules do not allow."""

    code = "fetch-refused"


class ProtocolError(KlusCVError):
    """The other side of OpenID4VCI or OpenID4VP broke the protocol.

    Attributes:
        error: the `error` value of the specification, such as `invalid_proof`.
    """

    code = "protocol"

    def __init__(self, error: str, message: str = "") -> None:
        """Keep the specification's error value beside the message."""
        super().__init__(message or error)
        self.error = error
