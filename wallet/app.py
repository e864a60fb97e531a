"""The wallet as a web service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from templates import static_directory
from wallet.pdf_key import pdf_signer
from wallet.routes import (
    account,
    disputes,
    inbox,
    kluscv,
    operations,
    proofs,
    receiving,
    vc_api,
    waiting,
    welcome,
)
from wallet.routes.edge import Edge
from wallet.routes.failures import add_failure_pages
from wallet.services import open_services
from wallet.settings import WalletSettings


def create_app(settings: WalletSettings, *, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """Build the service. The tables must be there: `kluscv wallet migrate`.

    Args:
        settings: everything that differs between installations.
        clock: gives the present moment, aware; the system's clock unless a test says otherwise.
    """
    app = FastAPI(title="KlusCV wallet", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = open_services(settings, clock=clock)
    pdf_signer(settings.data_dir, now=app.state.services.clock())
    app.mount("/static", StaticFiles(directory=static_directory), name="static")
    for module in (
        operations, welcome, proofs, receiving, waiting, disputes, inbox, kluscv, account, vc_api,
    ):  # fmt: skip
        app.include_router(module.router)
    add_failure_pages(app)
    app.add_middleware(Edge, secure=settings.secure)
    return app
