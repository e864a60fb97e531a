"""What the credential endpoints answer: copies, or a promise of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from issuer.store.copies import HolderCopy
from standard import openid4vci
from standard.model import DATA_INTEGRITY, Form

DEFERRED_INTERVAL_SECONDS: Final = 30
JSON_QUOTED: Final = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the credential endpoints: a status, and the bytes of its JSON."""

    status: int
    body: bytes


def handed_out(copies: Sequence[HolderCopy], more: Mapping[str, str]) -> Answer:
    """Write the answer around the copies as they are stored: a Data Integrity copy is JSON already."""
    credentials = ",".join(
        f'{{"credential":{copy.secured if Form(copy.form) in DATA_INTEGRITY else JSON_QUOTED(copy.secured)}}}'
        for copy in copies
    )
    members = "".join(f',"{name}":{JSON_QUOTED(value)}' for name, value in more.items())
    return Answer(200, f'{{"credentials":[{credentials}]{members}}}'.encode())


def promised(transaction_id: str, fresh: str | None = None) -> Answer:
    """Ask for patience; `fresh` is the next nonce, when there is one."""
    promise = openid4vci.DeferredIssuance(transaction_id, DEFERRED_INTERVAL_SECONDS)
    nonce = openid4vci.nonce_response(fresh) if fresh else {}
    return Answer(202, json.dumps({**openid4vci.deferred_response(promise), **nonce}).encode())
