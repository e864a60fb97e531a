"""The issuer as an application; everything that it needs comes in here."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from issuer.branding import logo
from issuer.claiming.counter import Counter
from issuer.jobs.workers import working_inside
from issuer.life import bulk_status
from issuer.life.upkeep import upkeep
from issuer.metrics import RequestCounter
from issuer.middleware import BodyLimit, BrowserWallets, HeadRequests, Observed, PageHeaders
from issuer.observability import configure_logging
from issuer.routes import (
    account,
    authorize,
    branding,
    claim_page,
    dashboard,
    disputes,
    documents,
    login,
    operations,
    passkeys,
    problems,
    protocol,
    v1,
    vc_api,
)
from issuer.routes.description import describe
from issuer.service import Service, utc_now
from issuer.settings import IssuerSettings
from issuer.webhooks.courier import delivering
from templates import static_directory


def file_limits(settings: IssuerSettings) -> dict[str, int]:
    """How much may be sent to the addresses that take files: exports, lists of statements, logos."""
    return {
        "/v1/batches": settings.upload_limit_bytes,
        "/beheer/[^/]+/exports": settings.upload_limit_bytes,
        "/beheer/[^/]+/bewijzen/intrekken": bulk_status.LIMIT_BYTES,
        # A logo that is too large is told so on its own page.
        "/beheer/[^/]+/instellingen/logo": 8 * logo.LARGEST_BYTES,
    }


def create_app(settings: IssuerSettings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """Build the application. The database must have been migrated."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service: Service = app.state.service
        with (
            working_inside(service) as worker,
            delivering(service),
            upkeep(service),
            Counter(service) as counter,
        ):
            app.state.worker, app.state.counter = worker, counter
            yield
        service.database.close()

    app = FastAPI(title="KlusCV issuer", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service = Service.open(settings, clock)
    app.state.worker, app.state.requests = None, RequestCounter()
    for part in (
        operations,
        documents,
        branding,
        protocol,
        authorize,
        disputes,
        v1,
        login,
        passkeys,
        account,
        dashboard,
        claim_page,
    ):
        app.include_router(part.router)
    if settings.vc_api:
        app.include_router(vc_api.router)
    app.mount("/static", StaticFiles(directory=static_directory), name="static")
    problems.install(app)
    describe(app, base_url=settings.base_url)
    app.add_middleware(BodyLimit, files=file_limits(settings))
    app.add_middleware(BrowserWallets)
    app.add_middleware(PageHeaders, https=settings.secure_cookies)
    app.add_middleware(Observed, requests=app.state.requests)
    app.add_middleware(HeadRequests)
    return app


def from_environment() -> FastAPI:
    """Build the application that the environment describes, for a server that starts processes of it."""
    configure_logging(logging.INFO)
    return create_app(IssuerSettings())
