"""The trust root: what a verifier pins, out of band."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from standard import strict_json
from standard.errors import TrustError, UnreadableError
from standard.model import Did

ROOT_TYPE: Final = "KlusCVTrustRoot"
LIMIT_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """What a verifier pins, out of band: whose signature makes a trust list count."""

    root: Did
    trust_list: str
    name: str
    demonstration: bool


def root_json(root: TrustRoot) -> bytes:
    """Write what others pin."""
    document = {
        "type": ROOT_TYPE,
        "root": root.root,
        "trustList": root.trust_list,
        "name": root.name,
        "demonstration": root.demonstration,
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read_root(content: bytes) -> TrustRoot:
    """Read what `root_json` wrote.

    Raises:
        TrustError: it is no trust root.
    """
    try:
        document = strict_json.loads(content, limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise TrustError(f"the trust root cannot be read: {error}") from error
    match document:
        case {
            "type": "KlusCVTrustRoot",
            "root": str(root),
            "trustList": str(trust_list),
            "name": str(name),
            "demonstration": bool(demonstration),
        } if root.startswith("did:key:"):
            return TrustRoot(Did(root), trust_list, name, demonstration)
    raise TrustError("not a trust root with a did:key, the address of its list, a name and its kind")
