"""The W3C VC-API, when the settings switch it on."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from issuer import vc_api
from issuer.routes.dependencies import ReadDep, ServiceDep, WriteDep
from issuer.routes.media_types import of_credential
from issuer.service import Service
from standard.vc_api import Answer, issue, read_status_update
from standard.vc_api.answers import answered

router = APIRouter(tags=["vc-api"])


async def whole_body(request: Request) -> bytes:
    """The bytes of the request, within the limit that the middleware set."""
    return await request.body()


BodyDep = Annotated[bytes, Depends(whole_body)]
ListNumber = Annotated[int, Path(ge=1, le=9)]


@router.get("/vc/instances")
def list_instances(service: ServiceDep) -> list[dict[str, str]]:
    """Which cryptosuites and keys there are, and the DIDs that they issue as."""
    return vc_api.instances(service.keys)


@router.get("/vc/status/{number}")
def status_list(request: Request, session: ReadDep, service: ServiceDep, number: ListNumber) -> Response:
    """The status list of the credentials of one key."""
    content = vc_api.status_list(
        session, service.keys, number, base=_status_base(service), now=service.clock()
    )
    media_type = of_credential(request.headers.get("accept", ""))
    return Response(
        content, media_type=media_type, headers={"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
    )


@router.post("/credentials/issue", status_code=201)
def issue_by_default(body: BodyDep, session: WriteDep, service: ServiceDep) -> JSONResponse:
    """Issue with the default cryptosuite; a credential with an id can be revoked."""
    return _issue(body, session, service, vc_api.DEFAULT_CRYPTOSUITE, None, status_by_default=True)


@router.post("/vc/{cryptosuite}/credentials/issue", status_code=201)
def issue_with(body: BodyDep, session: WriteDep, service: ServiceDep, cryptosuite: str) -> JSONResponse:
    """Issue with one cryptosuite; `options.credentialStatus` asks for a status."""
    return _issue(body, session, service, cryptosuite, None, status_by_default=False)


@router.post("/vc/{cryptosuite}/{key_type}/credentials/issue", status_code=201)
def issue_with_key(
    body: BodyDep, session: WriteDep, service: ServiceDep, cryptosuite: str, key_type: str
) -> JSONResponse:
    """Issue with one cryptosuite and one kind of key, such as `P-384`."""
    return _issue(body, session, service, cryptosuite, key_type, status_by_default=False)


@router.post("/credentials/status")
def update_status(body: BodyDep, session: WriteDep, service: ServiceDep) -> JSONResponse:
    """Revoke a credential that was issued here with a status."""

    def work() -> Answer:
        update = read_status_update(body)
        vc_api.revoke(session, update.credential_id, now=service.clock())
        return Answer(200, {"credentialId": update.credential_id})

    return _response(answered(work))


def _issue(
    body: bytes, session: Session, service: Service, cryptosuite: str, key_type: str | None, **choices: Any
) -> JSONResponse:
    def work() -> Answer:
        return issue(
            body,
            cryptosuite=cryptosuite,
            signers=vc_api.signers(service.keys, cryptosuite, key_type),
            now=service.clock(),
            allocate_status=lambda signer, identifier: vc_api.allocate(
                session, signer.public_key.algorithm, identifier, base=_status_base(service)
            ),
            **choices,
        )

    return _response(answered(work))


def _response(answer: Answer) -> JSONResponse:
    return JSONResponse(dict(answer.document), status_code=answer.status, media_type=answer.media_type)


def _status_base(service: Service) -> str:
    return f"{service.settings.base_url}/vc/status/"
