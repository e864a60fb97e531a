"""Decentralised identifiers: did:key for workers and roots, did:web for organisations, did:jwk as met."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from standard import base64url, strict_json
from standard.errors import KeyFormatError, UnreadableError
from standard.keys import PublicKey, fragment
from standard.model import Did, DidUrl
from standard.strict_json import JsonValue
from standard.timestamps import read_moment, write_moment

DID_CONTEXT = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT = "https://w3id.org/security/multikey/v1"
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"

# The longest JWK here, of P-384 with a few members more, stays well below this.
_JWK_MAX_BYTES = 2_000

# A host name or a loopback address, a port with its colon percent-encoded, and path segments.
_DID_WEB = re.compile(r"did:web:[A-Za-z0-9.-]+(?:%3A[0-9]{1,5})?(?::(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+)*")


@dataclass(frozen=True, slots=True)
class KeyEnd:
    """From when a key signs nothing new, and from when nothing that it signed is to be believed."""

    expires: datetime | None
    revoked: datetime | None


def did_key(public_key: PublicKey) -> Did:
    """The did:key of a key: the key itself, spelled as an identifier."""
    return Did(f"did:key:{public_key.multikey}")


def did_key_method(did: Did) -> DidUrl:
    """The only verification method of a did:key."""
    return DidUrl(f"{did}#{did.removeprefix('did:key:')}")


def did_key_public_key(did: Did) -> PublicKey:
    """Read the key out of a did:key.

    Raises:
        KeyFormatError: it is not a did:key, or of an unknown kind.
    """
    if not did.startswith("did:key:"):
        raise KeyFormatError("not a did:key")
    return PublicKey.from_multikey(did.removeprefix("did:key:"))


def did_jwk(public_key: PublicKey) -> Did:
    """The did:jwk of a key: its JWK, with the required members in alphabetical order.

    Source: did:jwk Method Specification, "Create".
    """
    text = json.dumps(public_key.jwk(), sort_keys=True, separators=(",", ":"))
    return Did(f"did:jwk:{base64url.encode(text.encode('ascii'))}")


def did_jwk_method(did: Did) -> DidUrl:
    """The only verification method of a did:jwk."""
    return DidUrl(f"{did}#0")


def did_jwk_public_key(did: Did) -> PublicKey:
    """Read the key out of a did:jwk.

    Raises:
        KeyFormatError: it is not a did:jwk, of an unknown kind, or not for signing.
    """
    try:
        jwk = strict_json.loads(base64url.decode(did.removeprefix("did:jwk:")), limit_bytes=_JWK_MAX_BYTES)
    except UnreadableError as error:
        raise KeyFormatError("not a did:jwk") from error
    if not did.startswith("did:jwk:") or not isinstance(jwk, dict):
        raise KeyFormatError("not a did:jwk")
    return PublicKey.from_jwk(jwk)


def did_web(host: str, *path: str) -> Did:
    """The did:web of a host (`name` or `name:port`) and a path below it.

    Source: did:web Method Specification, "Method-specific identifier".
    """
    did = ":".join(["did:web", quote(host, safe="."), *(quote(part, safe="") for part in path)])
    if not _DID_WEB.fullmatch(did):
        raise KeyFormatError("the host or the path does not fit a did:web")
    return Did(did)


def did_web_url(did: Did) -> str:
    """The address of a did:web's document.

    Source: did:web Method Specification, "Read (Resolve)".
    """
    if not _DID_WEB.fullmatch(did):
        raise KeyFormatError("not a did:web")
    host, *path = did.removeprefix("did:web:").split(":")
    if any(unquote(part) in (".", "..") for part in path):
        raise KeyFormatError("the did:web climbs out of its path")
    return f"https://{unquote(host)}/{'/'.join(path or ['.well-known'])}/did.json"


def did_of(method: DidUrl) -> Did:
    """The DID that a verification method belongs to."""
    return Did(method.partition("#")[0])


def did_document(
    did: Did,
    keys: Sequence[PublicKey],
    *,
    expires: Mapping[PublicKey, datetime] = MappingProxyType({}),
    revoked: Mapping[PublicKey, datetime] = MappingProxyType({}),
) -> dict[str, Any]:
    """The document that says which keys speak for a DID.

    Each key is a Multikey in `assertionMethod`; one that was revoked is described, but speaks no more.

    Args:
        did: whose document it is.
        keys: every key that speaks or spoke for the DID.
        expires: from when a key signs nothing new; what it signed before remains.
        revoked: from when nothing that a key signed is to be believed.

    Source: Controlled Identifiers v1.0, "Verification Methods".
    """
    methods: list[JsonValue] = []
    identifiers: list[JsonValue] = []
    for key in keys:
        method = DidUrl(f"{did}#{fragment(key)}")
        description: dict[str, JsonValue] = {
            "id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": key.multikey,
        }  # fmt: skip
        if key in expires:
            description["expires"] = write_moment(expires[key])
        if key in revoked:
            description["revoked"] = write_moment(revoked[key])
        else:
            identifiers.append(method)
        methods.append(description)
    return {
        "@context": [DID_CONTEXT, MULTIKEY_CONTEXT],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": identifiers,
    }


def key_ends(document: Mapping[str, Any]) -> dict[DidUrl, KeyEnd]:
    """Read until when each key that a DID document describes serves; keys without an end are left out.

    Raises:
        DataModelError: an end is not a moment.

    Source: Controlled Identifiers v1.0, "Verification Methods".
    """
    ends: dict[DidUrl, KeyEnd] = {}
    methods = document.get("verificationMethod")
    for method in methods if isinstance(methods, list) else []:
        if isinstance(method, dict) and isinstance(method.get("id"), str):
            expires, revoked = (
                read_moment(str(method[name])) if name in method else None for name in ("expires", "revoked")
            )
            if expires is not None or revoked is not None:
                ends[DidUrl(method["id"])] = KeyEnd(expires, revoked)
    return ends


def self_contained_document(did: Did) -> dict[str, Any]:
    """Spell out the document of a did:key or a did:jwk, which is all in the identifier.

    Its one key both asserts and authenticates.

    Raises:
        KeyFormatError: it is neither, or its key is of an unknown kind.

    Source: did:key Method and did:jwk Method, "Read".
    """
    if did.startswith("did:jwk:"):
        method, jwk = did_jwk_method(did), did_jwk_public_key(did).jwk()
        description = {"id": method, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk}
        context = JWK_CONTEXT
    else:
        method, multikey = did_key_method(did), did_key_public_key(did).multikey
        description = {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
        context = MULTIKEY_CONTEXT
    return {
        "@context": [DID_CONTEXT, context],
        "id": did,
        "verificationMethod": [description],
        "assertionMethod": [method],
        "authentication": [method],
    }


def method_key(document: Mapping[str, Any], method: DidUrl, purpose: str) -> PublicKey:
    """Find a verification method's key, and that its document lists it for the purpose.

    Args:
        document: the DID document of the DID in `method`.
        method: the full DID URL; relative references in the document are resolved against its id.
        purpose: a verification relationship, such as `assertionMethod`.

    Raises:
        KeyFormatError: the document is another's, or does not list the method for the purpose.

    Source: Controlled Identifiers v1.0, "Retrieve Verification Method".
    """
    did = did_of(method)
    if document.get("id") != did:
        raise KeyFormatError("the DID document belongs to another DID")
    listed = document.get(purpose)
    for entry in listed if isinstance(listed, list) else []:
        # A relationship either names a method or embeds one; an embedded one serves it alone.
        if isinstance(entry, str) and _absolute(did, entry) == method:
            return _key(_method(document, method), did)
        if isinstance(entry, dict) and _absolute(did, entry.get("id")) == method:
            return _key(entry, did)
    raise KeyFormatError(f"the DID document does not list this key for {purpose}")


def _method(document: Mapping[str, Any], method: DidUrl) -> Mapping[str, JsonValue]:
    methods = document.get("verificationMethod")
    found = [
        entry
        for entry in (methods if isinstance(methods, list) else [])
        if isinstance(entry, dict) and _absolute(did_of(method), entry.get("id")) == method
    ]
    if len(found) != 1:
        raise KeyFormatError("the DID document does not describe this key exactly once")
    return found[0]


def _key(method: Mapping[str, JsonValue], did: Did) -> PublicKey:
    if method.get("controller") != did:
        raise KeyFormatError("the key is controlled by another DID")
    # Whoever has a stolen key writes any date, so that it does not matter since when.
    if "revoked" in method:
        raise KeyFormatError("the key was revoked")
    multikey, jwk = method.get("publicKeyMultibase"), method.get("publicKeyJwk")
    if method.get("type") == "Multikey" and isinstance(multikey, str):
        return PublicKey.from_multikey(multikey)
    if method.get("type") in ("JsonWebKey", "JsonWebKey2020") and isinstance(jwk, dict):
        return PublicKey.from_jwk(jwk)
    raise KeyFormatError("the verification method is of an unknown type")


def _absolute(did: Did, reference: JsonValue) -> str | None:
    if not isinstance(reference, str):
        return None
    return f"{did}{reference}" if reference.startswith("#") else reference
