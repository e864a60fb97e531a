"""In and out for operators."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from issuer import operators
from issuer.routes.dependencies import (
    ReadDep,
    ServiceDep,
    TokenDep,
    WriteDep,
    page,
    same_origin,
    see,
    session_cookie,
)

router = APIRouter(dependencies=[Depends(same_origin)], include_in_schema=False)


@router.get("/")
def home(request: Request, session: ReadDep, service: ServiceDep, token: TokenDep) -> HTMLResponse:
    """The organisations of whoever is logged in, or how to log in."""
    operator = operators.find(session, token, now=service.clock())
    found = operators.organisations(session, operator) if operator else []
    return page(request, "home.html", operator=operator, organisations=found)


@router.get("/inloggen/{code}")
def login_page(request: Request, code: str) -> HTMLResponse:
    """Ask before the link is spent: mail programs open links by themselves."""
    return page(request, "login.html", code=code)


@router.post("/inloggen/{code}")
def login(session: WriteDep, service: ServiceDep, code: str) -> RedirectResponse:
    """Spend a login link."""
    lifetime = timedelta(hours=service.settings.session_hours)
    token = operators.log_in(session, code, now=service.clock(), lifetime=lifetime)
    answer = see("/")
    answer.set_cookie(
        session_cookie(service), token, max_age=int(lifetime.total_seconds()),
        httponly=True, samesite="lax", secure=service.settings.secure_cookies,
    )  # fmt: skip
    return answer


@router.post("/uitloggen")
def logout(session: WriteDep, service: ServiceDep, token: TokenDep) -> RedirectResponse:
    """End the session."""
    if token:
        operators.log_out(session, token)
    answer = see("/")
    answer.delete_cookie(session_cookie(service), secure=service.settings.secure_cookies, httponly=True)
    return answer
