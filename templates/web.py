"""What every service sends with its pages, decided once and free of any web framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from templates.locales import choose_locale

LOCALE_COOKIE: Final = "lang"

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""For every HTML answer. A page that needs more (a camera, WebAssembly) widens its own."""

__all__ = ["CONTENT_SECURITY_POLICY", "LOCALE_COOKIE", "SECURITY_HEADERS", "choose_locale"]
