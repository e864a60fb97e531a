"""The overview of an organisation: what waits, what was counted, and what each role finds in the menu."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import select

from issuer.access.roles import PERMISSIONS, Role
from issuer.keyring import key_life
from issuer.life.disputes import Decision
from issuer.organisations import identity
from issuer.service import Service
from issuer.store import statistics as store
from issuer.tables import (
    ApiClient,
    ApiKey,
    Copy,
    Import,
    Job,
    Offer,
    Organisation,
    Statement,
    StatusList,
    Webhook,
    WebhookDelivery,
    Worker,
)
from issuer.views import attention, statistics
from issuer.views.attention import Concern
from templates.locales import LOCALES
from tests.issuer.acting import Clock, Wallet, add_organisation
from tests.issuer.test_disputes import about, decide, only, tell  # noqa: F401
from tests.issuer.test_pages import link

MANAGE = "/beheer/vakhulp"
EVERYONE = ["", "/exports", "/bewijzen", "/mensen", "/bezwaren", "/sleutels"]
OWNERS = ["/koppelingen", "/logboek", "/medewerkers"]


def menu(page: str) -> list[str]:
    """The addresses in the menu, as it stands beside the page."""
    beside = page.partition('<div class="menu__beside">')[2].partition("</div>")[0]
    return re.findall(r'href="/beheer/vakhulp([^"]*)"', beside)


def counted(service: Service, organisation: Organisation) -> dict[str, dict[date, int]]:
    with service.database.reading() as session:
        found = statistics.statistics(session, organisation, today=service.today(), zone=service.zone)
    assert all(len(series.bars) == statistics.WEEKS for series in found.series)
    return {series.name: {bar.week: bar.count for bar in series.bars if bar.count} for series in found.series}


def waiting(
    service: Service, organisation: Organisation, role: Role = Role.OWNER
) -> dict[Concern, tuple[int, str]]:
    with service.database.reading() as session:
        found = attention.notices(session, organisation, PERMISSIONS[role], now=service.clock())
    return {notice.concern: (notice.count, notice.path) for notice in found}


def add_offer(service: Service, worker: Worker, made: datetime, expires: datetime | None = None) -> None:
    with service.database.writing() as session:
        session.add(
            Offer(
                id=uuid4().hex, worker_id=worker.id, state="open", created_at=made,
                expires_at=expires or made + timedelta(days=90),
            )
        )  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_has_what_the_role_may_open_and_all_of_it_opens(
    client: TestClient, service: Service, organisation: Organisation, role: Role
) -> None:
    client.post(link(service, organisation, role))
    found = menu(client.get(MANAGE).text)
    assert set(EVERYONE) <= set(found)
    assert (set(OWNERS) <= set(found)) == (role is Role.OWNER)
    for path in found:
        answer = client.get(f"{MANAGE}{path}")
        assert answer.status_code == 200
        assert answer.text.count(f'href="{MANAGE}{path}" aria-current="page"') == 2, path
        assert menu(answer.text) == found
    for path in set(OWNERS) - set(found):
        assert client.get(f"{MANAGE}{path}").status_code == 403


@pytest.mark.parametrize(("role", "may_import"), [(Role.READER, False), (Role.ISSUER, True)])
def test_who_may_not_import_sees_no_form(
    client: TestClient, service: Service, organisation: Organisation, imported: Import,
    role: Role, may_import: bool,
) -> None:  # fmt: skip
    client.post(link(service, organisation, role))
    exports = client.get(f"{MANAGE}/exports").text
    assert imported.file_name in exports
    assert ("Lees de export" in exports) == may_import
    assert ("Lever een export aan" in client.get(MANAGE).text) == may_import
    assert ("Maak links voor iedereen" in client.get(MANAGE).text) == may_import


def test_an_organisation_with_nothing_has_a_calm_page(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    assert counted(service, organisation) == {"offered": {}, "claimed": {}, "revoked": {}}
    assert waiting(service, organisation) == {}
    page = operator_client.get(MANAGE).text
    assert "Hier staat nog niemand" in page
    assert "<svg role" not in page


def test_a_week_begins_on_monday_at_midnight_where_the_pages_are_read(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    # In Amsterdam it is Monday 2 November 2026 from 23:00 UTC on, and it was Monday 19 October from 22:00.
    for moment in (
        datetime(2026, 11, 1, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 1, 23, 0, tzinfo=UTC),
        datetime(2026, 11, 8, 22, 59, tzinfo=UTC),
        datetime(2026, 10, 18, 21, 59, tzinfo=UTC),
        datetime(2026, 10, 18, 22, 0, tzinfo=UTC),
    ):
        add_offer(service, fatima, moment)
    assert counted(service, organisation)["offered"] == {
        date(2026, 10, 12): 1,
        date(2026, 10, 19): 1,
        date(2026, 10, 26): 1,
        date(2026, 11, 2): 2,
    }


def test_weeks_before_the_first_and_of_others_are_not_counted(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    other = add_organisation(service, "andere")
    first = statistics.last_weeks(service.today())[0]
    begin = datetime(first.year, first.month, first.day, tzinfo=service.zone)
    add_offer(service, fatima, begin - timedelta(seconds=1))
    assert counted(service, organisation)["offered"] == {}
    add_offer(service, fatima, begin)
    assert counted(service, organisation)["offered"] == {first: 1}
    assert counted(service, other)["offered"] == {}


def test_copies_and_withdrawals_are_counted_in_their_week(
    operator_client: TestClient, service: Service, organisation: Organisation, fatima: Worker
) -> None:
    signed, revoked = datetime(2026, 11, 17, 12, tzinfo=UTC), datetime(2026, 11, 10, 12, tzinfo=UTC)
    add_offer(service, fatima, signed)
    with service.database.writing() as session:
        owner = identity(organisation)
        if session.get(StatusList, (owner, 0)) is None:
            session.add(StatusList(organisation_id=owner, number=0, bits=b""))
            session.flush()
        session.add_all(
            Copy(
                id=uuid4(), organisation_id=owner, source=str(place), form="compact", holder_thumbprint="k",
                status_number=0, status_index=place, secured="", copy_hash=b"", signed_at=signed,
            )
            for place in range(3)
        )  # fmt: skip
        statement = session.exec(select(Statement).where(Statement.worker_id == fatima.id)).first()
        assert statement is not None
        statement.revoked_at = revoked
    assert counted(service, organisation) == {
        "offered": {date(2026, 11, 16): 1},
        "claimed": {date(2026, 11, 16): 3},
        "revoked": {date(2026, 11, 9): 1},
    }
    for language in LOCALES:
        page = operator_client.get(MANAGE, params={"lang": language}).text
        assert page.count('<svg role="img"') == len(re.findall("<title id=", page)) == 3
        assert page.count('<th scope="row">') == statistics.WEEKS
        assert "style=" not in page


def test_the_highest_week_reaches_the_top_and_one_of_many_is_still_seen() -> None:
    weeks = statistics.last_weeks(date(2026, 11, 22))
    assert (weeks[0], weeks[-1]) == (date(2026, 5, 25), date(2026, 11, 16))
    drawn = statistics.bars(weeks, [0, 1, 10_000, *[0] * 23])
    assert [bar.height for bar in drawn[:3]] == [0, 3, statistics.BASELINE - statistics.TOP]
    assert all(0 <= bar.x < bar.x + bar.width <= 100 for bar in drawn)


def test_what_waits_is_listed_with_its_page(
    operator_client: TestClient, service: Service, organisation: Organisation, fatima: Worker, clock: Clock,
    imported: Import,
) -> None:  # fmt: skip
    before = waiting(service, organisation)
    assert before[Concern.REFUSED_ROWS] == (imported.bad_count, f"/exports/{imported.id}")
    now, owner = clock(), identity(organisation)
    job = Job(
        organisation_id=owner, kind="offers", state="failed", part_count=1, parts_left=1, total_count=1,
        created_at=now,
    )  # fmt: skip
    preview = Import(
        organisation_id=owner, file_name="a.csv", file_sha256="", profile="vakhulp", name_check="",
        state="preview", created_at=now,
    )  # fmt: skip
    job_id, preview_id = job.id, preview.id
    with service.database.writing() as session:
        key_life.announce(session, service.keys, organisation, plan=None, now=now)
        session.add_all(
            [
                job, preview,
                ApiClient(id="c", organisation_id=owner, name="P", scopes="", created_at=now),
                Webhook(id="w", organisation_id=owner, url="https://a.example", events="", created_at=now),
            ]
        )  # fmt: skip
        session.flush()
        session.add_all(
            [
                ApiKey(
                    id="k", client_id="c", secret_hash="", created_at=now,
                    expires_at=now + attention.API_KEYS_AHEAD,
                ),
                WebhookDelivery(
                    id=uuid4(), webhook_id="w", payload="", state="given-up", due_at=now, created_at=now
                ),
            ]
        )  # fmt: skip
    add_offer(service, fatima, now, now + attention.OFFERS_AHEAD)
    add_offer(service, fatima, now, now + attention.OFFERS_AHEAD + timedelta(seconds=1))
    add_offer(service, fatima, now - timedelta(days=1), now)
    found = waiting(service, organisation)
    assert found[Concern.IMPORTS] == (1, f"/exports/{preview_id}")
    assert found[Concern.FAILED_JOB] == (1, f"/taken/{job_id}")
    assert found[Concern.EXPIRING_OFFERS] == (1, "/mensen?link=verloopt")
    assert found[Concern.ANNOUNCED_KEYS][1] == "/sleutels"
    assert found[Concern.API_KEYS] == found[Concern.WEBHOOKS] == (1, "/koppelingen")
    assert set(found) - set(waiting(service, organisation, Role.READER)) == {
        Concern.API_KEYS,
        Concern.WEBHOOKS,
    }
    page = operator_client.get(MANAGE).text
    for _, path in found.values():
        assert f'href="{MANAGE}{path}"' in page
        assert operator_client.get(f"{MANAGE}{path}").status_code == 200
    clock.advance(days=8)
    assert Concern.FAILED_JOB not in waiting(service, organisation)


def test_a_program_with_another_key_needs_no_attention(
    service: Service, organisation: Organisation, clock: Clock
) -> None:
    now = clock()
    with service.database.writing() as session:
        session.add(
            ApiClient(id="c", organisation_id=identity(organisation), name="P", scopes="", created_at=now)
        )
        session.flush()
        session.add_all(
            ApiKey(id=name, client_id="c", secret_hash="", created_at=now, expires_at=now + lifetime)
            for name, lifetime in (("old", timedelta(days=1)), ("new", timedelta(days=300)))
        )
    assert waiting(service, organisation) == {}
    with service.database.writing() as session:
        session.get_one(ApiKey, "new").revoked_at = now
    assert waiting(service, organisation) == {Concern.API_KEYS: (1, "/koppelingen")}


def test_an_open_dispute_waits_until_it_is_decided(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, about: str, fatima: Worker,  # noqa: F811
) -> None:  # fmt: skip
    tell(wallet, issuer, about)
    assert waiting(service, organisation)[Concern.DISPUTES] == (1, "/bezwaren")
    decide(service, organisation, only(service, fatima), Decision.MAINTAIN, "nagekeken")
    assert Concern.DISPUTES not in waiting(service, organisation)


def test_the_notice_of_links_that_end_leads_to_whom_they_are_of(
    operator_client: TestClient, service: Service, organisation: Organisation, imported: Import
) -> None:
    now = service.clock()
    with service.database.reading() as session:
        ending, later, over = session.exec(select(Worker).order_by(Worker.worker_key)).all()
    add_offer(service, ending, now, now + timedelta(days=3))
    add_offer(service, later, now, now + timedelta(days=30))
    add_offer(service, over, now - timedelta(days=9), now - timedelta(days=2))
    path = waiting(service, organisation)[Concern.EXPIRING_OFFERS][1]
    shown = operator_client.get(f"{MANAGE}{path}").text
    assert [each.name in shown for each in (ending, later, over)] == [True, False, False]
    assert 'name="link" value="verloopt" checked' in shown


@pytest.mark.parametrize(
    ("count", "index"),
    [
        (store.offers_made, "ix_offer_created_at"),
        (store.copies_signed, "ix_copy_organisation_id_signed_at"),
        (store.statements_revoked, "ix_statement_revoked_at"),
    ],
)
def test_what_happened_in_a_few_weeks_is_found_by_its_moment(
    service: Service, organisation: Organisation, count: Any, index: str
) -> None:
    """Small tables are read whole, so PostgreSQL is told to do that only where it must."""
    asked: list[tuple[str, Any]] = []
    now = service.clock()
    with service.database.reading() as session:
        event.listen(
            session.connection(), "before_cursor_execute",
            lambda _c, _cursor, text, parameters, *_: asked.append((text, parameters)),
        )  # fmt: skip
        count(session, identity(organisation), [now - timedelta(weeks=2), now - timedelta(weeks=1), now])
    (query, parameters) = asked[-1]
    with service.database.engine.begin() as connection:
        explain = "EXPLAIN QUERY PLAN" if service.database.is_embedded else "EXPLAIN"
        if not service.database.is_embedded:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(f"{explain} {query}", parameters).all()
    assert index in str(plan), plan
