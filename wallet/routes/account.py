"""The account: the recovery sheet, another passphrase, leaving for good; and the page with help."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from wallet import accounts
from wallet.errors import WalletError
from wallet.recovery_sheet import recovery_sheet_pdf
from wallet.routes.dependencies import (
    PageDep,
    ServicesDep,
    VaultDep,
    VisitorVaultDep,
    attempt,
    clear_login,
)
from wallet.routes.welcome import safe_path

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/hulp")
def give_help(page: PageDep, vault: VisitorVaultDep) -> Response:
    """Answer what people ask."""
    return page.html("help", is_logged_in=vault is not None)


@router.get("/account")
def show_account(page: PageDep, vault: VaultDep) -> Response:
    """Show the account."""
    return page.html("account", account_name=accounts.account_name(vault))


@router.post("/account/wachtzin")
def change_passphrase(
    request: Request,
    page: PageDep,
    vault: VaultDep,
    services: ServicesDep,
    old: Text = "",
    new: Text = "",
) -> Response:
    """Change the passphrase; the worker logs in anew."""
    name = accounts.account_name(vault)
    try:
        accounts.change_passphrase(vault, attempt(request, name, services), old, new, cost=services.cost)
    except WalletError as error:
        return page.html("account", status=422, error=error.code, account_name=name)
    response = page.to("/welkom?gedaan=wachtzin")
    clear_login(response, services.settings)
    return response


@router.get("/account/herstelblad")
def show_sheet(page: PageDep, vault: VaultDep, naar: str = "/") -> Response:
    """Show the recovery sheet as long as it is not on paper, else offer to make a new one."""
    return page.html(
        "sheet",
        code=accounts.unsaved_recovery_code(vault),
        account_name=accounts.account_name(vault),
        back=safe_path(naar),
    )


@router.post("/account/herstelblad")
def make_sheet(
    request: Request, page: PageDep, vault: VaultDep, services: ServicesDep, passphrase: Text = ""
) -> Response:
    """Make a new recovery sheet; the old one no longer works."""
    name = accounts.account_name(vault)
    try:
        accounts.confirm(vault, attempt(request, name, services), passphrase, cost=services.cost)
    except WalletError as error:
        return page.html("sheet", status=422, error=error.code, code=None, account_name=name, back="/account")
    accounts.new_recovery_sheet(vault)
    return page.to("/account/herstelblad?naar=/account")


@router.get("/account/herstelblad.pdf")
def download_sheet(page: PageDep, vault: VaultDep, services: ServicesDep) -> Response:
    """Hand the recovery sheet out as PDF, as long as it is not on paper."""
    content = recovery_sheet_pdf(vault, locale=page.locale, wallet_address=services.settings.base_url)
    headers = {"Content-Disposition": 'attachment; filename="KlusCV-herstelblad.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/account/herstelblad/bewaard")
def keep_sheet(page: PageDep, vault: VaultDep, naar: Text = "/") -> Response:
    """Forget the readable code: the sheet is on paper now."""
    accounts.recovery_sheet_kept(vault)
    return page.to(safe_path(naar))


@router.get("/account/verwijderen")
def ask_to_erase(page: PageDep, vault: VaultDep) -> Response:
    """Ask whether everything may really go."""
    return page.html("erase", account_name=accounts.account_name(vault))


@router.post("/account/verwijderen")
def erase(
    request: Request, page: PageDep, vault: VaultDep, services: ServicesDep, passphrase: Text = ""
) -> Response:
    """Delete everything."""
    name = accounts.account_name(vault)
    try:
        accounts.confirm(vault, attempt(request, name, services), passphrase, cost=services.cost)
    except WalletError as error:
        return page.html("erase", status=422, error=error.code, account_name=name)
    accounts.erase(vault)
    response = page.to("/welkom?gedaan=gewist")
    clear_login(response, services.settings)
    return response
