"""Statements and their signed copies: listed by your own key of the worker, and withdrawn."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from issuer.api.scopes import Scope
from issuer.audit import Action
from issuer.errors import NotFoundError
from issuer.life import status
from issuer.organisations import identity
from issuer.routes.dependencies import ReadDep, ServiceDep, WriteDep
from issuer.routes.v1 import models
from issuer.routes.v1.authentication import CallerDep, NoteDep, OwnOrganisation, needs
from issuer.routes.v1.problems import CONFLICT, JSON_BODY, documented
from issuer.routes.v1.requests import Cursor, Limit, RepeatDep
from issuer.routes.v1.strict_body import StrictJsonRoute
from issuer.store import copies as store
from issuer.store import listings
from issuer.store.pages import read_uuid_place
from issuer.tables import Copy, Statement, Worker

router = APIRouter(tags=["credentials"], route_class=StrictJsonRoute)
WorkerFilter = Annotated[str | None, Query(max_length=200, description="your own key for one worker")]


@router.get("/statements", dependencies=[needs(Scope.READ)], responses=documented())
def list_statements(
    session: ReadDep, caller: CallerDep, worker: WorkerFilter = None, limit: Limit = 50, after: Cursor = None
) -> models.StatementPage:
    """What you state, the latest first."""
    place = read_uuid_place(after)
    found = listings.statements_page(session, caller.organisation_id, worker, place, limit=limit)
    return models.StatementPage(items=[_statement(*row) for row in found.rows], next=found.next)


@router.post(
    "/statements/{statement_id}/revoke",
    response_model=models.Revoked,
    dependencies=[needs(Scope.STATUS)],
    responses=documented(JSON_BODY),
)
def revoke_statement(
    session: WriteDep,
    service: ServiceDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    statement_id: UUID,
    wanted: models.RevokeRequest,
) -> Response:
    """Withdraw a statement and every copy of it. Repeating changes nothing."""

    def withdraw() -> models.Revoked:
        status.revoke(session, organisation, statement_id, reason=wanted.reason, now=service.clock())
        note(Action.STATEMENT_REVOKED, str(statement_id))
        return models.Revoked(statements=[statement_id])

    return repeat(withdraw, status=200)


@router.post(
    "/statements/{statement_id}/suspend",
    response_model=models.Statement,
    dependencies=[needs(Scope.STATUS)],
    responses=documented(CONFLICT, JSON_BODY),
)
def suspend_statement(
    session: WriteDep,
    service: ServiceDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    statement_id: UUID,
    wanted: models.RevokeRequest,
) -> Response:
    """Make every copy of a statement invalid for the time being. Repeating changes nothing."""

    def hold() -> models.Statement:
        held = status.suspend(session, organisation, statement_id, reason=wanted.reason, now=service.clock())
        note(Action.STATEMENT_SUSPENDED, str(statement_id))
        return _statement(held, session.get_one(Worker, held.worker_id).worker_key)

    return repeat(hold, status=200)


@router.post(
    "/statements/{statement_id}/restore",
    response_model=models.Statement,
    dependencies=[needs(Scope.STATUS)],
    responses=documented(CONFLICT),
)
def restore_statement(
    session: WriteDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    statement_id: UUID,
) -> Response:
    """Lift the suspension of a statement. Repeating changes nothing."""

    def lift() -> models.Statement:
        restored = status.restore(session, organisation, statement_id)
        note(Action.STATEMENT_RESTORED, str(statement_id))
        return _statement(restored, session.get_one(Worker, restored.worker_id).worker_key)

    return repeat(lift, status=200)


@router.get("/credentials", dependencies=[needs(Scope.READ)], responses=documented())
def list_credentials(
    session: ReadDep, caller: CallerDep, worker: WorkerFilter = None, limit: Limit = 50, after: Cursor = None
) -> models.CredentialPage:
    """The copies that workers hold, the latest first."""
    place = read_uuid_place(after)
    found = listings.copies_page(session, caller.organisation_id, worker, place, limit=limit)
    return models.CredentialPage(items=[_credential(row) for row in found.rows], next=found.next)


@router.get("/credentials/{credential_id}", dependencies=[needs(Scope.READ)], responses=documented())
def show_credential(
    session: ReadDep, organisation: OwnOrganisation, credential_id: UUID
) -> models.Credential:
    """One copy: where it stands on its status list, and what the wallet said it did with it."""
    found = store.copy_by_id(session, identity(organisation), credential_id)
    if found is None:
        raise NotFoundError("no such credential")
    return _credential(found)


@router.post(
    "/credentials/{credential_id}/revoke",
    response_model=models.Revoked,
    dependencies=[needs(Scope.STATUS)],
    responses=documented(JSON_BODY),
)
def revoke_credential(
    session: WriteDep,
    service: ServiceDep,
    organisation: OwnOrganisation,
    note: NoteDep,
    repeat: RepeatDep,
    credential_id: UUID,
    wanted: models.RevokeRequest,
) -> Response:
    """Withdraw what a copy shows: its statements, and so every other copy of them too."""

    def withdraw() -> models.Revoked:
        if store.copy_by_id(session, identity(organisation), credential_id) is None:
            raise NotFoundError("no such credential")
        withdrawn = status.revoke_by_id(
            session, str(credential_id), reason=wanted.reason, now=service.clock()
        )
        for statement in withdrawn:
            note(Action.STATEMENT_REVOKED, str(statement.id))
        return models.Revoked(statements=[statement.id for statement in withdrawn])

    return repeat(withdraw, status=200)


def _statement(row: Statement, worker_key: str) -> models.Statement:
    return models.Statement(
        id=row.id, worker=worker_key, type=row.type, version=row.version, as_of=row.as_of,
        created_at=row.created_at, revoked_at=row.revoked_at, suspended_at=row.suspended_at,
    )  # fmt: skip


def _credential(copy: Copy) -> models.Credential:
    return models.Credential(
        id=copy.id, form=copy.form, statements=[UUID(text) for text in copy.source.split("+")],
        signed_at=copy.signed_at, status_list=copy.status_number, status_index=copy.status_index,
        wallet_event=copy.wallet_event,
    )  # fmt: skip
