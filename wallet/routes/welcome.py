"""Coming in and going out: a new account, logging in, the recovery sheet, logging out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from wallet import accounts, logins
from wallet.errors import WalletError
from wallet.routes.dependencies import (
    PageDep,
    ServicesDep,
    SessionDep,
    VisitorVaultDep,
    attempt,
    clear_login,
    cookie_name,
    set_login,
)
from wallet.routes.page import Page
from wallet.services import Services
from wallet.vault import Vault

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/welkom")
def welcome(page: PageDep, vault: VisitorVaultDep, naar: str = "/") -> Response:
    """Greet someone who is not logged in."""
    if vault is not None:
        return page.to(safe_path(naar))
    return page.html("welcome", back=safe_path(naar), account_name="")


@router.post("/welkom")
def log_in(
    request: Request,
    page: PageDep,
    session: SessionDep,
    services: ServicesDep,
    account_name: Text = "",
    passphrase: Text = "",
    naar: Text = "/",
) -> Response:
    """Log in with account name and passphrase."""
    try:
        vault = accounts.log_in(
            session, attempt(request, account_name, services), passphrase, cost=services.cost
        )
    except WalletError as error:
        context = {"back": safe_path(naar), "account_name": account_name}
        return page.html("welcome", status=422, error=error.code, **context)
    return _come_in(page, vault, services, safe_path(naar))


@router.get("/welkom/nieuw")
def ask_for_account(page: PageDep, naar: str = "/") -> Response:
    """Show the form for a new account."""
    return page.html("new_account", back=safe_path(naar), account_name="")


@router.post("/welkom/nieuw")
def make_account(
    page: PageDep,
    session: SessionDep,
    services: ServicesDep,
    account_name: Text = "",
    passphrase: Text = "",
    naar: Text = "/",
) -> Response:
    """Make an account and show its recovery sheet."""
    try:
        vault = accounts.register(session, account_name, passphrase, now=services.clock(), cost=services.cost)
    except WalletError as error:
        context = {"back": safe_path(naar), "account_name": account_name}
        return page.html("new_account", status=422, error=error.code, **context)
    return _come_in(page, vault, services, f"/account/herstelblad?naar={quote(safe_path(naar), safe='')}")


@router.get("/welkom/herstel")
def ask_for_sheet(page: PageDep) -> Response:
    """Show the form for someone who forgot the passphrase."""
    return page.html("recover", account_name="")


@router.post("/welkom/herstel")
def recover(
    request: Request,
    page: PageDep,
    session: SessionDep,
    services: ServicesDep,
    account_name: Text = "",
    code: Text = "",
    passphrase: Text = "",
) -> Response:
    """Come in with the recovery sheet and a new passphrase."""
    tried = attempt(request, account_name, services)
    try:
        vault = accounts.recover(session, tried, code, passphrase, cost=services.cost)
    except WalletError as error:
        return page.html("recover", status=422, error=error.code, account_name=account_name)
    return _come_in(page, vault, services, "/?gedaan=hersteld")


@router.post("/uitloggen")
def log_out(request: Request, page: PageDep, session: SessionDep, services: ServicesDep) -> Response:
    """End this login."""
    logins.close(session, request.cookies.get(cookie_name(services.settings), ""))
    response = page.to("/welkom")
    clear_login(response, services.settings)
    return response


def safe_path(path: str) -> str:
    """Take a path on this site over; anything that could lead elsewhere becomes the first page."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local and "\\" not in path else "/"


def _come_in(page: Page, vault: Vault, services: Services, path: str) -> Response:
    cookie = logins.open_login(vault.session, vault, now=services.clock(), limits=services.limits)
    response = page.to(path)
    set_login(response, cookie, services.settings)
    return response
