"""What an issuer says about itself before anyone asks for a credential.

Source: OpenID4VCI 1.0, "Credential Issuer Metadata"; RFC 8414.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from standard.claims import VCT
from standard.errors import ProtocolError
from standard.jsonld.contexts import CREDENTIALS_V2, KLUSCV_V1
from standard.model import Form, StatementType
from standard.openid4vci.authorization import CHALLENGE_METHOD
from standard.openid4vci.authorization_details import DETAILS_TYPE
from standard.openid4vci.dpop import DPOP_ALGORITHMS
from standard.openid4vci.messages import address, read_object, text, texts
from standard.openid4vci.offers import AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT

COMPACT_CONFIGURATION: Final = f"KlusCV.{Form.COMPACT}"
INVALID: Final = "invalid_issuer_metadata"
MAX_SERVERS: Final = 8
DEFAULT_GRANTS: Final = frozenset({AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT})
"""What a server takes that does not say: RFC 8414 knows one of them, and an offer names the other."""


@dataclass(frozen=True, slots=True)
class IssuerMetadata:
    """What a wallet needs of the metadata of a credential issuer."""

    credential_issuer: str
    authorization_servers: tuple[str, ...]
    credential_endpoint: str
    nonce_endpoint: str | None
    deferred_credential_endpoint: str | None
    notification_endpoint: str | None
    name: str | None
    configurations: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """What a wallet needs of the metadata of an authorization server.

    The two endpoints of the authorization code flow are there only when a wallet can rely on the flow: the
    request is pushed, PKCE takes S256, and the answer says whose it is.
    """

    issuer: str
    token_endpoint: str
    grants: frozenset[str]
    dpop_algorithms: frozenset[str]
    authorization_endpoint: str | None
    pushed_authorization_request_endpoint: str | None


def configuration_id(statement_type: StatementType, form: Form) -> str:
    """The name of one credential configuration; the compact form joins both statement types."""
    return COMPACT_CONFIGURATION if form is Form.COMPACT else f"{statement_type}.{form}"


def configuration_ids() -> frozenset[str]:
    """Every configuration that there is; each is its own scope."""
    return frozenset(configuration_id(kind, form) for kind in StatementType for form in Form)


def parse_configuration_id(identifier: str) -> tuple[frozenset[StatementType], Form]:
    """The statement types that a configuration is made of, and its form.

    Raises:
        ProtocolError: `unknown_credential_configuration`.
    """
    if identifier == COMPACT_CONFIGURATION:
        return frozenset(StatementType), Form.COMPACT
    for statement_type in StatementType:
        for form in Form:
            if configuration_id(statement_type, form) == identifier:
                return frozenset({statement_type}), form
    raise ProtocolError("unknown_credential_configuration", "no such credential configuration")


def issuer_metadata(
    *,
    credential_issuer: str,
    authorization_server: str,
    credential_endpoint: str,
    nonce_endpoint: str,
    deferred_credential_endpoint: str,
    notification_endpoint: str,
    batch_size: int,
    display: Sequence[Mapping[str, Any]],
    credential_display: Mapping[StatementType | None, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    """Write the metadata of one organisation as a credential issuer.

    Args:
        batch_size: how many holder keys one credential request may carry; 1 leaves the member out.
        display: the organisation's name per language, with its logo: `{"name": …, "locale": …, "logo": …}`.
        credential_display: the same per statement type, with colours; None stands for the compact form.
    """
    metadata: dict[str, Any] = {
        "credential_issuer": credential_issuer,
        "authorization_servers": [authorization_server],
        "credential_endpoint": credential_endpoint,
        "nonce_endpoint": nonce_endpoint,
        "deferred_credential_endpoint": deferred_credential_endpoint,
        "notification_endpoint": notification_endpoint,
    }
    if batch_size > 1:
        metadata["batch_credential_issuance"] = {"batch_size": batch_size}
    metadata["display"] = [dict(entry) for entry in display]
    metadata["credential_configurations_supported"] = {
        configuration_id(statement_type, form): _configuration(
            statement_type,
            form,
            credential_display[None if form is Form.COMPACT else statement_type],
        )
        for statement_type in StatementType
        for form in Form
    }
    return metadata


def _configuration(
    statement_type: StatementType, form: Form, display: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    configuration: dict[str, Any] = {
        "format": form.value,
        "scope": configuration_id(statement_type, form),
        "cryptographic_binding_methods_supported": ["jwk", "did:key"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {"display": [dict(entry) for entry in display]},
    }
    if form is Form.SD_JWT:
        configuration["vct"] = VCT[statement_type]
        # `cnf` holds a key: a wallet that proved a DID, such as Credo, would look for that DID in it.
        configuration["cryptographic_binding_methods_supported"] = ["jwk"]
    elif form is not Form.COMPACT:
        configuration["format"] = "ldp_vc"
        configuration["credential_definition"] = {
            "@context": [CREDENTIALS_V2, KLUSCV_V1],
            "type": ["VerifiableCredential", statement_type.value],
        }
        configuration["credential_signing_alg_values_supported"] = [form.value]
    return configuration


def binds_bare_keys(configuration: Mapping[str, Any]) -> bool:
    """Whether a configuration wants a key itself proven, and no did:key."""
    methods = configuration.get("cryptographic_binding_methods_supported")
    return isinstance(methods, list) and "jwk" in methods and not {"did", "did:key"} & set(methods)


def authorization_server_metadata(
    *,
    issuer: str,
    token_endpoint: str,
    authorization_endpoint: str,
    pushed_authorization_request_endpoint: str,
    scopes: Sequence[str],
    locales: Sequence[str],
) -> dict[str, Any]:
    """Write the metadata of the authorization server: both grants, for public clients.

    Source: RFC 8414; RFC 9126, RFC 7636, RFC 9449, RFC 9207 and RFC 9396 for their members.
    """
    return {
        "issuer": issuer,
        "authorization_endpoint": authorization_endpoint,
        "pushed_authorization_request_endpoint": pushed_authorization_request_endpoint,
        "require_pushed_authorization_requests": True,
        "token_endpoint": token_endpoint,
        "grant_types_supported": [AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "scopes_supported": list(scopes),
        "authorization_details_types_supported": [DETAILS_TYPE],
        "code_challenge_methods_supported": [CHALLENGE_METHOD],
        "dpop_signing_alg_values_supported": list(DPOP_ALGORITHMS),
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": list(locales),
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def issuer_metadata_url(credential_issuer: str) -> str:
    """Where the metadata stands: the well-known part goes between host and path."""
    return _well_known(credential_issuer, "openid-credential-issuer")


def authorization_server_metadata_url(issuer: str) -> str:
    """Where the authorization server's metadata stands."""
    return _well_known(issuer, "oauth-authorization-server")


