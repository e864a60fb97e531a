"""The proof values of `ecdsa-sd-2023`, between bytes and frozen values.

A value is a header of three bytes and one CBOR array, in base64url behind the letter `u`. CBOR is read
strictly: definite lengths, shortest forms, no tags, nothing twice, nothing after it.

Source: Data Integrity ECDSA Cryptosuites v1.0, "serializeBaseProofValue" to "parseDerivedProofValue".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

import cbor2

from standard import base64url
from standard.errors import KeyFormatError, ProofError, UnreadableError
from standard.keys import PublicKey

HMAC_KEY_BYTES: Final = 32
LABEL_BYTES: Final = 32

_BASE_HEADER: Final = bytes.fromhex("d95d00")
_DERIVED_HEADER: Final = bytes.fromhex("d95d01")
_KEY_PREFIX: Final = b"\x80\x24"
_KEY_BYTES: Final = 35
_SIGNATURE_BYTES: Final = 64
# Room for a hundred thousand signatures.
_LIMIT_CHARACTERS: Final = 1 << 23
_LIMIT_DEPTH: Final = 3


@dataclass(frozen=True, slots=True)
class BaseValue:
    """What an issuer hands to the holder, and nobody else should see.

    Attributes:
        signature: the issuer's, over the options, the key and what is always shown.
        proof_key: the key of `statement_signatures`, made for this proof alone.
        hmac_key: turns canonical labels of blank nodes into ones that tell nothing.
        statement_signatures: one for each quad that can be left out, in their order.
        mandatory_pointers: the parts that are always shown.
    """

    signature: bytes
    proof_key: PublicKey
    hmac_key: bytes
    statement_signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """What a holder hands to a verifier.

    Attributes:
        signature: the issuer's, over the options, the key and what is always shown.
        proof_key: the key of `statement_signatures`.
        statement_signatures: one for each shown quad that could have been left out, in their order.
        labels: for the blank node that is `c14n<number>` in the shown document, the bytes of its label.
        mandatory_indexes: the positions, among all shown quads, of those that are always shown.
    """

    signature: bytes
    proof_key: PublicKey
    statement_signatures: tuple[bytes, ...]
    labels: Mapping[int, bytes]
    mandatory_indexes: frozenset[int]


def is_base_value(text: str) -> bool:
    """Tell a base proof by its header; nothing else of it is looked at."""
    return text.startswith("u" + base64url.encode(_BASE_HEADER))


def write_base(value: BaseValue) -> str:
    """Write the value of a base proof."""
    return _write(
        _BASE_HEADER,
        [
            value.signature,
            value.proof_key.multikey_bytes,
            value.hmac_key,
            list(value.statement_signatures),
            list(value.mandatory_pointers),
        ],
    )


def write_derived(value: DerivedValue) -> str:
    """Write the value of a derived proof."""
    return _write(
        _DERIVED_HEADER,
        [
            value.signature,
            value.proof_key.multikey_bytes,
            list(value.statement_signatures),
            dict(sorted(value.labels.items())),
            sorted(value.mandatory_indexes),
        ],
    )


def read_base(text: str) -> BaseValue:
    """Read the value of a base proof.

    Raises:
        ProofError: it is not one, or is written otherwise than `write_base` does.
    """
    signature, key, hmac_key, signatures, pointers = _read(text, _BASE_HEADER, "base")
    if not (
        _octets(hmac_key, HMAC_KEY_BYTES) and isinstance(pointers, list) and all(map(_is_text, pointers))
    ):
        raise ProofError("the base proof has no HMAC key or no list of pointers")
    return BaseValue(_signature(signature), _key(key), hmac_key, _signatures(signatures), tuple(pointers))


def read_derived(text: str) -> DerivedValue:
    """Read the value of a derived proof.

    Raises:
        ProofError: it is not one; a label or an index occurs twice.
    """
    signature, key, signatures, labels, indexes = _read(text, _DERIVED_HEADER, "derived")
    if not (isinstance(labels, dict) and all(map(_is_index, labels))):
        raise ProofError("the derived proof has no map of labels")
    if not all(_octets(label, LABEL_BYTES) for label in labels.values()):
        raise ProofError(f"a label of the derived proof does not have {LABEL_BYTES} bytes")
    # Two nodes under one label would be signed as one node, with the claims of both.
    if len(set(labels.values())) < len(labels):
        raise ProofError("two blank nodes of the derived proof have the same label")
    if not (isinstance(indexes, list) and all(map(_is_index, indexes)) and len(set(indexes)) == len(indexes)):
        raise ProofError("the derived proof has no list of different indexes")
    return DerivedValue(_signature(signature), _key(key), _signatures(signatures), labels, frozenset(indexes))


def _write(header: bytes, items: list[Any]) -> str:
    return "u" + base64url.encode(header + cbor2.dumps(items))


def _read(text: str, header: bytes, kind: str) -> list[Any]:
    if len(text) > _LIMIT_CHARACTERS or not text.startswith("u"):
        raise ProofError("the proofValue is not multibase base64url of a plausible length")
    try:
        data = base64url.decode(text[1:])
        if not data.startswith(header):
            raise ProofError(f"the proofValue is not that of a {kind} proof")
        content = data[len(header) :]
        items = cbor2.loads(
            content, max_depth=_LIMIT_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        )
        again = cbor2.dumps(items)
    except (UnreadableError, cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ProofError(f"the proofValue of the {kind} proof cannot be decoded") from error
    if again != content or not isinstance(items, list) or len(items) != 5:
        raise ProofError(f"the {kind} proof is not five items of CBOR in their shortest form")
    return items


def _octets(value: object, length: int) -> TypeGuard[bytes]:
    return isinstance(value, bytes) and len(value) == length


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _signature(value: object) -> bytes:
    if not _octets(value, _SIGNATURE_BYTES):
        raise ProofError(f"a signature of the proof does not have {_SIGNATURE_BYTES} bytes")
    return value


def _signatures(values: object) -> tuple[bytes, ...]:
    if not isinstance(values, list):
        raise ProofError("the proof has no list of signatures")
    # There are hundreds: all of their types and lengths at once.
    if set(map(type, values)) - {bytes} or set(map(len, values)) - {_SIGNATURE_BYTES}:
        raise ProofError(f"a signature of the proof does not have {_SIGNATURE_BYTES} bytes")
    return tuple(values)


def _key(value: object) -> PublicKey:
    if not _octets(value, _KEY_BYTES) or not value.startswith(_KEY_PREFIX):
        raise ProofError("the proof has no P-256 key")
    try:
        return PublicKey("P-256", value[len(_KEY_PREFIX) :])
    except KeyFormatError as error:
        raise ProofError("the key of the proof is not a point on P-256") from error
