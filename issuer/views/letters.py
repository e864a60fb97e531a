"""The words with which a claim link is sent, ready to copy; the code never stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from templates.environment import environment
from templates.locales import LANGUAGES


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in one language; `mailto` opens it in a mail program when there is an address."""

    locale: str
    language: str
    subject: str
    body: str
    mailto: str


def letters(
    *, organisation: str, name: str, contact: str | None, address: str, expires: datetime
) -> Sequence[Letter]:
    """Write the e-mail about a claim link in every language.

    Args:
        organisation: who sends it.
        name: whom it greets.
        contact: an e-mail address, or anything else, which is left out.
        address: the claim link.
        expires: until when the link works, on the reader's clock.
    """
    to = quote(contact, safe="@") if contact and "@" in contact else ""
    written = []
    for locale, language in LANGUAGES.items():
        text = environment(locale).get_template("issuer/letter.txt")
        subject, _, body = (
            text.render(organisation=organisation, name=name, address=address, expires=expires)
            .strip()
            .partition("\n\n")
        )
        # Source: RFC 6068, "Encoding": a line ends with %0D%0A.
        lines = quote(body.replace("\n", "\r\n"))
        mailto = f"mailto:{to}?subject={quote(subject)}&body={lines}"
        written.append(Letter(locale, language, subject, body, mailto))
    return written
