"""A platform's own program corrects one thing, over the API or on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from issuer.api.scopes import Scope
from issuer.service import Service
from issuer.tables import AuditEntry, Import, Organisation
from tests.issuer.correcting import KEY, exported, imported, only_worker, ratings, stated, work
from tests.issuer.test_cli import Run, run, told
from tests.issuer.test_platform_api import api_client, bearer, key, new_client, new_key, problem

__all__ = ["api_client", "key", "run"]

WHY = {"supersede": True, "reason": "wrong in our system"}


def post(client: TestClient, headers: dict[str, str], **said: Any) -> Response:
    return client.post(f"/v1/workers/{KEY}/corrections", headers=headers, json=said)


@pytest.fixture
def told_once(service: Service, organisation: Organisation) -> Import:
    return imported(service, organisation)


def test_a_program_corrects_and_a_repeat_gets_the_same_answer(
    client: TestClient, service: Service, key: dict[str, str], told_once: Import
) -> None:
    once = {**key, "Idempotency-Key": "one"}
    said = {"record": "gig", "key": "K2", "worked": "6:30", "marks": {"overall": "4"}, **WHY}
    first, again = post(client, once, **said), post(client, once, **said)
    assert (first.status_code, first.json()["state"]) == (201, "committed")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert [item.revoked_reason for item in stated(service)] == [WHY["reason"], None]
    assert ratings(service).totals.rating_count == 4
    assert problem(post(client, key, **said)) == (422, "unchanged")
    with service.database.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "record.corrected")).one()
        assert (entry.actor.partition(":")[0], entry.subject) == ("client", str(only_worker(session).id))


def test_a_program_corrects_names_and_achievements(
    client: TestClient, service: Service, key: dict[str, str], told_once: Import
) -> None:
    named = post(client, key, record="name", name="Fatima de Jong", supersede=False)
    assert named.json()["new_statement_count"] == 2, named.text
    assert post(client, key, record="achievement", key="A1", name="Topkracht", **WHY).status_code == 201
    assert post(client, key, record="achievement", key="A2", never=True, **WHY).status_code == 201
    assert [each.name for each in work(service).achievements] == ["Topkracht"]
    assert post(client, key, record="gig", key="K1", never=True, **WHY).status_code == 201
    assert work(service).totals.gig_count == 1


def test_errors_point_at_the_field_and_nothing_is_corrected(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str], told_once: Import
) -> None:
    wrong = post(client, key, record="gig", key="K2", worked="25:00", marks={"a/b.c": "1"}, **WHY)
    assert problem(wrong) == (422, "entry")
    assert {(each["pointer"], each["code"]) for each in wrong.json()["errors"]} == {
        ("#/worked", "hours"), ("#/marks/a~1b.c", "rating"),
    }  # fmt: skip
    name = {"record": "name", "name": "Fatima de Jong"}
    assert problem(post(client, key, **name, supersede=True)) == (422, "reason-missing")
    assert problem(post(client, key, **name)) == (422, "fields")
    assert problem(post(client, key, record="gig", key="K9", **WHY)) == (404, "not-found")
    nobody = client.post("/v1/workers/nobody/corrections", headers=key, json={**name, **WHY})
    assert problem(nobody) == (404, "not-found")
    reader = bearer(new_key(service, new_client(service, organisation, Scope.READ, Scope.STATUS)))
    assert problem(post(client, reader, **name, **WHY)) == (403, "scope-missing")
    with service.database.writing() as session:
        session.exec(select(Import)).one().state = "committing"
    once = {**key, "Idempotency-Key": "two"}
    assert problem(post(client, once, **name, **WHY)) == (409, "import-state")
    with service.database.writing() as session:
        session.exec(select(Import)).one().state = "committed"
    assert post(client, once, **name, **WHY).status_code == 201, "a refused request may be repeated"


def test_the_command_corrects_and_says_what_is_wrong_with_which_field(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_bytes(exported().read())
    told(run("import", export, "--org", "vakhulp", "--profile", "veldkracht", "--json"))
    whose = ("--org", "vakhulp", "--worker", KEY, "--json")
    why = ("--supersede", "--reason", "fout")
    done = told(run("correct", "name", *whose, "--name", "Fatima de Jong", "--update"))
    assert done["new_statements"] == 2
    gig = ("correct", "gig", *whose, "--gig", "K2", *why)
    assert told(run(*gig, "--mark", "overall=4", "--mark", "Veilig werken="))["new_statements"] == 1
    assert told(run(*gig, "--never"))["new_statements"] == 2
    achievement = ("correct", "achievement", *whose, "--achievement", "A1", *why)
    assert told(run(*achievement, "--name", "Topkracht"))["new_statements"] == 1
    refused = run(*achievement, "--awarded-on", "gisteren")
    assert refused.exit_code == 1
    (fault,) = json.loads(refused.stdout)["errors"]
    assert (fault["field"], fault["reason"]) == ("awarded_on", "date")
    assert run("correct", "gig", *whose, "--gig", "K1", *why, "--mark", "4").exit_code == 2
    assert run("correct", "name", *whose, "--name", "Wie dan ook").exit_code == 2, "it has to be said"
