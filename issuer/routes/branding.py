"""What pages and wallets fetch to show an organisation as it looks: its logo and its colours."""

from __future__ import annotations

from fastapi import APIRouter, Response

from issuer.branding import brands
from issuer.routes.dependencies import PublicOrganisation, ReadDep

router = APIRouter(include_in_schema=False)
KEPT = "public, max-age=31536000, immutable"
"""For an address that carries its version."""
BRIEF = "public, max-age=300"


@router.get("/org/{slug}/logo.png")
def logo(session: ReadDep, organisation: PublicOrganisation, v: str = "") -> Response:
    """The logo; wallets show it, from wherever they are."""
    png, version = brands.logo_png(session, organisation)
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": KEPT if v == version else BRIEF,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(png, media_type="image/png", headers=headers)


@router.get("/org/{slug}/brand.css")
def style_sheet(session: ReadDep, organisation: PublicOrganisation, v: str = "") -> Response:
    """The colours for our own pages: inline styles are not allowed there."""
    shown = brands.brand_of(session, organisation)
    is_current = shown.style is not None and shown.style.endswith(f"?v={v}")
    return Response(
        brands.style_sheet(session, organisation),
        media_type="text/css",
        headers={"Cache-Control": KEPT if is_current else BRIEF, "X-Content-Type-Options": "nosniff"},
    )
