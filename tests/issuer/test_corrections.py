"""What a later export says about days that were stated before: an update, or a correction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer.claiming.offers import configurations
from issuer.imports import Profile, load_profile
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.signing.copies import copy_of
from issuer.signing.drafts import Signing
from issuer.store.copies import HolderCopy
from issuer.store.workers import statements_of
from issuer.tables import Import, Organisation, Statement, Worker
from standard import sd_jwt
from standard.keys import PublicKey
from standard.model import Form
from tests.issuer.acting import commit, new_signer, read_export

HEADER = (
    "Klusnr;Medewerkernr;Naam;E-mail;Functie;Datum;Van;Tot;Pauze (min);Klantnr;KvK klant;Soort klant;Status;"
    "Cijfer;Toelichting;Taal;Ingevuld door\n"
)


def gig(number: int, day: str, *, until: str = "17:00", worker: str = "MW1", mark: str = "5") -> str:
    return (
        f"K{number};{worker};Fatima de Jong;;Barwerk;{day};09:00;{until};0;KL1;001;horeca;Gewerkt;{mark};;;\n"
    )


def imported(
    service: Service, organisation: Organisation, *gigs: str, correction: str | None = None
) -> Import:
    made = preview(service, organisation, *gigs)
    return commit(service, organisation, made.id, correction=correction)


def preview(service: Service, organisation: Organisation, *gigs: str) -> Import:
    content = BytesIO((HEADER + "".join(gigs)).encode())
    profile: Profile = load_profile("klusdag")
    return read_export(service, organisation, content, profile=profile)


def stated(service: Service, kind: str = "WorkHistoryCredential") -> list[Statement]:
    """The statements about the only worker, the oldest first."""
    with service.database.reading() as session:
        worker = session.exec(select(Worker)).one()
        return [item for item in reversed(statements_of(session, worker.id)) if item.type == kind]


def test_days_after_the_last_statement_are_an_update(service: Service, organisation: Organisation) -> None:
    imported(service, organisation, gig(1, "03-03-2025"))
    made = preview(service, organisation, gig(1, "03-03-2025"), gig(2, "04-03-2025"))
    assert (made.updated_count, made.changed_count) == (2, 0)


@pytest.mark.parametrize(
    "changed",
    [
        [gig(1, "03-03-2025", until="16:00"), gig(2, "10-03-2025")],
        [gig(1, "03-03-2025"), gig(2, "10-03-2025"), gig(3, "05-03-2025")],
        [gig(1, "03-03-2025"), gig(2, "10-03-2025").replace("Gewerkt", "Geannuleerd door klant")],
    ],
    ids=["other hours", "one more", "called off"],
)
def test_the_preview_counts_what_says_something_else_about_the_same_days(
    service: Service, organisation: Organisation, changed: list[str]
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"), gig(2, "10-03-2025"))
    assert (preview(service, organisation, *changed).changed_count or 0) > 0


def test_a_preview_of_the_same_rows_in_another_order_changes_nothing(
    service: Service, organisation: Organisation
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"), gig(2, "10-03-2025"))
    made = preview(service, organisation, gig(2, "10-03-2025"), gig(1, "03-03-2025"))
    assert (made.updated_count, made.changed_count) == (0, 0)


def test_an_update_leaves_the_older_statement_valid(service: Service, organisation: Organisation) -> None:
    imported(service, organisation, gig(1, "03-03-2025"))
    imported(service, organisation, gig(1, "03-03-2025", until="16:00"))
    first, second = stated(service)
    assert (first.revoked_at, second.corrects) == (None, None)


def test_a_correction_withdraws_every_statement_about_the_changed_day(
    service: Service, organisation: Organisation
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"))
    imported(service, organisation, gig(2, "10-03-2025"))
    imported(service, organisation, gig(3, "17-03-2025"))
    imported(service, organisation, gig(2, "10-03-2025", until="16:00"), correction="Verkeerde uren")
    before, wrong, wrong_too, corrected = stated(service)
    assert before.revoked_at is None, "it spoke of an earlier day only"
    assert wrong.revoked_reason == wrong_too.revoked_reason == "Verkeerde uren"
    assert (corrected.corrects, wrong_too.corrects, wrong.corrects) == (wrong_too.id, wrong.id, None)
    assert corrected.as_of == date(2025, 3, 17)


def test_a_correction_of_days_that_nobody_stated_is_only_an_update(
    service: Service, organisation: Organisation
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"))
    imported(service, organisation, gig(2, "04-03-2025"), correction="Verkeerde uren")
    first, second = stated(service)
    assert (first.revoked_at, second.corrects) == (None, None)


def test_copies_of_a_correction_name_the_holder_s_own_withdrawn_copies_in_every_form(
    service: Service, organisation: Organisation
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"))
    holder, other = new_signer().public_key, new_signer().public_key
    earlier = {copy.id.urn for copy in signed(service, organisation, holder) if copy.form != Form.COMPACT}
    signed(service, organisation, other)
    imported(service, organisation, gig(1, "03-03-2025", until="16:00"), correction="Verkeerde uren")
    for copy in signed(service, organisation, holder):
        if copy.form != Form.COMPACT:
            assert set(superseded(copy)) == earlier, copy.form


def signed(service: Service, organisation: Organisation, holder: PublicKey) -> list[HolderCopy]:
    """Every form of the newest work history for one key."""
    newest = stated(service)[-1]
    with service.database.writing() as session:
        keys = signers(session, service.keys, organisation)
        signing = Signing(keys, service.status_base(organisation.slug), service.clock())
        return [
            copy_of(session, identity(organisation), sources, form, holder, signing=signing)
            for form, sources in configurations([newest]).values()
        ]


def superseded(copy: HolderCopy) -> Sequence[str]:
    if copy.form == Form.SD_JWT:
        return sd_jwt.to_disclosed_statement(sd_jwt.parse(copy.secured)).supersedes
    return list(json.loads(copy.secured)["supersedes"])


def test_the_page_asks_which_it_is_and_a_correction_needs_a_reason(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"))
    made = preview(service, organisation, gig(1, "03-03-2025", until="16:00"))
    address = f"/beheer/{organisation.slug}/exports/{made.id}"
    assert "1 verklaring zegt iets anders over dezelfde dagen" in operator_client.get(address).text
    without = operator_client.post(f"{address}/vastleggen", data={"as_correction": "true", "reason": " "})
    assert without.status_code == 422
    done = operator_client.post(
        f"{address}/vastleggen", data={"as_correction": "true", "reason": "Uren <b>fout</b>"}
    )
    assert done.status_code == 303
    assert "Uren &lt;b&gt;fout" in operator_client.get(address).text
    assert stated(service)[0].revoked_reason == "Uren <b>fout</b>"


def test_a_correction_withdraws_what_nothing_takes_the_place_of(
    service: Service, organisation: Organisation
) -> None:
    imported(service, organisation, gig(1, "03-03-2025"), gig(2, "10-03-2025", mark=""))
    imported(service, organisation, gig(1, "03-03-2025", mark=""), correction="Cijfer van een ander")
    (rating,) = stated(service, "RatingCredential")
    assert rating.revoked_reason == "Cijfer van een ander"
    called_off = gig(1, "03-03-2025", mark="").replace("Gewerkt", "Geannuleerd door klant")
    other = gig(2, "10-03-2025", mark="").replace("Gewerkt", "Geannuleerd door klant")
    made = preview(service, organisation, called_off, other)
    assert made.changed_count == 1
    commit(service, organisation, made.id, correction="Was iemand anders")
    assert all(item.revoked_at for item in stated(service))
