"""The pages for programs, webhooks and the audit log: for owners, with secrets shown once."""

from __future__ import annotations

import json
import re

from fastapi.testclient import TestClient
from sqlmodel import select

from issuer.access.roles import Role
from issuer.audit import Action
from issuer.service import Service
from issuer.tables import AuditEntry, Organisation, Webhook
from standard.keys import PrivateKey
from templates.environment import environment
from tests.issuer.acting import SLUG, Clock
from tests.issuer.test_pages import link

BASE = f"/beheer/{SLUG}"


def written(page: str) -> str:
    """The secret that a page shows."""
    return re.findall(r'id="secret">([^<]+)<', page)[0]


def test_a_program_gets_keys_that_are_shown_once(
    operator_client: TestClient, organisation: Organisation
) -> None:
    scopes = re.findall(r'name="scope" value="([^"]+)"', operator_client.get(f"{BASE}/koppelingen").text)
    fields = {"name": "=Planning <b>", "scope": scopes[0]}
    shown = operator_client.post(f"{BASE}/koppelingen/programmas", data=fields).text
    key = re.findall(r"kluscv_key_\w+[\w-]+", shown)[0]
    listed = operator_client.get(f"{BASE}/koppelingen").text
    assert key not in listed
    assert "=Planning &lt;b&gt;" in listed
    more = re.findall(r'action="([^"]+/sleutels)"', listed)[0]
    assert "kluscv_key_" in operator_client.post(more).text
    assert operator_client.post(more).status_code == 422
    revoke = re.findall(r'action="([^"]+/intrekken)"', operator_client.get(f"{BASE}/koppelingen").text)
    assert len(revoke) == 2
    assert operator_client.post(revoke[0]).status_code == 303
    assert operator_client.post(more.replace("/sleutels", "/uitzetten")).status_code == 303
    assert "Uitgezet" in operator_client.get(f"{BASE}/koppelingen").text


def test_a_program_or_an_address_without_a_choice_keeps_what_was_typed(
    operator_client: TestClient, organisation: Organisation
) -> None:
    program = operator_client.post(f"{BASE}/koppelingen/programmas", data={"name": "Loonpakket"})
    assert program.status_code == 422
    assert "Kies minstens één ding." in program.text
    assert 'value="Loonpakket"' in program.text
    for fields in ({"url": "https://hook.example/"}, {"url": "https://10.0.0.7/", "event": "batch.finished"}):
        address = operator_client.post(f"{BASE}/koppelingen/webhooks", data=fields)
        assert address.status_code == 422
        assert f'value="{fields["url"]}"' in address.text


def test_an_address_is_told_and_forgotten(operator_client: TestClient, organisation: Organisation) -> None:
    fields = {"url": "https://hook.example/in", "event": "credential.claimed"}
    assert "whsec_" in operator_client.post(f"{BASE}/koppelingen/webhooks", data=fields).text
    unsafe = {**fields, "url": "http://hook.example/in"}
    assert operator_client.post(f"{BASE}/koppelingen/webhooks", data=unsafe).status_code == 422
    listed = operator_client.get(f"{BASE}/koppelingen").text
    assert "whsec_" not in listed
    secret = operator_client.post(re.findall(r'action="([^"]+/geheim)"', listed)[0])
    assert "whsec_" in secret.text
    remove = re.findall(r'action="([^"]+/verwijderen)"', listed)
    assert operator_client.post(remove[0]).status_code == 303
    assert "hook.example" not in operator_client.get(f"{BASE}/koppelingen").text


