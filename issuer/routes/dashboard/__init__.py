"""The pages for operators of one organisation."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from issuer.routes.dashboard import (
    audit_log,
    connections,
    corrections,
    credentials,
    disputes,
    exports,
    jobs,
    keys,
    operators,
    overview,
    settings,
    uploads,
    workers,
)
from issuer.routes.dependencies import same_origin

router = APIRouter(dependencies=[Depends(same_origin)], include_in_schema=False)
PARTS = (
    overview,
    exports,
    uploads,
    workers,
    corrections,
    jobs,
    credentials,
    disputes,
    keys,
    operators,
    connections,
    settings,
    audit_log,
)
for part in PARTS:
    router.include_router(part.router, prefix="/beheer/{slug}")
