"""One disclosure: the salt, the name and the value that a digest in the payload stands for.

Source: RFC 9901, "Disclosures".
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from standard import base64url, strict_json
from standard.errors import SdJwtError, UnreadableError

DIGESTS_KEY: Final = "_sd"
ELEMENT_KEY: Final = "..."
ALGORITHM_KEY: Final = "_sd_alg"
RESERVED_NAMES: Final = frozenset({DIGESTS_KEY, ELEMENT_KEY, ALGORITHM_KEY})

LIMIT_BYTES: Final = 1 << 16


class Disclosure(NamedTuple):
    """A disclosed claim (`name` is set) or a disclosed array element (`name` is None).

    `text` is kept as it arrived: the digest covers the text and not its meaning. `depth` is how deep
    the value nests at most when nothing inside it can be hidden, and None when something may be.
    """

    text: str
    name: str | None
    value: Any
    depth: int | None


def may_hide(encoded: bytes) -> bool:
    """Whether a reserved name may stand in the JSON of a disclosure; an escape can spell any name."""
    return b'"_sd' in encoded or b'"..."' in encoded or b"\\" in encoded


def digest(text: str) -> str:
    """The SHA-256 of a disclosure, as it stands in the payload."""
    return base64url.encode(sha256(text.encode("ascii")).digest())


def parse_each(texts: Sequence[str]) -> list[Disclosure]:
    """Read disclosures strictly.

    Raises:
        SdJwtError: one is not an array of two or three with a text salt, or has a reserved claim name.
    """
    try:
        encoded = [base64url.decode(text) for text in texts]
        contents, depths = strict_json.loads_each(encoded, limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise SdJwtError(f"a disclosure cannot be read: {error}") from error
    # One look at all of them: mostly there is nothing hidden inside any.
    may_any_hide = may_hide(b"".join(encoded))
    return [
        _disclosure(text, content, None if may_any_hide and may_hide(json) else depth)
        for text, json, content, depth in zip(texts, encoded, contents, depths, strict=True)
    ]


def _disclosure(text: str, content: object, depth: int | None) -> Disclosure:
    if not isinstance(content, list) or len(content) not in (2, 3) or not isinstance(content[0], str):
        raise SdJwtError("a disclosure is an array of a salt, perhaps a name, and a value")
    if len(content) == 2:
        return Disclosure(text, None, content[1], depth)
    name = content[1]
    if not isinstance(name, str) or name in RESERVED_NAMES:
        raise SdJwtError("a disclosure names its claim with a text that is not reserved")
    return Disclosure(text, name, content[2], depth)
