"""Whatever the description of the API allows, and much that it does not, gets an answer it describes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS
from sqlmodel import select

from issuer.api import clients
from issuer.api.scopes import Scope
from issuer.app import create_app
from issuer.migrations import upgrade
from issuer.routes import disputes, documents, protocol, v1
from issuer.routes import operations as operations_routes
from issuer.settings import IssuerSettings
from issuer.tables import Worker
from tests.issuer.acting import SLUG, add_organisation, import_export, new_offer

NO_LIMIT = 10_000_000
CHOSEN = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance", "response_headers_conformance", "ignored_auth")  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, export: Path) -> Iterator[tuple[Any, dict[str, str]]]:
    """A running issuer with records, its description, and a key that may do everything."""
    folder = tmp_path_factory.mktemp("described")
    app = create_app(
        IssuerSettings(data_dir=folder, api_calls_per_minute=NO_LIMIT, api_burst=NO_LIMIT, vc_api=False)
    )
    service = app.state.service
    upgrade(service.database)
    organisation = add_organisation(service, SLUG)
    import_export(service, organisation, export)
    with service.database.writing() as session:
        client = clients.add_client(
            session, organisation, name="everything", scopes=tuple(Scope), jwks=None, now=service.clock()
        )
        key = clients.add_key(session, client, now=service.clock(), lifetime=timedelta(days=1))
        worker = session.exec(select(Worker)).first()
    assert worker is not None
    new_offer(service, worker.id)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    yield schema, {"Authorization": f"Bearer {key.text}"}
    service.database.close()


def operations() -> list[str]:
    """Every operation that is described, as the tests are named after."""
    described = FastAPI()
    for part in (v1, operations_routes, documents, protocol, disputes):
        described.include_router(part.router)
    paths = described.openapi()["paths"]
    return sorted(f"{method.upper()} {path}" for path, item in paths.items() for method in item)


@pytest.mark.parametrize("operation", operations())
def test_every_answer_is_one_that_is_described(described: tuple[Any, dict[str, str]], operation: str) -> None:
    schema, headers = described
    method, path = operation.split(" ")
    checks = [check for check in CHECKS.get_all() if check.__name__ in CHOSEN]
    assert len(checks) == len(CHOSEN)

    @given(case=schema[path][method].as_strategy())
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def answers(case: schemathesis.Case) -> None:
        if "slug" in (case.path_parameters or {}):
            case.path_parameters["slug"] = SLUG
        case.call_and_validate(headers=headers, checks=checks)

    answers()


def test_every_described_operation_is_tried(described: tuple[Any, dict[str, str]]) -> None:
    paths = described[0].raw_schema["paths"]
    assert {f"{method.upper()} {path}" for path, item in paths.items() for method in item} == set(
        operations()
    )


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for answer in operation["responses"].values():
        yield from answer.get("content", {}).values()


@pytest.mark.parametrize("operation", operations())
def test_every_message_has_an_example_that_fits(
    described: tuple[Any, dict[str, str]], operation: str
) -> None:
    document = described[0].raw_schema
    assert document["openapi"].startswith("3.1")
    method, path = operation.split(" ")
    for content in contents(document["paths"][path][method.lower()]):
        schema = {**content["schema"], "components": document["components"]}
        several = [each["value"] for each in content.get("examples", {}).values()]
        for example in several or [content["example"]]:
            Draft202012Validator(schema).validate(example)