def test_an_address_that_was_disabled_says_so_and_is_enabled_again(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    page = f"{BASE}/koppelingen"
    operator_client.post(f"{page}/webhooks", data={"url": "https://a.example/", "event": "batch.finished"})
    with service.database.writing() as session:
        (webhook,) = session.exec(select(Webhook)).all()
        webhook.disabled_at = service.clock()
    assert "nam dagenlang geen bericht aan" in operator_client.get(page).text
    operator_client.post(f"{page}/webhooks/{webhook.id}/aanzetten")
    assert "nam dagenlang geen bericht aan" not in operator_client.get(page).text


def test_a_secret_is_replaced_and_both_are_named_until_the_old_one_ends(
    operator_client: TestClient, service: Service, organisation: Organisation, clock: Clock
) -> None:
    fields = {"url": "https://hook.example/in", "event": "credential.claimed"}
    first = written(operator_client.post(f"{BASE}/koppelingen/webhooks", data=fields).text)
    address = re.findall(r'action="([^"]+/vernieuwen)"', operator_client.get(f"{BASE}/koppelingen").text)[0]
    shown = operator_client.post(address).text
    assert written(shown) != first
    assert "Het oude geheim telt nog" in shown
    assert operator_client.post(address).status_code == 422
    assert "/vernieuwen" not in operator_client.get(f"{BASE}/koppelingen").text
    clock.advance(days=1)
    operator_client.post(link(service))
    assert "/vernieuwen" in operator_client.get(f"{BASE}/koppelingen").text


def test_a_program_gets_public_keys_on_the_page(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    page = operator_client.get(f"{BASE}/koppelingen").text
    scope = re.findall(r'name="scope" value="([^"]+)"', page)[0]
    keys = json.dumps({"keys": [PrivateKey.generate("P-256").public_key.jwk()]})
    fields = {"name": "Rooster", "scope": scope, "jwks": "{}"}
    refused = operator_client.post(f"{BASE}/koppelingen/programmas", data=fields)
    assert (refused.status_code, 'value="Rooster"' in refused.text) == (422, True)
    assert "geen JWK Set" in refused.text
    made = operator_client.post(f"{BASE}/koppelingen/programmas", data={**fields, "jwks": keys})
    assert made.status_code == 303
    listed = operator_client.get(f"{BASE}/koppelingen").text
    assert "Tekent zelf met een eigen sleutel." in listed
    change = re.findall(r'action="([^"]+/openbare-sleutels)"', listed)[0]
    with_private = keys.replace('"kty"', '"d": "AAAA", "kty"')
    assert operator_client.post(change, data={"jwks": with_private}).status_code == 422
    assert operator_client.post(change, data={"jwks": ""}).status_code == 303
    assert "Tekent zelf" not in operator_client.get(f"{BASE}/koppelingen").text


def test_the_log_has_words_for_everything_that_can_be_done() -> None:
    words = environment("nl").get_template("issuer/audit_words.html").module
    said = {action: str(words.action_words(action)).strip() for action in Action}
    assert len(set(said.values())) == len(said)
    assert not set(said.values()) & set(Action)


def test_the_log_is_shown_filtered_checked_and_taken_along(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    for number in range(60):
        fields = {"url": f"https://hook.example/{number}", "event": "credential.claimed"}
        operator_client.post(f"{BASE}/koppelingen/webhooks", data=fields)
        page = operator_client.get(f"{BASE}/koppelingen").text
        operator_client.post(re.findall(r'action="([^"]+/verwijderen)"', page)[0])
    first = operator_client.get(f"{BASE}/logboek?soort=webhook.added&controle=true").text
    assert first.count("<code>webhook.added</code>") == first.count("<strong>Webhook toegevoegd") == 50
    assert "webhook.removed</code>" not in first
    assert "Het logboek is heel" in first
    older = re.findall(r'href="(\?soort=webhook.added&amp;voor=\d+)"', first)[0].replace("&amp;", "&")
    assert operator_client.get(f"{BASE}/logboek{older}").text.count("<code>webhook.added</code>") == 10
    table = operator_client.get(f"{BASE}/logboek/logboek.csv").text
    assert len(table.splitlines()) == 121
    with service.database.writing() as session:
        entry = session.get(AuditEntry, (f"organisation:{organisation.id}", 3))
        assert entry is not None
        entry.subject = "changed"
    assert "Regel 3 is veranderd" in operator_client.get(f"{BASE}/logboek?controle=true").text


def test_connections_and_log_are_for_owners(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    client.post(link(service, organisation, Role.ISSUER))
    for path in ("koppelingen", "logboek", "logboek/logboek.csv"):
        assert client.get(f"{BASE}/{path}").status_code == 403
    assert client.post(f"{BASE}/koppelingen/programmas", data={"name": "x"}).status_code == 403
