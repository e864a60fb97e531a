"""Judging what a platform keeps at its addresses: metadata, DID document, status lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from standard import openid4vci, strict_json
from standard.conformance.findings import Clause, Finding, Standing, found
from standard.dids import method_key
from standard.errors import KeyFormatError, KlusCVError, ProtocolError, StatusListError
from standard.keys import PublicKey, fragment
from standard.model import Did, DidUrl
from standard.resolution import Resolver
from standard.status_list import Purpose, read_bitstring_credential, read_token_status_list

ASSERTION: Final = "assertionMethod"
_LIMIT_BYTES: Final = 1 << 20
_NEEDED: Final = ("Ed25519", "P-256")


def check_metadata(data: bytes, credential_issuer: str) -> list[Finding]:
    """Check the metadata of a credential issuer: OpenID4VCI 1.0, and a configuration for each form."""

    def check() -> None:
        openid4vci.parse_issuer_metadata(data, credential_issuer=credential_issuer)

    return found(Clause.FORMS, credential_issuer, check)


def check_authorization_server(metadata: bytes, credential_issuer: str, resolver: Resolver) -> list[Finding]:
    """Check the metadata of the authorization server that a sound issuer's metadata names."""
    described = openid4vci.parse_issuer_metadata(metadata, credential_issuer=credential_issuer)
    server = described.authorization_servers[0]
    address = openid4vci.authorization_server_metadata_url(server)

    def check() -> None:
        found = openid4vci.parse_authorization_server_metadata(resolver.resolve(address), issuer=server)
        if openid4vci.PRE_AUTHORIZED_GRANT not in found.grants:
            raise ProtocolError("invalid_issuer_metadata", "the server takes no pre-authorized codes")

    return found(Clause.FORMS, address, check)


def check_did_document(data: bytes, subject: str) -> list[Finding]:
    """Check a platform's DID document: both kinds of keys, as Multikey, under their own fragments."""
    try:
        document = strict_json.loads(data, limit_bytes=_LIMIT_BYTES)
        keys = dict(_keys(document))
    except KlusCVError as error:
        return [Finding(Clause.KEYS, subject, Standing.BROKEN, str(error))]
    problems = [f"no {kind} key in {ASSERTION}" for kind in _NEEDED if kind not in _kinds(keys)]
    problems += [
        f"the fragment of {method} is not {fragment(key)}"
        for method, key in keys.items()
        if method.partition("#")[2] != fragment(key)
    ]
    return [Finding(Clause.KEYS, subject, Standing.BROKEN, problem) for problem in problems]


def check_status_lists(did_document: bytes, uri: str, resolver: Resolver) -> list[Finding]:
    """Check one list in both of its shapes, with the keys of the DID document.

    Args:
        did_document: the platform's, already checked.
        uri: the address of the list, such as `https://klusdag.example/status/1`.
        resolver: finds the lists.
    """
    document = strict_json.loads(did_document, limit_bytes=_LIMIT_BYTES)
    keys, issuer = dict(_keys(document)), Did(str(_object(document).get("id")))

    def key(method: DidUrl) -> PublicKey:
        return _listed(keys, method)

    def as_credential() -> None:
        read_bitstring_credential(resolver.resolve(uri), uri=uri, issuer=issuer, resolve_key=key)

    def as_token() -> None:
        address = f"{uri}/token"
        found_list = read_token_status_list(
            resolver.resolve(address), uri=address, issuer=issuer, resolve_key=key
        )
        if found_list.ttl_seconds is None:
            raise StatusListError("ttl is missing: nobody can tell when to ask again")

    return [
        *found(Clause.STATUS, uri, as_credential),
        *found(Clause.STATUS, f"{uri}/token", as_token),
    ]


def check_suspension_list(did_document: bytes, uri: str, resolver: Resolver) -> list[Finding]:
    """Check the credential that says what is suspended, with the keys of the DID document."""
    document = strict_json.loads(did_document, limit_bytes=_LIMIT_BYTES)
    keys, issuer = dict(_keys(document)), Did(str(_object(document).get("id")))

    def key(method: DidUrl) -> PublicKey:
        return _listed(keys, method)

    def check() -> None:
        read_bitstring_credential(
            resolver.resolve(uri), uri=uri, issuer=issuer, resolve_key=key, purpose=Purpose.SUSPENSION
        )

    return found(Clause.STATUS, uri, check)


def _listed(keys: Mapping[DidUrl, PublicKey], method: DidUrl) -> PublicKey:
    if method not in keys:
        raise KeyFormatError(f"the list is signed with a key that {ASSERTION} does not have")
    return keys[method]


def _keys(document: object) -> Iterator[tuple[DidUrl, PublicKey]]:
    members = _object(document)
    listed = members.get(ASSERTION)
    for item in listed if isinstance(listed, list) else []:
        name = item.get("id") if isinstance(item, dict) else item
        if not isinstance(name, str):
            raise KeyFormatError(f"{ASSERTION} names something else than a key")
        method = DidUrl(f"{members.get('id')}{name}" if name.startswith("#") else name)
        yield method, method_key(members, method, ASSERTION)


def _object(document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise KeyFormatError("the DID document is not an object")
    return document


def _kinds(keys: Mapping[DidUrl, PublicKey]) -> set[str]:
    return {key.algorithm for key in keys.values()}
