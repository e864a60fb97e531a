"""Reading an SD-JWT: its parts, and the claims that its disclosures uncover.

Source: RFC 9901, "Verification of the SD-JWT".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from standard import jws
from standard.errors import ProofError, SdJwtError
from standard.jws import Jws
from standard.keys import PublicKey
from standard.sd_jwt import disclosure
from standard.sd_jwt.disclosure import ALGORITHM_KEY, DIGESTS_KEY, ELEMENT_KEY, Disclosure

LIMIT_CHARACTERS: Final = 1 << 20
LIMIT_DISCLOSURES: Final = 4096
LIMIT_DEPTH: Final = 64
_NESTED: Final = (dict, list)
DIGEST_ALGORITHM: Final = "sha-256"

Path = tuple[str | int, ...]
"""Where a claim stands, such as `("review", 3)`; an array's index counts hidden elements too."""
Keep = Callable[[Path, Any], bool]
"""Whether a holder shows the disclosure at a path, given its value as a reader would see it."""


class Shown(NamedTuple):
    """What one disclosure shows: where, and the value as a reader sees it."""

    text: str
    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class SdJwt:
    """A parsed SD-JWT, every disclosure of which has its one place in the payload.

    The signature is not checked yet. `claims` is the payload as a reader should see it; `shown`
    lists what the disclosures added to it, a claim before the claims inside it.
    """

    text: str
    jwt: Jws
    key_binding: str | None
    claims: Mapping[str, Any]
    shown: tuple[Shown, ...]

    @property
    def header(self) -> Mapping[str, Any]:
        """The issuer's JOSE header."""
        return self.jwt.header

    @property
    def payload(self) -> Mapping[str, Any]:
        """The signed payload, digests and all."""
        return self.jwt.payload

    def reduced(self, keep: Keep) -> str:
        """Keep only the chosen disclosures; one inside another goes when that one goes.

        The key binding, if any, is dropped, for it covers other bytes.

        Args:
            keep: is given each disclosure's path and the value as a reader would see it.
        """
        kept = [self.text[: self.text.index("~")]]
        hidden: set[Path] = set()
        for shown in self.shown:
            path = shown.path
            if not keep(path, shown.value):
                hidden.add(path)
            elif hidden.isdisjoint(path[:length] for length in range(1, len(path))):
                kept.append(shown.text)
        return "~".join([*kept, ""])

    @property
    def without_key_binding(self) -> str:
        """The part that `sd_hash` covers: everything up to and including the last tilde."""
        return self.text[: self.text.rindex("~") + 1]


def parse(text: str) -> SdJwt:
    """Read an SD-JWT, with or without a key-binding JWT.

    1. Take the parts apart.
    2. Read the JWT and the disclosures.
    3. Put every disclosure where its digest stands; refuse what is ambiguous or left over.

    Raises:
        SdJwtError: malformed, too large, or any rule of "Verification of the SD-JWT" broken that
            does not need a key or a clock.
    """
    if len(text) > LIMIT_CHARACTERS or not text.isascii() or "~" not in text:
        raise SdJwtError("not an SD-JWT of a bounded size")
    jwt_text, *disclosure_texts, key_binding = text.split("~")
    if len(disclosure_texts) > LIMIT_DISCLOSURES:
        raise SdJwtError("too many disclosures")
    try:
        jwt = jws.parse(jwt_text, limit_bytes=LIMIT_CHARACTERS)
    except ProofError as error:
        raise SdJwtError(str(error)) from error
    if jwt.payload.get(ALGORITHM_KEY, DIGEST_ALGORITHM) != DIGEST_ALGORITHM:
        raise SdJwtError("_sd_alg is not sha-256")
    disclosures = disclosure.parse_each(disclosure_texts)
    by_digest = dict(zip(map(disclosure.digest, disclosure_texts), disclosures, strict=True))
    if len(by_digest) < len(disclosures):
        raise SdJwtError("a disclosure stands in the text twice")
    assembly = _Assembly(by_digest)
    claims = assembly.object(jwt.payload, (), is_payload=True)
    if assembly.unused:
        raise SdJwtError("a disclosure belongs to no digest of the payload")
    return SdJwt(text, jwt, key_binding or None, MappingProxyType(claims), tuple(assembly.shown))


def verify_signature(sd_jwt: SdJwt, public_key: PublicKey) -> None:
    """Check the issuer's signature.

    Raises:
        SignatureMismatchError: the signature belongs to other bytes or another key.
    """
    sd_jwt.jwt.verify(public_key)


def disclosed_claims(sd_jwt: SdJwt) -> dict[str, Any]:
    """The claims that the SD-JWT shows; what is not disclosed has left no trace in them."""
    return dict(sd_jwt.claims)


@dataclass(slots=True)
class _Assembly:
    """Replaces digests by disclosed values, and remembers what was used where."""

    unused: dict[str, Disclosure]
    seen: set[str] = field(default_factory=set)
    shown: list[Shown] = field(default_factory=list)

    def value(self, value: Any, path: Path) -> Any:
        if len(path) > LIMIT_DEPTH:
            raise SdJwtError("the claims are nested too deeply")
        if type(value) is dict:
            return self.object(value, path)
        return self._elements(value, path) if type(value) is list else value

    def object(self, node: Mapping[str, Any], path: Path, *, is_payload: bool = False) -> dict[str, Any]:
        if ELEMENT_KEY in node or (ALGORITHM_KEY in node and not is_payload):
            raise SdJwtError("a reserved name stands where it has no meaning")
        claims = dict(node)
        claims.pop(ALGORITHM_KEY, None)
        digests = claims.pop(DIGESTS_KEY, None)
        for name, value in claims.items():
            # Most values are texts and numbers, which stay what they are.
            if type(value) in _NESTED:
                claims[name] = self.value(value, (*path, name))
        if DIGESTS_KEY in node:
            self._add_claims(digests, claims, path)
        return claims

    def _add_claims(self, digests: Any, claims: dict[str, Any], path: Path) -> None:
        if not isinstance(digests, list):
            raise SdJwtError("_sd is not an array")
        for digest in digests:
            item = self._take(digest)
            if item is None:
                continue
            if item.name is None or item.name in claims:
                raise SdJwtError("an array element's disclosure in an object, or a claim given twice")
            claims[item.name] = self._disclosed(item, (*path, item.name))

    def _elements(self, elements: list[Any], path: Path) -> list[Any]:
        shown = []
        for index, element in enumerate(elements):
            place = (*path, index)
            if type(element) is not dict or ELEMENT_KEY not in element:
                shown.append(self.value(element, place))
                continue
            if len(element) != 1:
                raise SdJwtError("a hidden array element has other keys")
            item = self._take(element[ELEMENT_KEY])
            if item is None:
                continue
            if item.name is not None:
                raise SdJwtError("a claim's disclosure stands in an array")
            shown.append(self._disclosed(item, place))
        return shown

    def _disclosed(self, item: Disclosure, path: Path) -> Any:
        if item.depth is not None and len(path) + item.depth <= LIMIT_DEPTH:
            self.shown.append(Shown(item.text, path, item.value))
            return item.value
        place = len(self.shown)
        value = self.value(item.value, path)
        self.shown.insert(place, Shown(item.text, path, value))
        return value

    def _take(self, digest: Any) -> Disclosure | None:
        if not isinstance(digest, str):
            raise SdJwtError("a digest is not a text")
        if digest in self.seen:
            raise SdJwtError("a digest stands in the payload twice")
        self.seen.add(digest)
        return self.unused.pop(digest, None)
