"""What a worker tells an organisation: written within bounds, signed, sent to a real issuer, remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from standard.disputes import LIMIT_CHARACTERS, DisputedRecord, DisputeState
from standard.fetch import Fetcher
from standard.keys import PrivateKey
from standard.model import RecordList
from wallet import dispute, held, holder_key
from wallet.errors import (
    CitizenNumberError,
    DisputeRefusedError,
    DisputeTextError,
    DisputeUnreachableError,
    NotFoundError,
)
from wallet.held import HeldCredential
from wallet.selection import Part, part_size
from wallet.services import Services
from wallet.vault import Vault

from .conftest import claimed
from .platforms import Platforms

WORDS = "Dit waren meer uren."
ANSWER = {"state": "noted", "receivedAt": "2026-11-22T09:00:00Z"}


@pytest.fixture
def disputed(vault: Vault, platforms: Platforms, services: Services) -> HeldCredential:
    """What Klusdag says about the worker whose vault this is; not kept yet."""
    holder_key.put(vault, PrivateKey.generate("P-256"))
    received = claimed(platforms, services, holder_key.signer(vault), "klusdag")
    return held.put_received(vault, received)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """An organisation that always answers the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def elsewhere(disputed: HeldCredential, services: Services, host: str) -> tuple[HeldCredential, Services]:
    """The same statements, as if they had come from another host."""
    fetcher = Fetcher(loopback_hosts=frozenset({host}), timeout_seconds=2, limit_bytes=1 << 16)
    return replace(disputed, credential_issuer=f"http://{host}"), replace(services, fetcher=fetcher)


@pytest.mark.parametrize("name", list(RecordList))
def test_a_message_names_the_copy_that_holds_the_record(disputed: HeldCredential, name: RecordList) -> None:
    last = part_size(disputed, Part(name)) - 1
    message = dispute.compose(disputed, f"{name}:{last}", f"  {WORDS} \r\n ", language="nl")
    assert (message.text, message.record) == (WORDS, DisputedRecord(name, last))
    whole = dispute.compose(disputed, "", WORDS, language="nl")
    assert whole.record is None
    other = dispute.compose(disputed, "engagement:0", WORDS, language="nl")
    assert (message.about == other.about) == (name is RecordList.ENGAGEMENT)


@pytest.mark.parametrize(
    "record",
    ["engagement:99", "review:-1", "review:x", "review:²", "review:", "naam:0", "achievement:0", "x"],
)
def test_what_is_no_record_cannot_be_disputed(disputed: HeldCredential, record: str) -> None:
    with pytest.raises(NotFoundError):
        dispute.compose(disputed, record, WORDS, language="nl")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", DisputeTextError), (" \n ", DisputeTextError), ("x" * (LIMIT_CHARACTERS + 1), DisputeTextError),
        ("Mijn nummer is 1234.56.782", CitizenNumberError),
    ],
)  # fmt: skip
def test_words_that_must_not_be_sent_are_refused_here(
    disputed: HeldCredential, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        dispute.compose(disputed, "", text, language="nl")


def test_the_same_message_is_one_dispute_that_is_remembered_sealed(
    vault: Vault, disputed: HeldCredential, services: Services
) -> None:
    message = dispute.compose(disputed, "review:0", WORDS, language="nl")
    told = dispute.tell(vault, disputed, message, services=services)
    assert told.answer.state is DisputeState.RECEIVED
    waiting = held.one_received(vault, disputed.id)
    assert waiting.told == (told,)
    again = dispute.tell(vault, waiting, dispute.repeated(waiting, 0), services=services)
    assert again.answer.received_at == told.answer.received_at
    kept = held.keep(vault, disputed.id)
    assert held.one_held(vault, kept.id).told == (told,)
    other = dispute.compose(kept, "engagement:0", WORDS, language="nl")
    dispute.tell(vault, kept, other, services=services)
    assert [each.message for each in held.one_held(vault, kept.id).told] == [message, other]
    with pytest.raises(NotFoundError):
        dispute.repeated(kept, 1)


def test_what_was_told_goes_along_with_the_next_proof(
    vault: Vault, disputed: HeldCredential, services: Services, platforms: Platforms
) -> None:
    kept = held.keep(vault, disputed.id)
    told = dispute.tell(vault, kept, dispute.compose(kept, "", WORDS, language="nl"), services=services)
    renewed = claimed(platforms, services, holder_key.signer(vault), "klusdag")
    by_file = held.put_received(vault, replace(renewed, credential_issuer=""))
    after = held.keep(vault, by_file.id)
    assert after.told == (told,)
    assert after.credential_issuer == kept.credential_issuer


def test_another_key_is_refused_with_the_reason(
    vault: Vault, disputed: HeldCredential, services: Services
) -> None:
    holder_key.put(vault, PrivateKey.generate("P-256"))
    message = dispute.compose(disputed, "", WORDS, language="nl")
    with pytest.raises(DisputeRefusedError) as refused:
        dispute.tell(vault, disputed, message, services=services)
    assert "no such copy" in refused.value.reason
    assert held.one_received(vault, disputed.id).told == ()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"), (404, b"{}"), (303, b"{}"), (200, b"x"), (200, b"{}"), (200, b'{"error": "x"}'),
        (200, json.dumps(ANSWER | {"state": "gone"}).encode()),
        (200, json.dumps(ANSWER | {"receivedAt": "now"}).encode()),
        (200, json.dumps(ANSWER | {"reply": 1}).encode()), (200, b"x" * (1 << 17)),
    ],
)  # fmt: skip
def test_an_organisation_that_does_not_answer_as_it_should_was_not_told(
    vault: Vault, disputed: HeldCredential, services: Services, status: int, body: bytes
) -> None:
    message = dispute.compose(disputed, "", WORDS, language="nl")
    with answering(status, body) as host:
        there, asking = elsewhere(disputed, services, host)
        with pytest.raises(DisputeUnreachableError):
            dispute.tell(vault, there, message, services=asking)
    with pytest.raises(DisputeUnreachableError):
        dispute.tell(vault, there, message, services=asking)
    assert held.one_received(vault, disputed.id).told == ()


def test_copies_from_files_have_no_address_to_tell_it(
    vault: Vault, disputed: HeldCredential, services: Services
) -> None:
    message = dispute.compose(disputed, "", WORDS, language="nl")
    with pytest.raises(NotFoundError):
        dispute.tell(vault, replace(disputed, credential_issuer=""), message, services=services)


def test_what_older_versions_sealed_still_opens(vault: Vault, disputed: HeldCredential) -> None:
    stored = json.loads(vault.get(held.ReceivedRow, disputed.id))
    del stored["told"], stored["credentialIssuer"]
    vault.put(held.ReceivedRow, disputed.id, json.dumps(stored).encode())
    assert held.one_received(vault, disputed.id) == replace(disputed, credential_issuer="")
