"""How organisations look."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from issuer.tables import Branding


@dataclass(frozen=True, slots=True)
class Look:
    """A brand without the bytes of its logo."""

    accent: str | None = None
    text: str | None = None
    logo_hash: str | None = None


def colours_and_logo_hash(session: Session, organisation_id: int) -> Look:
    """Read what fits into a page."""
    query = select(Branding.accent, Branding.text, Branding.logo_hash).where(
        Branding.organisation_id == organisation_id
    )
    found = session.exec(query).one_or_none()
    return Look() if found is None else Look(*found)


def branding(session: Session, organisation_id: int) -> Branding | None:
    """Read everything, for a change or for the logo itself."""
    return session.get(Branding, organisation_id)
