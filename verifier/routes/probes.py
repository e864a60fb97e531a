"""Probes for whoever runs the service."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from verifier.database import ping
from verifier.problems import problem_response
from verifier.service import ServiceDep

router = APIRouter(tags=["operations"])


@router.get("/healthz")
def say_alive() -> dict[str, str]:
    """Answer while the process lives."""
    return {"status": "ok"}


@router.get("/readyz", response_model=None)
def say_ready(service: ServiceDep) -> Response | dict[str, str]:
    """Answer once the database is there and its tables are."""
    try:
        ping(service.engine)
    except SQLAlchemyError:
        return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, "database")
    return {"status": "ready"}
