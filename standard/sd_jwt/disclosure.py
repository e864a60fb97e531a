"""One disclosure: the salt, the name and the value that a digest in the payload stands for.

Source: RFC 9901, "Disclosures".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from standard import base64url, strict_json
from standard.errors import SdJwtError, UnreadableError

DIGESTS_KEY: Final = "_sd"
ELEMENT_KEY: Final = "..."
ALGORITHM_KEY: Final = "_sd_alg"
RESERVED_NAMES: Final = frozenset({DIGESTS_KEY, ELEMENT_KEY, ALGORITHM_KEY})

LIMIT_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A disclosed claim (`name` is set) or a disclosed array element (`name` is None).

    `text` is kept as it arrived: the digest covers the text and not its meaning.
    """

    text: str
    name: str | None
    value: Any

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, as it stands in the payload."""
        return base64url.encode(sha256(self.text.encode("ascii")).digest())


def make(salt: str, name: str | None, value: object) -> Disclosure:
    """Make the disclosure of a claim, or of an array element when `name` is None."""
    content = [salt, value] if name is None else [salt, name, value]
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Disclosure(base64url.encode(text.encode("utf-8")), name, value)


def parse(text: str) -> Disclosure:
    """Read one disclosure strictly.

    Raises:
        SdJwtError: not an array of two or three with a text salt, or a reserved claim name.
    """
    try:
        content = strict_json.loads(base64url.decode(text), limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise SdJwtError(f"a disclosure cannot be read: {error}") from error
    if not isinstance(content, list) or len(content) not in (2, 3) or not isinstance(content[0], str):
        raise SdJwtError("a disclosure is an array of a salt, perhaps a name, and a value")
    if len(content) == 2:
        return Disclosure(text, None, content[1])
    name = content[1]
    if not isinstance(name, str) or name in RESERVED_NAMES:
        raise SdJwtError("a disclosure names its claim with a text that is not reserved")
    return Disclosure(text, name, content[2])
