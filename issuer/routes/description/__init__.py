"""What the service says of itself in `/openapi.json`: every operation and answer, with an example of each."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from issuer.routes.description.examples import add_examples
from issuer.routes.description.published import PUBLISHED
from issuer.routes.description.wallets import SECURITY_SCHEMES, WALLETS

__all__ = ["describe"]

SUMMARY = """\
Platforms use `/v1`, with an API key or with an access token for a signed assertion. Wallets speak OpenID4VCI
1.0 with `/org/{slug}`. What is published for verifiers is open to anyone."""


def describe(app: FastAPI, *, base_url: str) -> None:
    """Complete what the framework knows of an application that has all its routes."""
    written = app.openapi
    app.description = SUMMARY
    app.servers = [{"url": base_url}]

    def completed() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(written())
        return app.openapi_schema

    app.openapi = completed  # type: ignore[method-assign]


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    # What wallets and verifiers send and read is defined by specifications, and parsed by the standard rather
    # than by the framework, which therefore knows nothing of it.
    for (method, path), said in {**WALLETS, **PUBLISHED}.items():
        document["paths"][path][method].update(said)
    document["components"].setdefault("securitySchemes", {}).update(SECURITY_SCHEMES)
    add_examples(document)
    return document
