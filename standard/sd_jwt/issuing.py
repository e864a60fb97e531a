"""Making an SD-JWT: chosen claims leave the payload and come back as disclosures.

Source: RFC 9901, "SD-JWT and SD-JWT+KB Data Formats".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import compress
from typing import Any, Final

from standard import base64url, jws
from standard.errors import SdJwtError
from standard.keys import Signer
from standard.sd_jwt import disclosure
from standard.sd_jwt.disclosure import ALGORITHM_KEY, DIGESTS_KEY, ELEMENT_KEY, RESERVED_NAMES
from standard.sd_jwt.token import DIGEST_ALGORITHM, LIMIT_DEPTH, Path

# So many bytes make a text without a rest, and so many salts are enough for most statements.
_SALT_BYTES: Final = 18
_SALT_CHARACTERS: Final = 24
_SALTS_AT_ONCE: Final = 32

# Most values are texts and numbers, and telling whether one is a mapping takes longest.
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_OBJECTS: Final = (dict, Mapping)
_LISTS: Final = (list, tuple)

Disclosable = Callable[[Path], bool]
NewSalt = Callable[[], str]
Decoys = Callable[[Path], int]


def no_decoys(_path: Path) -> int:
    """How many decoys there are where nothing needs to be hidden by them."""
    return 0


def salts(random_bytes: Callable[[int], bytes]) -> Iterator[str]:
    """Give salts of 144 random bits without end.

    They are drawn many at a time: asking the operating system for each takes longer than all else that is
    done with it.
    """
    while True:
        drawn = base64url.encode(random_bytes(_SALT_BYTES * _SALTS_AT_ONCE))
        for start in range(0, len(drawn), _SALT_CHARACTERS):
            yield drawn[start : start + _SALT_CHARACTERS]


def issue(
    claims: Mapping[str, Any],
    *,
    disclosable: Disclosable,
    header: Mapping[str, Any],
    signer: Signer,
    new_salt: NewSalt,
    decoys: Decoys = no_decoys,
    deepest: int = LIMIT_DEPTH,
) -> str:
    """Sign claims, each disclosable one behind its own salted digest.

    Args:
        claims: the payload as a reader should see it when everything is shown.
        disclosable: whether the claim or array element at this path can be shown alone.
        header: the JOSE header without `alg`.
        new_salt: gives at least 128 random bits as text, another one every time; see `salts`.
        decoys: how many digests of nothing stand among those of the object or array at this path, so
            that nobody can count what is hidden. In an array they count in the paths of a reader.
        deepest: how long paths of disclosable claims are at most, which saves looking further; no decoys
            stand further down either.

    Raises:
        SdJwtError: a claim has a name that RFC 9901 reserves.
    """
    hiding = _Hiding(disclosable, new_salt, decoys, deepest)
    payload = hiding.object(claims, ())
    payload[ALGORITHM_KEY] = DIGEST_ALGORITHM
    return "~".join([jws.sign(header, payload, signer), *hiding.disclosures, ""])


@dataclass(frozen=True, slots=True)
class _Hiding:
    """Walks the claims from the inside out, so that a hidden claim may hold hidden claims."""

    disclosable: Disclosable
    new_salt: NewSalt
    decoys: Decoys
    deepest: int
    disclosures: list[str] = field(default_factory=list)

    def value(self, value: Any, path: Path) -> Any:
        if type(value) in _PLAIN:
            return value
        if len(path) >= self.deepest:
            _refuse_reserved_names(value)
            return value
        if isinstance(value, _LISTS):
            return self._array(value, path)
        return self.object(value, path) if isinstance(value, _OBJECTS) else value

    def object(self, claims: Mapping[str, Any], path: Path) -> dict[str, Any]:
        if not RESERVED_NAMES.isdisjoint(claims):
            raise SdJwtError("a claim has a reserved name")
        shown: dict[str, Any] = {}
        hidden: list[tuple[str, Any]] = []
        for name, value in claims.items():
            place = (*path, name)
            if self.disclosable(place):
                hidden.append((name, self._inside(value, place)))
            else:
                shown[name] = self.value(value, place)
        digests = self._hide(hidden, path)
        digests += (self._decoy() for _ in range(self.decoys(path)))
        if digests:
            # Sorted, so that the order of the digests says nothing about the claims.
            shown[DIGESTS_KEY] = sorted(digests)
        return shown

    def _array(self, elements: Sequence[Any], path: Path) -> list[Any]:
        places = [(*path, index) for index in range(len(elements))]
        hides = [self.disclosable(place) for place in places]
        inside = [
            self._inside(element, place) if is_hidden else self.value(element, place)
            for element, place, is_hidden in zip(elements, places, hides, strict=True)
        ]
        digests = iter(self._hide([(element,) for element in compress(inside, hides)], path))
        shown = [
            {ELEMENT_KEY: next(digests)} if is_hidden else element
            for element, is_hidden in zip(inside, hides, strict=True)
        ]
        return self._with_decoys(shown, self.decoys(path))

    def _inside(self, value: Any, path: Path) -> Any:
        """What is hidden at a path; whatever can be hidden inside it is already."""
        # As deep as paths go, only reserved names are left to look for, in all disclosures together.
        return value if len(path) >= self.deepest else self.value(value, path)

    def _with_decoys(self, elements: list[Any], count: int) -> list[Any]:
        """Put decoys among elements; the digest, which is random, says where."""
        for _ in range(count):
            digest = self._decoy()
            elements.insert(sum(digest.encode("ascii")) % (len(elements) + 1), {ELEMENT_KEY: digest})
        return elements

    def _decoy(self) -> str:
        """A digest that nothing can be shown for.

        Source: RFC 9901, "Decoy Digests".
        """
        return base64url.encode(sha256(self.new_salt().encode("utf-8")).digest())

    def _hide(self, contents: Sequence[tuple[Any, ...]], path: Path) -> list[str]:
        """Write the disclosures of what is hidden in one object or array; returns their digests.

        Args:
            contents: a name and a value each, or the value of an array's element alone.
            path: where the object or array is.
        """
        if not contents:
            return []
        encoded = jws.write_json_each([(self.new_salt(), *content) for content in contents])
        if len(path) + 1 >= self.deepest and disclosure.may_hide(b"".join(encoded)):
            for content in contents:
                _refuse_reserved_names(content[-1])
        texts = list(map(base64url.encode, encoded))
        self.disclosures.extend(texts)
        return list(map(disclosure.digest, texts))


def _refuse_reserved_names(value: Any) -> None:
    if isinstance(value, _OBJECTS):
        if not RESERVED_NAMES.isdisjoint(value):
            raise SdJwtError("a claim has a reserved name")
        value = value.values()
    elif not isinstance(value, _LISTS):
        return
    for inner in value:
        if type(inner) not in _PLAIN:
            _refuse_reserved_names(inner)
