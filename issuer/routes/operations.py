"""For those who keep the service running."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from issuer.routes.dependencies import ServiceDep

router = APIRouter(tags=["operations"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(service: ServiceDep) -> JSONResponse:
    """The database answers too."""
    try:
        service.database.ping()
    except SQLAlchemyError:
        return JSONResponse({"status": "no database"}, status_code=503)
    return JSONResponse({"status": "ok"})
