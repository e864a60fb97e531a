"""Type metadata: what a type of SD-JWT VC and its claims are called, and which claims may be hidden.

The documents of this standard are bundled; they help a wallet to show a credential and decide nothing
about whether it is valid.

Source: draft-ietf-oauth-sd-jwt-vc-19, "SD-JWT VC Type Metadata" and "Document Integrity".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from standard import strict_json
from standard.claims import VCT
from standard.errors import DataModelError, SdJwtError, UnreadableError
from standard.sd_jwt.token import Path, SdJwt

LIMIT_BYTES: Final = 1 << 18
ALWAYS, NEVER, ALLOWED = "always", "never", "allowed"

_STRONGEST_FIRST: Final = ("sha512", "sha384", "sha256")

Pattern = tuple[str | int | None, ...]
"""Which claims are meant; None stands for every element of an array."""


@dataclass(frozen=True, slots=True)
class ClaimMetadata:
    """What one claim is called in each language, and whether it may be hidden or left out."""

    path: Pattern
    labels: Mapping[str, str]
    disclosure: str
    is_mandatory: bool

    def selects(self, path: Path) -> bool:
        """Whether this is about the claim at a path."""
        return len(path) == len(self.path) and all(
            isinstance(step, int) if wanted is None else step == wanted
            for step, wanted in zip(path, self.path, strict=True)
        )


@dataclass(frozen=True, slots=True)
class TypeMetadata:
    """What a type is called in each language, and its claims."""

    vct: str
    names: Mapping[str, str]
    claims: tuple[ClaimMetadata, ...]


def bundled(vct: str) -> bytes:
    """The document of one of this standard's types, byte for byte as it is served.

    Raises:
        SdJwtError: it is not one of them.
    """
    if vct not in VCT.values():
        raise SdJwtError("vct is not of this standard")
    return (files("standard") / "vct" / f"{vct.rpartition('/')[2]}.json").read_bytes()


def integrity(content: bytes) -> str:
    """The `vct#integrity` of a document."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


@cache
def bundled_integrity(vct: str) -> str:
    """The `vct#integrity` of the bundled document of a type.

    Raises:
        SdJwtError: it is not one of this standard's.
    """
    return integrity(bundled(vct))


def read_type_metadata(content: bytes, *, vct: str, integrity: str | None) -> TypeMetadata:
    """Read a document, from wherever it came.

    Args:
        content: its bytes.
        vct: the type of the credential, which must be that of the document.
        integrity: the credential's `vct#integrity`, where it has one.

    Raises:
        SdJwtError: other bytes than the credential pins.
        DataModelError: not type metadata of this type; the message names the place.
    """
    if integrity is not None:
        _check_integrity(content, integrity)
    try:
        document = strict_json.loads(content, limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise DataModelError("$: not strict JSON") from error
    if not isinstance(document, dict) or document.get("vct") != vct:
        raise DataModelError("$.vct: another type")
    claims = document.get("claims", [])
    if not isinstance(claims, list):
        raise DataModelError("$.claims: not an array")
    return TypeMetadata(
        vct=vct,
        names=_words(document.get("display", []), "name", "$.display"),
        claims=tuple(_claim(claim, f"$.claims[{index}]") for index, claim in enumerate(claims)),
    )


def check_disclosure(metadata: TypeMetadata, sd_jwt: SdJwt) -> None:
    """Check that what is disclosed alone may be, and that nothing is shown open that should not be.

    A claim that is absent may have been left out by the worker: that is not an error.

    Raises:
        SdJwtError: the credential breaks its type's rules.
    """
    for claim in metadata.claims:
        alone = sum(claim.selects(shown.path) for shown in sd_jwt.shown)
        if claim.disclosure == NEVER and alone:
            raise SdJwtError("a claim is disclosed alone that the type does not let be hidden")
        if claim.disclosure == ALWAYS and alone != _count(sd_jwt.claims, claim.path):
            raise SdJwtError("a claim stands open that the type wants disclosed alone")


def _count(value: Any, path: Pattern) -> int:
    """How many claims a path selects among those that are shown."""
    if not path:
        return 1
    step, *rest = path
    match value:
        case Mapping() if isinstance(step, str):
            return _count(value[step], tuple(rest)) if step in value else 0
        case list() if step is None:
            return sum(_count(element, tuple(rest)) for element in value)
    return 0


def _check_integrity(content: bytes, metadata: str) -> None:
    """Source: Subresource Integrity, "Integrity metadata"; the strongest algorithm decides."""
    expressions = [each.partition("?")[0].partition("-") for each in metadata.split()]
    for algorithm in _STRONGEST_FIRST:
        expected = [value for name, _, value in expressions if name == algorithm]
        if expected:
            if hashlib.new(algorithm, content).digest() in map(_digest, expected):
                return
            break
    raise SdJwtError("the type metadata is not what the credential pins")


def _digest(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _claim(claim: Any, place: str) -> ClaimMetadata:
    if not isinstance(claim, dict):
        raise DataModelError(f"{place}: not an object")
    path, disclosure, is_mandatory = (
        claim.get("path"),
        claim.get("sd", ALLOWED),
        claim.get("mandatory", False),
    )
    if not isinstance(path, list) or not path or not all(map(_is_step, path)):
        raise DataModelError(f"{place}.path: not a path")
    if disclosure not in (ALWAYS, NEVER, ALLOWED) or not isinstance(is_mandatory, bool):
        raise DataModelError(f"{place}: sd or mandatory is none of their values")
    return ClaimMetadata(
        tuple(path), _words(claim.get("display", []), "label", f"{place}.display"), disclosure, is_mandatory
    )


def _is_step(step: Any) -> bool:
    is_index = isinstance(step, int) and not isinstance(step, bool) and step >= 0
    return step is None or isinstance(step, str) or is_index


def _words(display: Any, name: str, place: str) -> Mapping[str, str]:
    """The words by language, such as `{"nl": "Naam"}`."""
    words: dict[str, str] = {}
    for entry in display if isinstance(display, list) else [None]:
        locale, word = (entry.get("locale"), entry.get(name)) if isinstance(entry, dict) else (None, None)
        if not isinstance(locale, str) or not isinstance(word, str):
            raise DataModelError(f"{place}: not words by language")
        words[locale] = word
    return words
