"""The platform API: what a platform's own systems do without a page."""

from __future__ import annotations

from fastapi import APIRouter

from issuer.routes.v1 import batches, corrections, credentials, jobs, offers, tokens, webhooks, workers

router = APIRouter(prefix="/v1")
for part in (tokens, batches, credentials, jobs, offers, workers, corrections, webhooks):
    router.include_router(part.router)
