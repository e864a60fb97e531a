"""JSON Web Signatures in compact serialisation, with the strictness that every JWT here shares.

One header decides nothing by itself: the caller names the `typ` it expects, `alg` must be the
algorithm of the key that verifies, and no header that would change the meaning (`crit`, `b64`) or
bring its own key material for verification is obeyed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import orjson

from standard import base64url, strict_json
from standard.errors import ProofError, SignatureMismatchError, UnreadableError
from standard.keys import PublicKey, Signer
from standard.keys.jwk import SIGNATURE_ALGORITHMS

LIMIT_BYTES: Final = 1 << 20

_ONLY_JSON: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_write_json: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Jws:
    """A parsed JWS whose signature has not been checked yet."""

    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    signing_input: bytes
    signature: bytes

    def verify(self, public_key: PublicKey) -> None:
        """Check the signature with one key, whose kind must be the one that `alg` names.

        Raises:
            SignatureMismatchError: another key, other bytes, or another algorithm.
        """
        if self.header["alg"] != SIGNATURE_ALGORITHMS[public_key.algorithm]:
            raise SignatureMismatchError("alg is not the algorithm of the key")
        public_key.verify(self.signature, self.signing_input)


def sign(header: Mapping[str, Any], payload: Mapping[str, Any], signer: Signer) -> str:
    """Sign a JSON payload; `alg` is set from the signer's key."""
    full_header = {"alg": SIGNATURE_ALGORITHMS[signer.public_key.algorithm], **header}
    signing_input = f"{encode_json(full_header)}.{encode_json(dict(payload))}"
    return f"{signing_input}.{base64url.encode(signer.sign(signing_input.encode('ascii')))}"


def parse(text: str, *, limit_bytes: int = LIMIT_BYTES) -> Jws:
    """Read a compact JWS strictly, without checking its signature.

    Raises:
        ProofError: not a JWS, an unknown `alg` (such as `none`), or a header that must be understood.
    """
    parts = text.split(".") if len(text) <= limit_bytes else []
    if len(parts) != 3:
        raise ProofError("a JWS has three parts and a bounded size")
    header = _json_object(parts[0], "header", limit_bytes)
    if header.get("alg") not in SIGNATURE_ALGORITHMS.values():
        raise ProofError("alg is missing or not one of " + ", ".join(SIGNATURE_ALGORITHMS.values()))
    if "crit" in header or "b64" in header:
        raise ProofError("the header asks for an extension that is not supported")
    return Jws(
        header=MappingProxyType(header),
        payload=MappingProxyType(_json_object(parts[1], "payload", limit_bytes)),
        signing_input=f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature=_decode(parts[2], "signature"),
    )


def encode_json(value: object) -> str:
    """Write JSON without spaces, as base64url; errors as of `write_json`."""
    return base64url.encode(write_json(value))


def write_json(value: object) -> bytes:
    """Write JSON without spaces.

    Raises:
        ValueError: a value that JSON has not, or an integer of more than 64 bits.
    """
    (text,) = write_json_each([value])
    return text


def write_json_each(values: Sequence[object]) -> list[bytes]:
    """Write each of many values as `write_json` does; it takes less time for all of them together."""
    try:
        texts = [orjson.dumps(value, option=_ONLY_JSON) for value in values]
    except orjson.JSONEncodeError as error:
        raise ValueError("not JSON that every reader reads alike") from error
    if b"null" not in b"".join(texts):
        return texts
    # orjson writes NaN as null; the standard library refuses it.
    return [
        _write_json(value).encode("utf-8") if b"null" in text else text
        for value, text in zip(values, texts, strict=True)
    ]


def _json_object(part: str, place: str, limit_bytes: int) -> dict[str, Any]:
    try:
        value = strict_json.loads(_decode(part, place), limit_bytes=limit_bytes)
    except UnreadableError as error:
        raise ProofError(f"the {place} is not strict JSON: {error}") from error
    if not isinstance(value, dict):
        raise ProofError(f"the {place} is not a JSON object")
    return value


def _decode(part: str, place: str) -> bytes:
    try:
        return base64url.decode(part)
    except UnreadableError as error:
        raise ProofError(f"the {place} is not base64url") from error
