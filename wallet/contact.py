"""How to reach an organisation otherwise, by what the trust list says of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from standard.trust import TrustedOrganisation


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach an organisation, in the words and in the link of one kind."""

    kind: str
    shown: str
    link: str

    def with_message(self, subject: str, body: str) -> str:
        """The link with a message in it, where its kind can carry one."""
        if self.kind != "mail":
            return self.link
        return f"{self.link}?subject={quote(subject)}&body={quote(body)}"


def contact_of(organisation: TrustedOrganisation | None) -> Contact | None:
    """Find the contact on the trust list; only links that are safe to follow come through."""
    if organisation is None:
        return None
    address = organisation.contact
    parts = urlsplit(address)
    if parts.scheme == "mailto" and "@" in parts.path:
        return Contact("mail", parts.path, f"mailto:{quote(parts.path, safe='@.+-_')}")
    if parts.scheme == "tel":
        return Contact("phone", parts.path, f"tel:{quote(parts.path, safe='+-')}")
    if parts.scheme == "https" and parts.netloc:
        return Contact("site", parts.netloc, address)
    return None
