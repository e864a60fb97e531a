"""Receiving from a real issuer over loopback HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import KlusCVError
from standard.keys import KeySigner
from standard.model import Form
from wallet import held, inspection, offers, receive
from wallet.errors import OfferError, OfferSpentError, ReceivedInvalidError, TransactionCodeError
from wallet.held import HeldCredential
from wallet.inspection import inspect
from wallet.services import Services
from wallet.vault import Vault

from .platforms import Platforms


def accept(services: Services, link: str, code: str, signer: KeySigner) -> HeldCredential:
    opened = offers.open_offer(link, fetcher=services.fetcher)
    return receive.accept(
        opened,
        code,
        fetcher=services.fetcher,
        signer=signer,
        policy=services.policy,
        resolver=services.resolver,
    )


def test_a_claim_brings_every_offered_form_of_both_statements(
    platforms: Platforms, services: Services, signer: KeySigner
) -> None:
    invitation = platforms.invite("klusdag")
    received = accept(services, invitation.claim_page, invitation.code, signer)
    assert received.issuer_name == "Klusdag B.V."
    assert received.checked.outcome == "valid"
    offered = {Form.EDDSA_RDFC, Form.ECDSA_RDFC, Form.SD_JWT, Form.COMPACT}
    assert {copy.form for copy in received.copies} == offered
    assert received.history is not None
    assert received.ratings is not None
    assert received.name is not None
    assert received.name.full_name == "Fatima el Amrani"


@pytest.mark.parametrize("kind", ["claim page", "reference", "wallet link", "scheme", "spaces"])
def test_an_offer_opens_from_every_kind_of_link(platforms: Platforms, services: Services, kind: str) -> None:
    invitation = platforms.invite("oppaspunt")
    query = urlencode({"credential_offer_uri": invitation.offer_uri})
    link = {
        "claim page": invitation.claim_page,
        "reference": f"https://wallet.example/ontvangen?{query}",
        "wallet link": f"openid-credential-offer://?{query}",
        "scheme": f"openid-credential-offer:?{query}",
        "spaces": f"  {invitation.claim_page}\n",
    }[kind]
    opened = offers.open_offer(link, fetcher=services.fetcher)
    assert opened.issuer_name == "Oppaspunt"
    assert opened.transaction_code is not None
    assert opened.source == offers.source_of(link)


def test_an_offer_by_value_opens_too(platforms: Platforms, services: Services, signer: KeySigner) -> None:
    invitation = platforms.invite("oppaspunt")
    offer = services.fetcher.get(invitation.offer_uri, accept="application/json").body.decode()
    assert accept(services, offer, invitation.code, signer).issuer_name == "Oppaspunt"


def test_a_wrong_code_brings_nothing_and_the_right_one_still_works(
    platforms: Platforms, services: Services, signer: KeySigner
) -> None:
    invitation = platforms.invite("vakhulp")
    wrong = "000000" if invitation.code != "000000" else "000001"
    for code in (wrong, ""):
        with pytest.raises((TransactionCodeError, OfferError)):
            accept(services, invitation.claim_page, code, signer)
    spaced = f" {invitation.code[:3]} {invitation.code[3:]} "
    assert accept(services, invitation.claim_page, spaced, signer).checked.outcome == "valid"


def test_an_offer_works_once(platforms: Platforms, services: Services, signer: KeySigner) -> None:
    invitation = platforms.invite("vakhulp")
    accept(services, invitation.claim_page, invitation.code, signer)
    with pytest.raises(OfferSpentError):
        offers.open_offer(invitation.claim_page, fetcher=services.fetcher)


def test_a_new_invitation_brings_the_same_copies_and_keeping_them_again_changes_nothing(
    platforms: Platforms, services: Services, signer: KeySigner, vault: Vault
) -> None:
    for _ in range(2):
        invitation = platforms.invite("vakhulp")
        received = accept(services, invitation.claim_page, invitation.code, signer)
        held.keep(vault, held.put_received(vault, received).id)
    assert len(held.all_held(vault)) == 1
    assert held.all_received(vault) == []


def test_what_was_received_comes_out_of_the_vault_as_it_went_in(
    platforms: Platforms, services: Services, signer: KeySigner, vault: Vault
) -> None:
    invitation = platforms.invite("klusdag")
    waiting = held.put_received(vault, accept(services, invitation.claim_page, invitation.code, signer))
    assert held.all_held(vault) == []
    assert held.from_offer(vault, offers.source_of(invitation.claim_page)) == waiting
    kept = held.keep(vault, waiting.id)
    assert held.one_held(vault, kept.id) == waiting
    held.forget(vault, kept.id)
    assert held.all_held(vault) == []


def test_a_copy_for_another_key_is_refused(
    services: Services, klusdag: HeldCredential, other_signer: KeySigner
) -> None:
    for copy in klusdag.copies:
        with pytest.raises(ReceivedInvalidError):
            inspect(
                [copy.text],
                holder=other_signer.public_key,
                policy=services.policy,
                resolver=services.resolver,
            )


def test_copies_of_two_organisations_are_not_kept_together(
    services: Services, klusdag: HeldCredential, oppaspunt: HeldCredential, signer: KeySigner
) -> None:
    texts = [copy.text for copy in (*klusdag.copies, *oppaspunt.copies)]
    with pytest.raises(ReceivedInvalidError):
        inspect(texts, holder=signer.public_key, policy=services.policy, resolver=services.resolver)


def test_a_changed_copy_is_refused(services: Services, klusdag: HeldCredential, signer: KeySigner) -> None:
    for form in (Form.SD_JWT, Form.EDDSA_RDFC, Form.ECDSA_RDFC, Form.COMPACT):
        text = klusdag.of_form(form)[0].text
        middle = len(text) // 3
        changed = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
        with pytest.raises(ReceivedInvalidError):
            inspect([changed], holder=signer.public_key, policy=services.policy, resolver=services.resolver)


def test_a_withdrawn_copy_is_seen_when_it_is_checked_again(
    platforms: Platforms, services: Services, signer: KeySigner
) -> None:
    somebody = platforms.somebody("veldkracht")
    invitation = platforms.invite("veldkracht", somebody)
    received = accept(services, invitation.claim_page, invitation.code, signer)
    assert received.checked.outcome == "valid"
    platforms.withdraw("veldkracht", somebody)
    checked = inspection.check_again(received, policy=services.policy, resolver=services.resolver)
    assert (checked.outcome, checked.reason) == ("invalid", "status/revoked")


def test_without_a_trust_root_a_copy_is_kept_but_never_called_valid(
    platforms: Platforms, services: Services, signer: KeySigner
) -> None:
    invitation = platforms.invite("klusdag")
    stranger = replace(services, trust_roots=())
    assert accept(stranger, invitation.claim_page, invitation.code, signer).checked.outcome == "indeterminate"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "hallo",
        "https://127.0.0.1:1/claim/x",
        "http://169.254.169.254/claim/x",
        "file:///etc/passwd",
        "{}",
    ],
)
def test_what_is_no_reachable_offer_is_refused(services: Services, link: str) -> None:
    with pytest.raises(OfferError):
        offers.open_offer(link, fetcher=services.fetcher)


@given(st.text(max_size=200))
def test_any_text_is_an_offer_or_the_wallets_own_error(text: str) -> None:
    try:
        offers.source_of(text)
    except KlusCVError as error:
        assert isinstance(error, OfferError)


def test_only_the_latest_statement_of_an_organisation_is_current(
    klusdag: HeldCredential, oppaspunt: HeldCredential, now: datetime
) -> None:
    older = replace(klusdag, id="older", received_at=now.replace(year=2025))
    assert held.current([older, klusdag, oppaspunt]) == [klusdag, oppaspunt]
