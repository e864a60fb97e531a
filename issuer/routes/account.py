"""An operator's own account: how to log in, where one is logged in, and showing once more who one is."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access import credentials, entrance, passwords
from issuer.access.one_time_codes import app_address
from issuer.access.passwords import Entry, Proposal
from issuer.access.sessions import Login
from issuer.errors import CredentialChoiceError, LoginRefusedError
from issuer.qr import svg
from issuer.routes.dependencies import (
    CONFIRMED,
    LoginDep,
    ReadDep,
    ServiceDep,
    VisitorDep,
    forget,
    page,
    remember,
    same_origin,
    see,
)
from issuer.service import Service

router = APIRouter(prefix="/account", dependencies=[Depends(same_origin)], include_in_schema=False)
OWN_PAGE: Final = re.compile(r"/(account|beheer/[a-z0-9-]+(/[a-z]+)?)?")
SERVICE_NAME: Final = "KlusCV"


@router.get("")
def account(request: Request, session: ReadDep, service: ServiceDep, login: LoginDep) -> HTMLResponse:
    """How the operator logs in, and where; after an invitation only the choice how."""
    template = "account.html" if login.is_set_up else "set_up.html"
    return page(
        request, template, login=login, own=credentials.of(session, login.operator, service),
        has_passkeys=service.relying_party.has_name,
    )  # fmt: skip


@router.get("/wachtwoord", dependencies=[CONFIRMED])
def password_page(request: Request, service: ServiceDep, login: LoginDep) -> HTMLResponse:
    """A password, and a QR code for an authenticator app."""
    proposal = passwords.propose(login.operator, service_secret=service.keys.claim_code_key())
    return _password_page(request, login, proposal, login.operator.login_name or "")


@router.post("/wachtwoord", dependencies=[CONFIRMED])
def set_password(
    request: Request,
    service: ServiceDep,
    login: LoginDep,
    visitor: VisitorDep,
    login_name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    code: Annotated[str, Form(max_length=100)],
    sealed: Annotated[str, Form(max_length=500)],
) -> HTMLResponse:
    """Set password and app, and show the recovery codes, this once."""
    proposal = passwords.proposed(login.operator, sealed, service_secret=service.keys.claim_code_key())
    entry = Entry(login_name, password, code)
    try:
        token, codes = credentials.set_password(service, login, entry, proposal, visitor)
    except CredentialChoiceError as error:
        return _password_page(request, login, proposal, login_name, fault=error.fault)
    answer = page(request, "recovery_codes.html", codes=codes)
    remember(answer, service, token)
    return answer


@router.post("/wachtwoord/verwijderen", dependencies=[CONFIRMED])
def remove_password(service: ServiceDep, login: LoginDep) -> RedirectResponse:
    """Forget the password."""
    credentials.remove_password(service, login)
    return see("/account")


@router.post("/herstelcodes", dependencies=[CONFIRMED])
def replace_recovery_codes(request: Request, service: ServiceDep, login: LoginDep) -> HTMLResponse:
    """Make new recovery codes, shown this once."""
    return page(request, "recovery_codes.html", codes=credentials.replace_recovery_codes(service, login))


@router.post("/passkeys/{passkey_id}/verwijderen", dependencies=[CONFIRMED])
def remove_passkey(service: ServiceDep, login: LoginDep, passkey_id: str) -> RedirectResponse:
    """Forget a passkey."""
    credentials.remove_passkey(service, login, passkey_id)
    return see("/account")


@router.post("/sessies/{session_id}/beeindigen")
def end_session(service: ServiceDep, login: LoginDep, session_id: str) -> RedirectResponse:
    """Log out in another browser."""
    credentials.end_sessions(service, login, only=session_id)
    return see("/account")


@router.post("/sessies/beeindigen")
def end_everywhere(service: ServiceDep, login: LoginDep) -> RedirectResponse:
    """Log out everywhere, here too."""
    credentials.end_sessions(service, login)
    answer = see("/")
    forget(answer, service)
    return answer


@router.get("/bevestigen")
def confirmation_page(
    request: Request, session: ReadDep, service: ServiceDep, login: LoginDep, terug: str = "/account"
) -> HTMLResponse:
    """Ask to show once more who one is."""
    return _confirmation_page(
        request, service, login, terug, credentials.of(session, login.operator, service)
    )


@router.post("/bevestigen", response_model=None)
def confirm(
    request: Request,
    session: ReadDep,
    service: ServiceDep,
    login: LoginDep,
    visitor: VisitorDep,
    password: Annotated[str, Form(max_length=1000)],
    code: Annotated[str, Form(max_length=100)],
    terug: Annotated[str, Query()] = "/account",
) -> HTMLResponse | RedirectResponse:
    """Let an operator show the password once more."""
    entry = Entry(login.operator.login_name or "", password, code)
    try:
        token = entrance.confirm_by_password(service, login, entry, visitor)
    except LoginRefusedError:
        own = credentials.of(session, login.operator, service)
        return _confirmation_page(request, service, login, terug, own, refused=True)
    answer = see(own_page(terug))
    remember(answer, service, token)
    return answer


def own_page(address: str) -> str:
    """Follow an address only to a page of ours."""
    return address if OWN_PAGE.fullmatch(address) else "/account"


def _password_page(
    request: Request, login: Login, proposal: Proposal, login_name: str, *, fault: str = ""
) -> HTMLResponse:
    address = app_address(
        proposal.app_secret, login_name=login_name or login.operator.name, service_name=SERVICE_NAME
    )
    return page(
        request, "password.html", status_code=422 if fault else 200, login=login, proposal=proposal,
        login_name=login_name, fault=fault, app_address=address, draw_qr=svg,
    )  # fmt: skip


def _confirmation_page(
    request: Request,
    service: Service,
    login: Login,
    back: str,
    own: credentials.Credentials,
    *,
    refused: bool = False,
) -> HTMLResponse:
    return page(
        request, "confirm.html", status_code=403 if refused else 200, login=login, back=own_page(back),
        own=own, has_passkeys=service.relying_party.has_name, refused=refused,
    )  # fmt: skip
