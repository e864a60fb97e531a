"""In and out for operators, by forms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer.access import entrance, operators, refusals, sessions
from issuer.access.passwords import Entry
from issuer.access.roles import Permission, may
from issuer.errors import LoginRefusedError, SetUpNeededError
from issuer.routes.dependencies import (
    ReadDep,
    ServiceDep,
    TokenDep,
    VisitorDep,
    WriteDep,
    forget,
    page,
    remember,
    same_origin,
    see,
)

router = APIRouter(dependencies=[Depends(same_origin)], include_in_schema=False)


@router.get("/")
def home(request: Request, session: ReadDep, service: ServiceDep, token: TokenDep) -> HTMLResponse:
    """The organisations of whoever is logged in, or how to log in."""
    login = sessions.find(session, token, now=service.clock(), rules=service.session_rules)
    if login and not login.is_set_up:
        raise SetUpNeededError("the operator has not chosen how to log in")
    operator = login.operator if login else None
    found = operators.organisations(session, operator) if operator else []
    # Whoever tries names is nobody of an organisation: those see it who work for the whole host.
    watches = operator is not None and operator.organisation_id is None and may(operator, Permission.SETTINGS)
    strangers = refusals.strangers(session, now=service.clock()) if watches else None
    return page(request, "home.html", operator=operator, organisations=found, strangers=strangers)


@router.get("/inloggen")
def login_page(request: Request, service: ServiceDep) -> HTMLResponse:
    """Passkey, or password with a code."""
    return page(request, "login.html", has_passkeys=service.relying_party.has_name, refused=False)


@router.post("/inloggen", response_model=None)
def login(
    request: Request,
    service: ServiceDep,
    visitor: VisitorDep,
    login_name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    code: Annotated[str, Form(max_length=100)],
) -> HTMLResponse | RedirectResponse:
    """Let someone in with a password and a code."""
    try:
        token = entrance.by_password(service, Entry(login_name, password, code), visitor)
    except LoginRefusedError:
        return page(
            request, "login.html", status_code=403, has_passkeys=service.relying_party.has_name, refused=True
        )
    answer = see("/")
    remember(answer, service, token)
    return answer


@router.get("/inloggen/{code}")
def invitation_page(request: Request, code: str) -> HTMLResponse:
    """Ask before the link is spent: mail programs open links by themselves."""
    return page(request, "invitation.html", code=code)


@router.post("/inloggen/{code}")
def accept_invitation(service: ServiceDep, visitor: VisitorDep, code: str) -> RedirectResponse:
    """Spend a login link."""
    token = entrance.by_link(service, code, visitor)
    answer = see("/")
    remember(answer, service, token)
    return answer


@router.post("/uitloggen")
def logout(session: WriteDep, service: ServiceDep, token: TokenDep) -> RedirectResponse:
    """End the session."""
    if token:
        sessions.end(session, token)
    answer = see("/")
    forget(answer, service)
    return answer
