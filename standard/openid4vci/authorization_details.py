"""Asking for certain credentials by name, and the identifiers that the answer gives them.

Source: OpenID4VCI 1.0, "Using Authorization Details Parameter"; RFC 9396.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from standard import strict_json
from standard.errors import ProtocolError, UnreadableError
from standard.openid4vci.messages import LIMIT_BYTES

DETAILS_TYPE: Final = "openid_credential"
INVALID_DETAILS: Final = "invalid_authorization_details"
MAX_DETAILS: Final = 64


def authorization_details(
    configuration_ids: Sequence[str], *, credential_issuer: str
) -> list[dict[str, Any]]:
    """Write the details that ask for these configurations."""
    return [
        {
            "type": DETAILS_TYPE,
            "credential_configuration_id": configuration_id,
            "locations": [credential_issuer],
        }
        for configuration_id in configuration_ids
    ]


def parse_authorization_details(
    text: str, *, known: Collection[str], credential_issuer: str
) -> frozenset[str]:
    """Read which configurations are asked for.

    Args:
        text: the parameter as it came.
        known: the configurations that may be asked for.
        credential_issuer: what `locations` must name where it is given.

    Raises:
        ProtocolError: `invalid_authorization_details`.
    """
    try:
        details = strict_json.loads(text, limit_bytes=LIMIT_BYTES)
    except UnreadableError as error:
        raise ProtocolError(INVALID_DETAILS, f"authorization_details is not strict JSON: {error}") from error
    if not isinstance(details, list) or not 0 < len(details) <= MAX_DETAILS:
        raise ProtocolError(INVALID_DETAILS, "authorization_details is not a list of objects")
    return frozenset(_configuration(detail, known, credential_issuer) for detail in details)


def granted_details(configuration_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Write the details of a token response; each configuration has one dataset here, the worker's own."""
    return [
        {
            "type": DETAILS_TYPE,
            "credential_configuration_id": configuration_id,
            "credential_identifiers": [credential_identifier(configuration_id)],
        }
        for configuration_id in configuration_ids
    ]


def credential_identifier(configuration_id: str) -> str:
    """Name the one dataset of a configuration that an access token opens."""
    return f"{configuration_id}/1"


def _configuration(detail: object, known: Collection[str], credential_issuer: str) -> str:
    if not isinstance(detail, Mapping) or detail.get("type") != DETAILS_TYPE:
        raise ProtocolError(INVALID_DETAILS, "an entry is not of the type openid_credential")
    configuration_id = detail.get("credential_configuration_id")
    if not isinstance(configuration_id, str) or configuration_id not in known:
        raise ProtocolError(INVALID_DETAILS, "an entry names no configuration of this offer")
    locations = detail.get("locations", [credential_issuer])
    if not isinstance(locations, list) or credential_issuer not in locations:
        raise ProtocolError(INVALID_DETAILS, "locations names another credential issuer")
    return configuration_id
