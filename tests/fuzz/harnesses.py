"""One harness for each parser that takes bytes of strangers: it lets only errors of ours pass in silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from standard import base58btc, base64url, compact, jws, openid4vci, sd_jwt, strict_json, timestamps
from standard.claims import VCT
from standard.compact import cbor
from standard.dids import did_web_url, method_key, self_contained_document
from standard.errors import KlusCVError, ResolutionError
from standard.fetch import Fetcher, Response
from standard.jsonld import CREDENTIALS_V2, canonize, nquads
from standard.keys import PublicKey
from standard.mappings import (
    read_badge,
    read_career_profile,
    read_europass,
    read_platform_data,
    read_resume,
)
from standard.model import Did, DidUrl, Form
from standard.openid4vci import check_key_proof
from standard.proofs.disclosure_values import read_base, read_derived
from standard.resolution import ChainResolver, Resolver, SelfContainedResolver, document_id
from standard.sd_jwt.certificates import chain_key, read_chain
from standard.sd_jwt.type_metadata import read_type_metadata
from standard.status_list import read_bitstring_credential, read_entries, read_token_status_list
from standard.status_list.bits import inflate
from standard.trust import archive_reference, read_root, read_trust_list
from standard.vc_api.endpoints import derive, verify_credential
from standard.verification import SEVEN_DAYS, VerificationPolicy, verify

VECTORS: Final = Path(__file__).parents[2] / "standard/vectors"
LIMIT: Final = 1 << 20
LIMIT_SEED_BYTES: Final = 1 << 13
EACH_SEED: Final = 8
NOW: Final = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

Harness = Callable[[bytes], object]


class Documents:
    """The shared documents of the vectors, by their identifier."""

    def __init__(self) -> None:
        folder = VECTORS / "documents"
        names = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self.found = {identifier: (folder / name).read_bytes() for identifier, name in names.items()}

    def resolve(self, identifier: str) -> bytes:
        if identifier not in self.found:
            raise ResolutionError("no such document")
        return self.found[identifier]


DOCUMENTS: Final = Documents()
RESOLVER: Final[Resolver] = ChainResolver(SelfContainedResolver(), DOCUMENTS)
_CASE: Final = json.loads((VECTORS / "valid/form-eddsa-rdfc-2022/policy.json").read_text(encoding="utf-8"))
ROOT: Final = read_root(json.dumps(_CASE["trustRoots"][0]).encode())
POLICY: Final = VerificationPolicy(
    now=NOW,
    trust_roots=(ROOT,),
    status_max_age=SEVEN_DAYS,
    expected_challenge=None,
    expected_domain=None,
)
ISSUER: Final = Did("did:web:klusdag.example")
_HISTORY: Final = VECTORS / "webvh/valid/signing-key-replaced"
HISTORY_OF: Final = json.loads((_HISTORY / "expected.json").read_text(encoding="utf-8"))["did"]
LIST: Final = "https://klusdag.example/status/1"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _object(data: bytes) -> dict[str, strict_json.JsonValue]:
    value = strict_json.loads(data, limit_bytes=LIMIT, floats=True)
    return value if isinstance(value, dict) else {"value": value}


def _listed_key(method: DidUrl) -> PublicKey:
    """The key of the DID document, whatever signed the list."""
    return method_key(json.loads(DOCUMENTS.found[ISSUER]), method, "assertionMethod")


def _request(data: bytes) -> bytes:
    return b'{"verifiableCredential":' + data + b"}"


def _envelope(data: bytes) -> bytes:
    """A request with these bytes in an envelope, as each kind of text."""
    text = "".join(character for character in _text(data) if "!" <= character <= "~")
    document = {
        "@context": CREDENTIALS_V2,
        "id": f"data:application/{'dc+sd-jwt' if '~' in text else 'vc+jwt'},{text}",
        "type": "EnvelopedVerifiableCredential",
    }
    return _request(json.dumps(document).encode())


def _did_document(data: bytes) -> None:
    document = _object(data)
    methods = document.get("assertionMethod")
    for method in methods if isinstance(methods, list) else []:
        method_key(document, DidUrl(str(method)), "assertionMethod")


def _identifiers(data: bytes) -> None:
    did = Did(_text(data))
    for read in (did_web_url, self_contained_document):
        _quietly(read, did)


def _disclosure_values(data: bytes) -> None:
    for read in (read_base, read_derived):
        _quietly(read, _text(data))


def _inflated(data: bytes) -> None:
    for window in (31, 15):
        _quietly(lambda compressed, bits=window: inflate(compressed, bits), data)


def _issuance(data: bytes) -> None:
    """Every message of OpenID4VCI."""
    address = "https://issuer.example"
    for read in (
        lambda given: openid4vci.parse_offer(_text(given)),
        openid4vci.parse_token_response,
        openid4vci.parse_nonce_response,
        openid4vci.parse_credential_response,
        lambda given: openid4vci.parse_issuer_metadata(given, credential_issuer=address),
        lambda given: openid4vci.parse_authorization_server_metadata(given, issuer=address),
        lambda given: openid4vci.parse_token_request({"grant_type": _text(given)}),
        openid4vci.parse_credential_request,
        lambda given: check_key_proof(
            _text(given), credential_issuer=address, now=NOW, max_age=timedelta(minutes=5)
        ),
    ):
        _quietly(read, data)


def _token_form(data: bytes) -> None:
    """A form as a browser or a wallet sends it."""
    openid4vci.parse_token_request(dict(parse_qsl(_text(data))))


def _mappings(data: bytes) -> None:
    """Every format of others that is read from JSON."""
    document = _object(data)
    for read in (
        read_career_profile,
        read_resume,
        lambda given: read_badge(given, language="nl"),
        lambda given: read_platform_data(given, as_of=NOW.date(), language="nl"),
    ):
        _quietly(read, document)


def _moments(data: bytes) -> None:
    for read in (timestamps.read_moment, timestamps.read_date, timestamps.read_month):
        _quietly(read, _text(data))


class _Published(Fetcher):
    """A host that publishes one document everywhere."""

    def __init__(self, content: bytes) -> None:
        # Without the set-up for a network, which takes longer than reading a log.
        self.content = content

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Response:
        return Response(200, {}, self.content)


def _quietly(read: Callable[..., object], given: object) -> None:
    """Read, so that the next reader has its turn; errors of ours are what is expected."""
    try:
        read(given)
    except KlusCVError:
        return


HARNESSES: Final[dict[str, Harness]] = {
    "archive": archive_reference,
    "base58btc": lambda data: base58btc.decode(_text(data), max_characters=200),
    "base64url": lambda data: base64url.decode(_text(data)),
    "bitstring-list": lambda data: read_bitstring_credential(
        data, uri=LIST, issuer=ISSUER, resolve_key=_listed_key
    ),
    "canonize": lambda data: canonize(_object(data)),
    "cbor": cbor.decode,
    "certificates": lambda data: chain_key(
        read_chain({"x5c": _object(data).get("x5c", [_text(data)])}, ISSUER)
    ),
    "compact": lambda data: compact.parse(_text(data)),
    "did-document": _did_document,
    "disclosure-values": _disclosure_values,
    "document-id": document_id,
    "europass": read_europass,
    "identifiers": _identifiers,
    "inflate": _inflated,
    "issuance": _issuance,
    "jwk": lambda data: PublicKey.from_jwk(_object(data)),
    "jws": lambda data: jws.parse(_text(data)),
    "mappings": _mappings,
    "moments": _moments,
    "multikey": lambda data: PublicKey.from_multikey(_text(data)),
    "n-quads": lambda data: nquads.parse(_text(data)),
    "qr-payload": compact.read_qr_payload,
    "qr-texts": lambda data: compact.payload_from_qr_texts(_text(data).split()),
    "sd-jwt": lambda data: sd_jwt.parse(_text(data)),
    "status-entries": lambda data: read_entries(_object(data).get("credentialStatus", _object(data))),
    "strict-json": lambda data: strict_json.loads(data, limit_bytes=LIMIT),
    "token-form": _token_form,
    "token-list": lambda data: read_token_status_list(
        data, uri=f"{LIST}/token", issuer=ISSUER, resolve_key=_listed_key
    ),
    "trust-list": lambda data: read_trust_list(data, ROOT),
    "trust-root": read_root,
    "type-metadata": lambda data: read_type_metadata(data, vct=next(iter(VCT.values())), integrity=None),
    "vc-api-derive": lambda data: derive(_request(data), cryptosuite=Form.ECDSA_SD.value),
    "vc-api-envelope": lambda data: verify_credential(
        _envelope(data), profile="strict", policy=POLICY, resolver=RESOLVER
    ),
    "vc-api-verify": lambda data: verify_credential(
        _request(data), profile="strict", policy=POLICY, resolver=RESOLVER
    ),
    "verify": lambda data: verify(data, policy=POLICY, resolver=RESOLVER),
}
if find_spec("did_webvh"):
    # Imported here and not by a resolver: the first input would wait for it.
    from standard.webvh import WebvhResolver

    HARNESSES["webvh"] = lambda data: WebvhResolver(_Published(data)).resolve(HISTORY_OF)


def run(name: str, data: bytes) -> None:
    """Give one input to one parser; anything but an error of ours comes out."""
    _quietly(HARNESSES[name], data)


def seeds() -> Iterator[bytes]:
    """Some of what the vectors hand over, and the documents that they share, unless they are large."""
    inputs = sorted(VECTORS.glob("*/*/input.*"))[::EACH_SEED]
    histories = [_HISTORY / "did.jsonl", VECTORS / "webvh/invalid/document-changed/did.jsonl"]
    for file in [*inputs, *sorted((VECTORS / "documents").iterdir()), *histories]:
        content = file.read_bytes()
        if len(content) <= LIMIT_SEED_BYTES:
            yield content
