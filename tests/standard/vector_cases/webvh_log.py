"""Making the log of a did:webvh, after the text of the method and without a library for it.

Source: did:webvh DID Method v1.0, "DID Log Entry", "SCID Generation and Verification", "Entry Hash".
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from standard import base58btc
from standard.dids import did_document, did_key, did_key_method
from standard.jcs import canonize_json
from standard.keys import PrivateKey
from standard.model import Did
from tests.standard.vector_cases.scene import Document, published_key

PLACE = "klusdag.example:org:klusdag"
METHOD = "did:webvh:1.0"
TIMES = tuple(f"2026-0{month}-01T12:00:00Z" for month in (1, 2, 3, 4))
OWNER, HEIR, STRANGER = (
    published_key("Ed25519", f"webvh {label}") for label in ("owner", "heir", "stranger")
)
SIGNING = tuple(published_key("P-256", f"klusdag webvh {number}").public_key for number in range(4))

Log = list[Document]


def digest(entry: Document) -> str:
    """The SHA-256 multihash of an entry, in base58btc without the letter of its base."""
    return base58btc.encode(b"\x12\x20" + sha256(canonize_json(entry)).digest())[1:]


def signed(entry: Document, key: PrivateKey, *, purpose: str = "assertionMethod") -> Document:
    """The entry with one proof of `eddsa-jcs-2022`."""
    options = {
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "created": entry["versionTime"],
        "verificationMethod": did_key_method(did_key(key.public_key)), "proofPurpose": purpose,
    }  # fmt: skip
    unsigned = {name: value for name, value in entry.items() if name != "proof"}
    message = sha256(canonize_json(options)).digest() + sha256(canonize_json(unsigned)).digest()
    return {**unsigned, "proof": [{**options, "proofValue": base58btc.encode(key.sign(message))}]}


def first_entry(**parameters: Any) -> Document:
    """The first version, which names itself by what it says."""
    draft = {
        "versionId": "{SCID}",
        "versionTime": TIMES[0],
        "parameters": {
            "method": METHOD,
            "scid": "{SCID}",
            "updateKeys": [OWNER.public_key.multikey],
            **parameters,
        },
        "state": did_document(Did(f"did:webvh:{{SCID}}:{PLACE}"), [SIGNING[0]]),
    }
    scid = digest(draft)
    entry: Document = json.loads(json.dumps(draft).replace("{SCID}", scid))
    return signed({**entry, "versionId": f"1-{digest(entry)}"}, OWNER)


def next_entry(log: Log, key: PrivateKey, state: Document | None = None, **parameters: Any) -> Document:
    """The next version, signed with a key; another signing key of the organisation in its document."""
    number = len(log) + 1
    entry = {
        "versionId": log[-1]["versionId"],
        "versionTime": TIMES[number - 1],
        "parameters": parameters,
        "state": state or did_document(Did(log[0]["state"]["id"]), [SIGNING[number - 1]]),
    }
    return signed({**entry, "versionId": f"{number}-{digest(entry)}"}, key)


def rehashed(log: Log, change: Callable[[Document], object], key: PrivateKey) -> Log:
    """The last entry changed, hashed and signed again: only what it says is wrong."""
    entry = copy.deepcopy(log[-1])
    number = entry["versionId"].partition("-")[0]
    del entry["proof"]
    change(entry)
    before = log[-2]["versionId"]
    entry["versionId"] = f"{number}-{digest({**entry, 'versionId': before})}"
    return [*log[:-1], signed(entry, key)]


def two_versions() -> Log:
    """The organisation's signing key was replaced."""
    first = first_entry()
    return [first, next_entry([first], OWNER)]


def written(log: Log) -> bytes:
    """The file `did.jsonl`."""
    return "".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in log).encode()
