"""Pages for operators: who did what, whether the log is whole, and the log as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from issuer import audit
from issuer.access.roles import Permission
from issuer.audit import Action
from issuer.routes.dependencies import ManagedOrganisation, ReadDep, ServiceDep, allowed, page
from issuer.service import Service
from issuer.spreadsheet import csv_pieces
from issuer.store import audit as store

router = APIRouter(prefix="/logboek", dependencies=[allowed(Permission.SETTINGS)])
PAGE_LENGTH: Final = 50


@router.get("")
def log(
    request: Request,
    session: ReadDep,
    organisation: ManagedOrganisation,
    soort: str = "",
    voor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    controle: bool = False,
) -> HTMLResponse:
    """What was done, the latest first; with `controle` every hash is recomputed."""
    action = soort if soort in set(Action) else None
    entries = store.latest_entries(
        session, audit.chain_name(organisation.id), before=voor, limit=PAGE_LENGTH + 1, action=action
    )
    state = audit.verify(session, organisation.id) if controle else None
    return page(
        request, "audit_log.html", organisation=organisation, entries=entries[:PAGE_LENGTH], state=state,
        next_before=entries[PAGE_LENGTH - 1].number if len(entries) > PAGE_LENGTH else None,
        actions=list(Action), chosen=action or "", is_first=voor is None,
    )  # fmt: skip


@router.get("/logboek.csv")
def table(service: ServiceDep, organisation: ManagedOrganisation) -> StreamingResponse:
    """The whole log, the oldest first."""
    headers = {"Content-Disposition": f'attachment; filename="logboek-{organisation.slug}.csv"'}
    lines = csv_pieces(_rows(service, audit.chain_name(organisation.id)))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _rows(service: Service, chain: str) -> Iterator[tuple[str, ...]]:
    """Read in short transactions: on SQLite a long one holds up every writer, and downloads may be slow."""
    yield ("number", "at", "actor", "action", "subject", "hash")
    number = 0
    while True:
        with service.database.reading() as session:
            found = store.entries_after(session, chain, number, limit=store.READ_AT_ONCE)
        for entry in found:
            yield (
                str(entry.number), entry.at.isoformat(), entry.actor, entry.action, entry.subject, entry.hash,
            )  # fmt: skip
        if len(found) < store.READ_AT_ONCE:
            return
        number = found[-1].number
