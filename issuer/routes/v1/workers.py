"""One worker's record in an open format, for the worker or whoever she takes it to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from issuer import portability
from issuer.api.scopes import Scope
from issuer.routes.dependencies import ReadDep, ServiceDep
from issuer.routes.v1.authentication import OwnOrganisation, needs
from issuer.routes.v1.problems import documented
from standard.openid4vci import NO_STORE

router = APIRouter(prefix="/workers", tags=["workers"])
WorkerKey = Annotated[str, Path(min_length=1, max_length=200, description="your own key for the worker")]


@router.get(
    "/{worker}/record",
    response_model=dict[str, Any],
    dependencies=[needs(Scope.READ)],
    responses={
        200: {
            "content": {
                "application/json": {"example": {"interactions": [{"identifier": "K-1"}], "ratings": []}}
            }
        },
        **documented(),
    },
)
def show_record(
    session: ReadDep, service: ServiceDep, organisation: OwnOrganisation, worker: WorkerKey
) -> JSONResponse:
    """What you state about one worker, as Open Platforms data. Unsigned: the offer is what proves it."""
    return JSONResponse(
        portability.record(session, organisation, worker, now=service.clock()), headers=NO_STORE
    )
