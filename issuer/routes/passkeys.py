"""The server's part of passkeys, for templates/static/js/passkey.js: what to sign, and the answer to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response

from issuer.access import credentials, entrance, passkeys
from issuer.access.sessions import number
from issuer.routes.dependencies import (
    CONFIRMED,
    BodyDep,
    LoginDep,
    ServiceDep,
    VisitorDep,
    WriteDep,
    remember,
    same_origin,
)
from issuer.service import Service

router = APIRouter(prefix="/passkeys", dependencies=[Depends(same_origin)], include_in_schema=False)


@router.post("/login/options")
def ask(service: ServiceDep, visitor: VisitorDep) -> Response:
    """What whoever logs in is to sign."""
    return _options(entrance.ask_passkey(service, visitor))


@router.post("/login")
def log_in(service: ServiceDep, visitor: VisitorDep, body: BodyDep) -> JSONResponse:
    """Let someone in with a passkey."""
    return _entered(service, entrance.by_passkey(service, passkeys.read_answer(body), visitor))


@router.post("/confirm/options")
def ask_again(session: WriteDep, service: ServiceDep, login: LoginDep) -> Response:
    """What an operator is to sign once more."""
    operator_id = number(login.operator)
    now, party = service.clock(), service.relying_party
    return _options(passkeys.ask(session, operator_id=operator_id, party=party, now=now))


@router.post("/confirm")
def confirm(service: ServiceDep, login: LoginDep, visitor: VisitorDep, body: BodyDep) -> JSONResponse:
    """Let an operator show a passkey once more."""
    answer = passkeys.read_answer(body)
    return _entered(service, entrance.confirm_by_passkey(service, login, answer, visitor))


@router.post("/new/options", dependencies=[CONFIRMED])
def ask_new(service: ServiceDep, login: LoginDep) -> Response:
    """What a new passkey is to sign."""
    return _options(credentials.ask_new_passkey(service, login))


@router.post("/new", dependencies=[CONFIRMED])
def add(
    service: ServiceDep,
    login: LoginDep,
    visitor: VisitorDep,
    body: BodyDep,
    name: Annotated[str, Query(max_length=200)] = "",
) -> JSONResponse:
    """Keep a new passkey."""
    answer = passkeys.read_answer(body)
    return _entered(service, credentials.add_passkey(service, login, answer, name, visitor))


def _options(text: str) -> Response:
    return Response(text, media_type="application/json")


def _entered(service: Service, token: str) -> JSONResponse:
    answer = JSONResponse({"entered": True})
    remember(answer, service, token)
    return answer
