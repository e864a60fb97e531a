"""An organisation's brand: kept, checked, and as pages and wallets are told of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from issuer.branding import logo
from issuer.errors import ColourError, NotFoundError
from issuer.organisations import identity
from issuer.store import branding as store
from issuer.tables import Branding, Organisation
from templates.colours import READABLE, contrast, scheme

COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
TEXT_SURFACES: Final = ("paper", "page", "accent-tint")
"""What the accent stands on as the colour of links and quiet buttons, in the light scheme."""

_STYLE: Final = """\
.branded {{
  --brand: {accent};
  --brand-ink: {text};
}}

@media (prefers-color-scheme: light) {{
  .branded {{
    --accent: {accent};
    --accent-strong: {accent};
    --accent-ink: {text};
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Brand:
    """What an organisation looks like; `logo` and `style` are addresses below the service's own."""

    accent: str | None
    text: str | None
    logo: str | None
    style: str | None

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to show."""
        return self.logo is None and self.style is None


def brand_of(session: Session, organisation: Organisation) -> Brand:
    """Read how an organisation looks. Addresses change with what stands there, so it may be kept."""
    kept = store.colours_and_logo_hash(session, identity(organisation))
    base = f"/org/{organisation.slug}"
    return Brand(
        accent=kept.accent,
        text=kept.text,
        logo=f"{base}/logo.png?v={short(kept.logo_hash)}" if kept.logo_hash else None,
        style=f"{base}/brand.css?v={(kept.accent + kept.text).replace('#', '')}"
        if kept.accent and kept.text
        else None,
    )


def short(logo_hash: str) -> str:
    """The part of a hash that stands in an address."""
    return logo_hash[:16]


def set_colours(session: Session, organisation: Organisation, *, accent: str, text: str) -> None:
    """Choose the accent, and the colour of text upon it; two empty words choose none.

    Raises:
        ColourError: `missing`, `notation`, or `together` and `surface` with the ratio that was found.
    """
    chosen = (accent.strip().lower(), text.strip().lower())
    if any(chosen):
        check_colours(*chosen)
    kept = _kept(session, organisation)
    kept.accent, kept.text = chosen[0] or None, chosen[1] or None
    session.flush()


def check_colours(accent: str, text: str) -> None:
    """Go on only with two colours that everyone can read; raises `ColourError`."""
    if not accent or not text:
        raise ColourError("missing")
    if not COLOUR.fullmatch(accent) or not COLOUR.fullmatch(text):
        raise ColourError("notation")
    together = contrast(accent, text)
    if together < READABLE:
        raise ColourError("together", together)
    surface = min(contrast(accent, scheme("light")[name]) for name in TEXT_SURFACES)
    if surface < READABLE:
        raise ColourError("surface", surface)


def set_logo(session: Session, organisation: Organisation, data: bytes) -> None:
    """Keep a logo, drawn anew; raises `LogoError`."""
    png = logo.reencode(data)
    kept = _kept(session, organisation)
    kept.logo, kept.logo_hash = png, hashlib.sha256(png).hexdigest()
    session.flush()


def drop_logo(session: Session, organisation: Organisation) -> None:
    """Show no logo any more."""
    kept = _kept(session, organisation)
    kept.logo, kept.logo_hash = None, None
    session.flush()


def logo_png(session: Session, organisation: Organisation) -> tuple[bytes, str]:
    """Read the logo and the version in its address; raises `NotFoundError`."""
    kept = store.branding(session, identity(organisation))
    if kept is None or kept.logo is None or kept.logo_hash is None:
        raise NotFoundError("the organisation has no logo")
    return kept.logo, short(kept.logo_hash)


def style_sheet(session: Session, organisation: Organisation) -> str:
    """Write the colours as a style sheet; raises `NotFoundError`."""
    kept = brand_of(session, organisation)
    if kept.accent is None or kept.text is None:
        raise NotFoundError("the organisation has no colours")
    return _STYLE.format(accent=kept.accent, text=kept.text)


def _kept(session: Session, organisation: Organisation) -> Branding:
    found = store.branding(session, identity(organisation))
    if found is None:
        found = Branding(organisation_id=identity(organisation))
        session.add(found)
    return found
