"""For those who keep the service running."""

from __future__ import annotations

import threading
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError

from issuer import metrics, migrations
from issuer.jobs import workers
from issuer.routes.dependencies import ServiceDep

router = APIRouter(tags=["operations"])


def worker_inside(request: Request) -> threading.Thread | None:
    """The worker that this process runs itself, if it does."""
    thread: threading.Thread | None = request.app.state.worker
    return thread


WorkerDep = Annotated[threading.Thread | None, Depends(worker_inside)]


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "not ready, and why"}})
def readyz(service: ServiceDep, inside: WorkerDep) -> JSONResponse:
    """The database answers, is migrated, and the worker inside works.

    Workers beside the service are counted but not required: claims need none.
    """
    try:
        migrated = migrations.is_current(service.database)
        alive = workers.count(service, inside) if migrated else 0
    except SQLAlchemyError:
        return JSONResponse({"status": "no database"}, status_code=503)
    if not migrated:
        return JSONResponse({"status": "not migrated"}, status_code=503)
    if inside is not None and not alive:
        return JSONResponse({"status": "no worker"}, status_code=503)
    return JSONResponse({"status": "ok", "workers": alive})


@router.get("/metrics", response_class=PlainTextResponse)
def show_metrics(request: Request, service: ServiceDep, inside: WorkerDep) -> PlainTextResponse:
    """What is counted, as Prometheus reads it."""
    alive = workers.count(service, inside)
    told = metrics.exposition(service, request.app.state.requests, workers=alive)
    return PlainTextResponse(told, media_type=metrics.CONTENT_TYPE)
