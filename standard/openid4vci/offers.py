"""The credential offer that a worker opens, by value or by reference.

Source: OpenID4VCI 1.0, "Credential Offer Endpoint".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from standard.errors import ProtocolError
from standard.openid4vci.messages import address, is_web_address, read_object, text, texts

PRE_AUTHORIZED_GRANT: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
AUTHORIZATION_CODE_GRANT: Final = "authorization_code"
SCHEME: Final = "openid-credential-offer"
INVALID: Final = "invalid_credential_offer"
LIMIT_CHARACTERS: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class TransactionCode:
    """How the code looks that reaches the worker by another way than the offer."""

    input_mode: Literal["numeric", "text"]
    length: int | None
    description: str | None


@dataclass(frozen=True, slots=True)
class CredentialOffer:
    """What an issuer offers: to whoever holds the pre-authorized code, or after leave in the browser.

    Without a `pre_authorized_code` the wallet asks for leave, with the `issuer_state` where there is one.
    """

    credential_issuer: str
    configuration_ids: tuple[str, ...]
    pre_authorized_code: str | None
    transaction_code: TransactionCode | None
    authorization_server: str | None = None
    issuer_state: str | None = None


@dataclass(frozen=True, slots=True)
class OfferReference:
    """An offer that still has to be fetched."""

    uri: str


def offer(
    *,
    credential_issuer: str,
    configuration_ids: Sequence[str],
    pre_authorized_code: str | None,
    transaction_code: TransactionCode | None,
    issuer_state: str | None = None,
) -> dict[str, Any]:
    """Write an offer; with both a code and an `issuer_state` it can be taken up by either flow."""
    grants: dict[str, Any] = {}
    if pre_authorized_code is not None:
        grants[PRE_AUTHORIZED_GRANT] = _pre_authorized_grant(pre_authorized_code, transaction_code)
    if issuer_state is not None:
        grants[AUTHORIZATION_CODE_GRANT] = {"issuer_state": issuer_state}
    return {
        "credential_issuer": credential_issuer,
        "credential_configuration_ids": list(configuration_ids),
        "grants": grants,
    }


def offer_link(offer: Mapping[str, Any], *, endpoint: str = f"{SCHEME}://") -> str:
    """A link that carries the whole offer; `endpoint` is a wallet's own address where it has one."""
    value = json.dumps(offer, ensure_ascii=False, separators=(",", ":"))
    return f"{endpoint}?{urlencode({'credential_offer': value})}"


def offer_reference_link(uri: str, *, endpoint: str = f"{SCHEME}://") -> str:
    """A link that says where the offer can be fetched."""
    return f"{endpoint}?{urlencode({'credential_offer_uri': uri})}"


def parse_offer(given: str) -> CredentialOffer | OfferReference:
    """Read what a worker scanned, opened or pasted: a link of either kind, or the offer's JSON.

    Raises:
        ProtocolError: `invalid_credential_offer`.
    """
    stripped = given.strip()
    if len(stripped) > LIMIT_CHARACTERS:
        raise ProtocolError(INVALID, "the offer is too large")
    if stripped.startswith("{"):
        return parse_offer_json(stripped)
    try:
        query = urlsplit(stripped).query
        parameters = parse_qsl(query, strict_parsing=True, max_num_fields=20)
    except ValueError as fault:
        raise ProtocolError(INVALID, "not an offer link") from fault
    found = [item for item in parameters if item[0] in ("credential_offer", "credential_offer_uri")]
    if len(found) != 1:
        raise ProtocolError(INVALID, "the link holds no offer, or more than one")
    name, value = found[0]
    if name == "credential_offer":
        return parse_offer_json(value)
    if not is_web_address(value):
        raise ProtocolError(INVALID, "credential_offer_uri is not a web address")
    return OfferReference(value)


def parse_offer_json(data: bytes | str) -> CredentialOffer:
    """Read an offer's JSON.

    Raises:
        ProtocolError: `invalid_credential_offer`.
    """
    message = read_object(data, error=INVALID)
    codes, leave = _grant(message, PRE_AUTHORIZED_GRANT), _grant(message, AUTHORIZATION_CODE_GRANT)
    grant = leave if codes is None else codes
    if grant is None:
        raise ProtocolError(INVALID, "the offer holds no grant that is known here")
    issuer = address(message, "credential_issuer", error=INVALID)
    if urlsplit(issuer).query:
        raise ProtocolError(INVALID, "credential_issuer has a query")
    has_server = "authorization_server" in grant
    has_state = leave is not None and "issuer_state" in leave
    return CredentialOffer(
        credential_issuer=issuer,
        configuration_ids=texts(message, "credential_configuration_ids", error=INVALID),
        pre_authorized_code=None if codes is None else text(codes, "pre-authorized_code", error=INVALID),
        transaction_code=_transaction_code(codes["tx_code"]) if codes and "tx_code" in codes else None,
        authorization_server=address(grant, "authorization_server", error=INVALID) if has_server else None,
        issuer_state=text(leave, "issuer_state", error=INVALID) if leave and has_state else None,
    )


def _pre_authorized_grant(code: str, transaction_code: TransactionCode | None) -> dict[str, Any]:
    grant: dict[str, Any] = {"pre-authorized_code": code}
    if transaction_code is not None:
        members = {
            "input_mode": transaction_code.input_mode,
            "length": transaction_code.length,
            "description": transaction_code.description,
        }
        grant["tx_code"] = {name: value for name, value in members.items() if value is not None}
    return grant


def _grant(message: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    grants = message.get("grants")
    grant = grants.get(name) if isinstance(grants, Mapping) else None
    return grant if isinstance(grant, Mapping) else None


def _transaction_code(value: object) -> TransactionCode:
    if not isinstance(value, Mapping):
        raise ProtocolError(INVALID, "tx_code is not an object")
    mode, length = value.get("input_mode", "numeric"), value.get("length")
    description = value.get("description")
    if mode not in ("numeric", "text"):
        raise ProtocolError(INVALID, "tx_code.input_mode is neither numeric nor text")
    if length is not None and (not isinstance(length, int) or isinstance(length, bool) or length < 1):
        raise ProtocolError(INVALID, "tx_code.length is not a positive number")
    if description is not None and (not isinstance(description, str) or len(description) > 300):
        raise ProtocolError(INVALID, "tx_code.description is not a text of at most 300 characters")
    return TransactionCode("text" if mode == "text" else "numeric", length, description)
