from __future__ import annotations

import pytest

from standard.model import Did
from standard.trust import TrustedOrganisation
from wallet.contact import contact_of


def organisation(contact: str) -> TrustedOrganisation:
    return TrustedOrganisation(
        did=Did("did:web:a.example"), name="A", kind="x", contact=contact, may_issue=(),
        status_base="https://a.example/status/", keys=(), retired_on=None,
    )  # fmt: skip


def test_a_mail_address_carries_the_message() -> None:
    contact = contact_of(organisation("mailto:bewijs@a.example"))
    assert contact is not None
    assert contact.shown == "bewijs@a.example"
    assert contact.with_message("Eén & ander", "a\nb") == (
        "mailto:bewijs@a.example?subject=E%C3%A9n%20%26%20ander&body=a%0Ab"
    )


@pytest.mark.parametrize(
    ("address", "kind"), [("tel:+31201234567", "phone"), ("https://a.example/x", "site")]
)
def test_other_ways_are_links_without_a_message(address: str, kind: str) -> None:
    contact = contact_of(organisation(address))
    assert contact is not None
    assert (contact.kind, contact.with_message("s", "b")) == (kind, contact.link)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "mailto:", "http://a.example", ""]
)
def test_a_link_that_is_not_safe_to_follow_is_no_contact(address: str) -> None:
    assert contact_of(organisation(address)) is None


def test_an_organisation_that_is_not_listed_has_no_contact() -> None:
    assert contact_of(None) is None
