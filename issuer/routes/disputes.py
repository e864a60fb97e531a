"""Where a wallet tells an organisation that a record is wrong.

Source: SPECIFICATION, "Telling the organisation".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from issuer.life import disputes
from issuer.routes.dependencies import PublicOrganisation, ServiceDep, WriteDep
from standard.disputes import LIMIT_BYTES, read_dispute
from standard.errors import ProtocolError
from standard.openid4vci import NO_STORE
from standard.timestamps import write_moment

MAX_AGE: Final = timedelta(minutes=5)

router = APIRouter(tags=["disputes"])


async def _message(request: Request) -> str:
    body = await request.body()
    if len(body) > LIMIT_BYTES or not body.isascii():
        raise ProtocolError("invalid_request", "not a signed message")
    return body.decode("ascii")


@router.post("/org/{slug}/dispute")
def dispute(
    session: WriteDep,
    service: ServiceDep,
    organisation: PublicOrganisation,
    message: Annotated[str, Depends(_message)],
) -> JSONResponse:
    """Take a worker's signed message, and tell how it stands; repeat it to ask again."""
    said, key = read_dispute(
        message,
        credential_issuer=service.credential_issuer(organisation.slug),
        now=service.clock(),
        max_age=MAX_AGE,
    )
    found = disputes.receive(session, organisation, said, key, now=service.clock())
    answer = {"state": found.state, "receivedAt": write_moment(found.received_at)}
    if found.reply is not None:
        answer["reply"] = found.reply
    return JSONResponse(answer, headers=NO_STORE)
