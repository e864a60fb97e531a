"""The pages: hand something in, open a scanned link, read the report."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from verifier.report import explain
from verifier.routes.rendering import locale_of, page
from verifier.routes.submission import Submission
from verifier.service import ServiceDep

router = APIRouter(include_in_schema=False)


@router.get("/")
def show_home(request: Request, service: ServiceDep) -> HTMLResponse:
    """Ask for a file, a photo or text."""
    return page(request, "home.html", roots=service.trust_roots)


@router.get("/v")
def show_link(request: Request, service: ServiceDep) -> HTMLResponse:
    """Open a scanned link. The fragment stays in the browser until the reader says so."""
    return page(request, "link.html", roots=service.trust_roots)


@router.post("/")
def show_report(request: Request, submission: Submission, service: ServiceDep) -> HTMLResponse:
    """Verify and explain; nothing that was handed in is kept."""
    judged = service.judge(submission)
    report = explain(judged, locale_of(request))
    return page(request, "report.html", report=report, roots=service.trust_roots)
