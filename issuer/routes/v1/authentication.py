"""Who calls the platform API: a program with an API key, or with a token for a signed assertion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session

from issuer import audit
from issuer.api import allowances, assertions, clients
from issuer.api.allowances import Rate
from issuer.api.clients import Caller
from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.errors import NotAuthenticatedError, ScopeMissingError
from issuer.routes.dependencies import ServiceDep, WriteDep
from issuer.store.organisations import organisation_by_id
from issuer.tables import Organisation

bearer = HTTPBearer(
    auto_error=False, description="An API key, or an access token of `POST /v1/token`. Never in the address."
)


def authenticated(
    service: ServiceDep, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Caller:
    """Find who calls, and let it pay for the call; raises `NotAuthenticatedError`."""
    now = service.clock()
    with service.database.reading() as session:
        found = _find(session, shown.credentials, service) if shown else None
    if found is None:
        raise NotAuthenticatedError("show a living API key or access token")
    rate = Rate(service.settings.api_calls_per_minute, service.settings.api_burst)
    with service.database.writing() as session:
        allowances.spend(session, found.actor, rate=rate, now=now)
    return found


CallerDep = Annotated[Caller, Depends(authenticated)]


def needs(scope: Scope) -> Any:
    """Let a route go on only for programs that hold a scope."""

    def check(caller: CallerDep) -> None:
        if scope not in caller.scopes:
            raise ScopeMissingError(f"the program needs the scope {scope}")

    return Depends(check)


def own_organisation(service: ServiceDep, caller: CallerDep) -> Organisation:
    """The organisation that the program acts for.

    Read in a transaction of its own: one that stays open would keep SQLite from writing.
    """
    with service.database.reading() as session:
        found = organisation_by_id(session, caller.organisation_id)
        session.expunge(found)
        return found


OwnOrganisation = Annotated[Organisation, Depends(own_organisation)]


def noting(session: WriteDep, service: ServiceDep, caller: CallerDep) -> Callable[[Action, str], None]:
    """Note in the organisation's log what the program did, in the request's transaction."""

    def note(action: Action, subject: str) -> None:
        audit.record(
            session, caller.organisation_id, actor=caller.actor, action=action, subject=subject,
            now=service.clock(),
        )  # fmt: skip

    return note


NoteDep = Annotated[Callable[[Action, str], None], Depends(noting)]


def _find(session: Session, text: str, service: ServiceDep) -> Caller | None:
    now = service.clock()
    return clients.caller_of_key(session, text, now=now) or assertions.caller_of_token(session, text, now=now)