def parse_issuer_metadata(data: bytes, *, credential_issuer: str) -> IssuerMetadata:
    """Read an issuer's metadata; it must be about the issuer that was asked.

    Raises:
        ProtocolError: `invalid_issuer_metadata`.
    """
    metadata = read_object(data, error=INVALID)
    if metadata.get("credential_issuer") != credential_issuer:
        raise ProtocolError(INVALID, "the metadata is of another credential issuer")
    servers = metadata.get("authorization_servers", [credential_issuer])
    if not isinstance(servers, list) or not 0 < len(servers) <= MAX_SERVERS:
        raise ProtocolError(INVALID, "authorization_servers is not a list of a few")
    configurations = metadata.get("credential_configurations_supported")
    if not isinstance(configurations, Mapping) or not all(
        isinstance(value, Mapping) and isinstance(value.get("format"), str)
        for value in configurations.values()
    ):
        raise ProtocolError(INVALID, "credential_configurations_supported is not an object of objects")
    return IssuerMetadata(
        credential_issuer=credential_issuer,
        authorization_servers=tuple(
            address({"authorization_servers": server}, "authorization_servers", error=INVALID)
            for server in servers
        ),
        credential_endpoint=address(metadata, "credential_endpoint", error=INVALID),
        nonce_endpoint=_optional_address(metadata, "nonce_endpoint"),
        deferred_credential_endpoint=_optional_address(metadata, "deferred_credential_endpoint"),
        notification_endpoint=_optional_address(metadata, "notification_endpoint"),
        name=_display_name(metadata.get("display")),
        configurations=configurations,
    )


def parse_authorization_server_metadata(data: bytes, *, issuer: str) -> AuthorizationServer:
    """Read an authorization server's metadata; it must be about the server that was asked.

    Raises:
        ProtocolError: `invalid_issuer_metadata`.
    """
    metadata = read_object(data, error=INVALID)
    if text(metadata, "issuer", error=INVALID) != issuer:
        raise ProtocolError(INVALID, "the metadata is of another authorization server")
    can_be_relied_on = (
        CHALLENGE_METHOD in _names(metadata, "code_challenge_methods_supported")
        and metadata.get("authorization_response_iss_parameter_supported") is True
    )
    leave, push = "authorization_endpoint", "pushed_authorization_request_endpoint"
    return AuthorizationServer(
        issuer=issuer,
        token_endpoint=address(metadata, "token_endpoint", error=INVALID),
        grants=_names(metadata, "grant_types_supported", missing=DEFAULT_GRANTS),
        dpop_algorithms=_names(metadata, "dpop_signing_alg_values_supported"),
        authorization_endpoint=_optional_address(metadata, leave) if can_be_relied_on else None,
        pushed_authorization_request_endpoint=_optional_address(metadata, push) if can_be_relied_on else None,
    )


def _well_known(identifier: str, name: str) -> str:
    parts = urlsplit(identifier)
    return f"{parts.scheme}://{parts.netloc}/.well-known/{name}{parts.path.rstrip('/')}"


def _optional_address(metadata: Mapping[str, Any], name: str) -> str | None:
    return address(metadata, name, error=INVALID) if name in metadata else None


def _names(
    metadata: Mapping[str, Any], name: str, *, missing: frozenset[str] = frozenset()
) -> frozenset[str]:
    if name not in metadata:
        return missing
    return frozenset(texts(metadata, name, error=INVALID))


def _display_name(display: object) -> str | None:
    first = display[0] if isinstance(display, list) and display else None
    name = first.get("name") if isinstance(first, Mapping) else None
    return name if isinstance(name, str) else None
