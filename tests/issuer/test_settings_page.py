"""The page on which owners say what their organisation is called, is, and looks like."""

from __future__ import annotations

from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlmodel import select

from issuer.access.roles import Role
from issuer.branding import logo
from issuer.life import validity
from issuer.service import Service
from issuer.tables import AuditEntry, Organisation
from tests.issuer.acting import SLUG
from tests.issuer.test_branding import SVG, picture
from tests.issuer.test_pages import link

PAGE = f"/beheer/{SLUG}/instellingen"
ABOUT = {"name": " Vakhulp <b> ", "contact": "hulp@vakhulp.example", "kind": "municipality", "profile": ""}


def stored(service: Service) -> Organisation:
    with service.database.reading() as session:
        found = session.exec(select(Organisation).where(Organisation.slug == SLUG)).one()
        session.expunge(found)
        return found


def actions(service: Service, organisation: Organisation) -> list[str]:
    with service.database.reading() as session:
        chain = f"organisation:{organisation.id}"
        query = select(AuditEntry.action).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
        return list(session.exec(query))


def test_name_contact_kind_and_profile_change_and_are_noted(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    assert operator_client.post(PAGE, data=ABOUT).status_code == 303
    now = stored(service)
    assert (now.name, now.contact, now.kind, now.profile) == (
        "Vakhulp <b>", "hulp@vakhulp.example", "municipality", "",
    )  # fmt: skip
    page = operator_client.get(PAGE).text
    assert "Vakhulp &lt;b&gt;" in page
    assert '<option value="municipality" selected>Gemeente</option>' in page
    assert actions(service, organisation)[-1] == "settings.changed"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "  "), ("name", "x" * 201), ("contact", "javascript:alert(1)"), ("profile", "../geheim"),
     ("kind", "day-gigs")],
)  # fmt: skip
def test_what_cannot_be_taken_changes_nothing(
    operator_client: TestClient, service: Service, organisation: Organisation, field: str, value: str
) -> None:
    before = actions(service, organisation)
    answer = operator_client.post(PAGE, data={**ABOUT, field: value})
    assert answer.status_code == 422
    assert stored(service) == organisation
    assert actions(service, organisation) == before


def test_a_logo_goes_in_and_out(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    def send(data: bytes, name: str = "logo.png") -> int:
        return operator_client.post(f"{PAGE}/logo", files={"logo": (name, data, "image/png")}).status_code

    assert send(picture("WEBP", (900, 900))) == 303
    served = operator_client.get(f"/org/{SLUG}/logo.png").content
    assert Image.open(BytesIO(served)).size == (512, 512)
    assert f"/org/{SLUG}/logo.png?v=" in operator_client.get(PAGE).text
    for data in (SVG, b"", picture("GIF"), bytes(logo.LARGEST_BYTES + 1)):
        assert send(data) == 422
    refused = operator_client.post(f"{PAGE}/logo", files={"logo": ("logo.svg", SVG, "image/svg+xml")}).text
    assert "SVG nemen we niet aan" in refused
    assert "alert(1)" not in refused
    assert operator_client.get(f"/org/{SLUG}/logo.png").content == served
    assert operator_client.post(f"{PAGE}/logo/verwijderen").status_code == 303
    assert operator_client.get(f"/org/{SLUG}/logo.png").status_code == 404
    assert actions(service, organisation).count("branding.changed") == 2


def test_colours_are_refused_with_the_ratio_and_what_was_typed_stays(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    assert operator_client.post(f"{PAGE}/kleuren", data={"accent": "#003366", "text": "#ffffff"}).is_redirect
    grey = operator_client.post(f"{PAGE}/kleuren", data={"accent": "#777777", "text": "#ffffff"})
    assert grey.status_code == 422
    assert "4,47 op 1" in grey.text
    assert 'value="#777777"' in grey.text
    yellow = operator_client.post(f"{PAGE}/kleuren?lang=en", data={"accent": "#ffcc00", "text": "#000000"})
    assert "hard to read on our page" in yellow.text
    broken = operator_client.post(f"{PAGE}/kleuren", data={"accent": "red;}", "text": "#ffffff"})
    assert broken.status_code == 422
    assert "#003366" in operator_client.get(f"/org/{SLUG}/brand.css").text
    assert operator_client.post(f"{PAGE}/kleuren", data={"accent": "", "text": ""}).status_code == 303
    assert operator_client.get(f"/org/{SLUG}/brand.css").status_code == 404


def test_validity_is_set_per_type_and_only_changes_are_noted(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    def limits() -> dict[str, int]:
        with service.database.reading() as session:
            return dict(validity.limits(session, organisation))

    def send(work: str, rating: str) -> int:
        fields = {"work_history": work, "rating": rating}
        return operator_client.post(f"{PAGE}/geldigheid", data=fields).status_code

    assert send("365", "") == 303
    assert limits() == {"WorkHistoryCredential": 365}
    assert send("365", "30") == 303
    assert send("0", "30") == send("365", "99999") == send("veel", "") == 422
    assert limits() == {"WorkHistoryCredential": 365, "RatingCredential": 30}
    assert actions(service, organisation).count("validity.set") == 2
    assert send("", "") == 303
    assert limits() == {}


def test_settings_are_for_owners(client: TestClient, service: Service, organisation: Organisation) -> None:
    client.post(link(service, organisation, Role.ISSUER))
    assert client.get(PAGE).status_code == 403
    for path in ("", "/kleuren", "/logo", "/logo/verwijderen", "/geldigheid"):
        assert client.post(f"{PAGE}{path}", data=ABOUT).status_code == 403
    assert stored(service) == organisation


def test_the_page_says_what_is_kept_for_how_long(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    page = operator_client.get(PAGE).text
    for days in (service.settings.keep_preview_days, service.settings.keep_offer_days):
        assert f"{days} dagen" in page
