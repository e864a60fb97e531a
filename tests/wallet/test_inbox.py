"""A platform leaves an offer where the worker asked for it, and can do nothing else there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from standard.errors import KlusCVError
from wallet import inbox
from wallet.accounts import Worker
from wallet.errors import InboxFullError, NotFoundError, OfferError
from wallet.store import add_worker, erase_worker
from wallet.vault import Vault

from .conftest import NOW

OFFER = "https://bewijs.platform.example/offers/abc"


def leave(session: Session, address: str, uri: object = OFFER) -> None:
    message = json.dumps({"credential_offer_uri": uri}).encode()
    inbox.leave(session, address, message, loopback_hosts=frozenset(), now=NOW)


def test_an_offer_waits_for_whoever_gave_the_address_out(session: Session, vault: Vault) -> None:
    address = inbox.address_of(session, vault.worker_id)
    assert inbox.address_of(session, vault.worker_id) == address
    leave(session, address)
    leave(session, address)
    [left] = inbox.waiting(session, vault.worker_id)
    assert left.host == "bewijs.platform.example"
    assert left.path.startswith("/ontvangen?credential_offer_uri=https%3A%2F%2F")


def test_another_worker_sees_and_drops_nothing_of_it(session: Session, vault: Vault) -> None:
    add_worker(session, Worker(id="worker-2", account_name="tesfaye", created_at=NOW))
    leave(session, inbox.address_of(session, vault.worker_id))
    [left] = inbox.waiting(session, vault.worker_id)
    assert inbox.waiting(session, "worker-2") == []
    inbox.drop(session, "worker-2", left.id)
    assert inbox.waiting(session, vault.worker_id) == [left]
    inbox.drop(session, vault.worker_id, left.id)
    assert inbox.waiting(session, vault.worker_id) == []


def test_a_new_address_closes_the_old_one_and_keeps_what_waits(session: Session, vault: Vault) -> None:
    old = inbox.address_of(session, vault.worker_id)
    leave(session, old)
    new = inbox.new_address(session, vault.worker_id)
    assert new != old
    with pytest.raises(NotFoundError):
        leave(session, old)
    assert len(inbox.waiting(session, vault.worker_id)) == 1


def test_a_full_inbox_takes_no_more(session: Session, vault: Vault) -> None:
    address = inbox.address_of(session, vault.worker_id)
    for number in range(inbox.MOST_WAITING):
        leave(session, address, f"{OFFER}{number}")
    with pytest.raises(InboxFullError):
        leave(session, address)
    leave(session, address, f"{OFFER}0")


@pytest.mark.parametrize(
    "uri",
    ["http://platform.example/x", "javascript:alert(1)", "https://", "https:///x", "", None, 7,
     "https://é.example/", "https://platform.example/\n", "https://platform.example/" + "x" * 3_000,
     "https://[::1"],
    ids=repr,
)  # fmt: skip
def test_what_no_platform_would_send_is_refused(session: Session, vault: Vault, uri: object) -> None:
    with pytest.raises(OfferError):
        leave(session, inbox.address_of(session, vault.worker_id), uri)
    assert inbox.waiting(session, vault.worker_id) == []


@given(message=st.binary(max_size=200), address=st.text(max_size=40))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_an_error_of_ours(
    session: Session, vault: Vault, message: bytes, address: str
) -> None:
    own = inbox.address_of(session, vault.worker_id)
    for place in (own, address):
        with pytest.raises(KlusCVError):
            inbox.leave(session, place, message, loopback_hosts=frozenset(), now=NOW + timedelta(days=1))


def test_erasing_a_worker_erases_the_inbox(session: Session, vault: Vault) -> None:
    address = inbox.address_of(session, vault.worker_id)
    leave(session, address)
    erase_worker(session, vault.worker_id)
    assert inbox.waiting(session, vault.worker_id) == []
    with pytest.raises(NotFoundError):
        leave(session, address)
