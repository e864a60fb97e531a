"""As what a credential in JSON is served."""

from __future__ import annotations

from typing import Final

CREDENTIAL: Final = "application/vc"
_JSON: Final = ("application/ld+json", "application/json")


def of_credential(accept: str) -> str:
    """The media type for a reader who accepts these: its own, or JSON to who asks for JSON and not for it.

    Readers in the field look for the letters "json" before they parse.

    Source: Verifiable Credentials Data Model v2.0, "Media Types"; RFC 9110, "Accept".
    """
    accepted = {each.partition(";")[0].strip().lower() for each in accept.split(",")}
    if CREDENTIAL in accepted:
        return CREDENTIAL
    return next((each for each in _JSON if each in accepted), CREDENTIAL)
