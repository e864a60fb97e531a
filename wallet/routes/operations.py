"""For whoever runs the service."""

from __future__ import annotations

from fastapi import APIRouter

from wallet import store
from wallet.routes.dependencies import SessionDep

router = APIRouter()


@router.get("/healthz")
def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(session: SessionDep) -> dict[str, str]:
    """Say that the database answers and its tables are there."""
    store.worker(session, "")
    return {"status": "ok"}
