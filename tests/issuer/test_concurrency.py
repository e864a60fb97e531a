"""Requests that come at once: one copy, one session, one token."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TypeVar

from sqlmodel import select

from issuer import publications
from issuer.claiming import offers
from issuer.errors import WithdrawnError
from issuer.life import status
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.signing.copies import copy_of
from issuer.signing.drafts import Signing
from issuer.store.copies import HolderCopy
from issuer.store.workers import latest_statements
from issuer.tables import Copy, Offer, Organisation, StatusList, Worker
from standard.errors import ProtocolError
from standard.keys import PublicKey
from standard.model import Form
from standard.status_list import MINIMUM_ENTRIES, Status, status_value
from tests.issuer.acting import Clock, new_signer

AT_ONCE = 8
Given = TypeVar("Given")


def at_once(act: Callable[[int], Given]) -> list[Given]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, range(AT_ONCE)))


def claim(
    service: Service, organisation: Organisation, worker: Worker, form: Form, holder: PublicKey
) -> HolderCopy:
    with service.database.writing() as session:
        statements = latest_statements(session, worker.id)
        ids = [item.id for item in statements if form is Form.COMPACT or item.type == "WorkHistoryCredential"]
        signing = Signing(
            signers(session, service.keys, organisation),
            service.status_base(organisation.slug),
            service.clock(),
        )
        return copy_of(session, identity(organisation), ids, form, holder, signing=signing)


def test_claims_at_once_for_one_key_give_one_copy(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    holder = new_signer().public_key
    for form in Form:
        copies = at_once(lambda _, form=form: claim(service, organisation, fatima, form, holder))
        assert len({copy.secured for copy in copies}) == 1
    with service.database.reading() as session:
        assert len(session.exec(select(Copy)).all()) == len(Form)
        assert session.get_one(StatusList, (organisation.id, 1)).allocated_count == len(Form)


def test_claims_at_once_for_several_keys_get_their_own_places(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    holders = [new_signer().public_key for _ in range(AT_ONCE)]
    copies = at_once(lambda number: claim(service, organisation, fatima, Form.SD_JWT, holders[number]))
    assert len({(copy.status_number, copy.status_index) for copy in copies}) == AT_ONCE


def test_no_copy_escapes_a_withdrawal_that_comes_at_the_same_time(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    with service.database.reading() as session:
        history = next(item for item in latest_statements(session, fatima.id) if "Work" in item.type)

    def act(number: int) -> None:
        if number == AT_ONCE // 2:
            with service.database.writing() as session:
                status.revoke(session, organisation, history.id, reason="x", now=service.clock())
            return
        try:
            claim(service, organisation, fatima, Form.SD_JWT, new_signer().public_key)
        except WithdrawnError:
            return

    at_once(act)
    with service.database.reading() as session:
        bits = session.get_one(StatusList, (organisation.id, 1)).bits
        for copy in session.exec(select(Copy)):
            assert status_value(bits, copy.status_index, entry_bits=2) == Status.INVALID


def test_one_code_gives_one_token_however_many_ask_at_once(
    service: Service, organisation: Organisation, offer: Offer
) -> None:
    secret = service.keys.claim_code_key()
    codes = offers.codes(offer.id, secret)

    def redeem(_: int) -> bool:
        try:
            with service.database.writing() as session:
                offers.redeem(
                    session, organisation,
                    pre_authorized_code=codes.pre_authorized, transaction_code=codes.transaction,
                    secret=secret, max_attempts=5, now=service.clock(),
                )  # fmt: skip
        except ProtocolError:
            return False
        return True

    assert sum(at_once(redeem)) == 1


def test_a_full_list_makes_way_for_a_new_one(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    with service.database.writing() as session:
        full = session.get_one(StatusList, (organisation.id, 1))
        full.allocated_count = MINIMUM_ENTRIES // 2
    holders = [new_signer().public_key for _ in range(AT_ONCE)]
    copies = at_once(lambda number: claim(service, organisation, fatima, Form.SD_JWT, holders[number]))
    assert {copy.status_number for copy in copies} == {2}


def test_a_list_that_many_ask_for_at_once_is_signed_once(
    service: Service, organisation: Organisation, clock: Clock
) -> None:
    """A clock that moves with every question would show a second signature in `validFrom`."""
    questions = count()
    ticking = replace(service, clock=lambda: clock() + timedelta(seconds=next(questions)))
    for _ in ("never signed", "outdated"):
        answers = at_once(lambda _: publications.status_list(ticking, organisation, 1))
        signed = {answer.published_at for answer in answers if answer.is_current}
        assert len(signed) == 1
        clock.advance(hours=service.settings.status_restamp_hours + 1)
