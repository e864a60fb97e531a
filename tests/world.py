"""A small world for tests: a trust root, organisations with keys and status lists, and a worker."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from standard import base64url, compact, proofs, sd_jwt
from standard.credentials import credential_document, mandatory_pointers
from standard.dids import did_document, did_key, did_key_method, did_web
from standard.errors import ResolutionError
from standard.keys import Algorithm, KeySigner, PrivateKey, PublicKey, fragment
from standard.model import (
    Did,
    DidUrl,
    Form,
    NameCheck,
    PersonName,
    RatingHistory,
    Statement,
    StatementType,
    WorkHistory,
)
from standard.status_list import (
    StatusReference,
    bitstring_credential,
    new_bits,
    set_bit,
    token_status_list,
)
from standard.trust import (
    TrustedKey,
    TrustedOrganisation,
    TrustList,
    TrustRoot,
    trust_list_credential,
)
from standard.verification import SEVEN_DAYS, VerificationPolicy, VerificationResult, verify
from tests.standard import statements
from tests.standard.statements import new_id

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
KEYS_FROM = datetime(2026, 1, 1, tzinfo=UTC)
TTL_SECONDS = 43_200
NAME = PersonName("Fatima el Amrani", NameCheck.BANK)

WORK_HISTORY = replace(statements.WORK_HISTORY, name=NAME)
RATING_HISTORY = replace(statements.RATING_HISTORY, name=NAME)


class MemoryResolver:
    """Documents by their identifier."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self.documents = dict(documents)

    def resolve(self, identifier: str) -> bytes:
        try:
            return self.documents[identifier]
        except KeyError:
            raise ResolutionError("no such document") from None


@dataclass
class Organisation:
    """An organisation with both its keys and one status list."""

    slug: str
    name: str
    keys: dict[str, PrivateKey] = field(
        default_factory=lambda: {kind: PrivateKey.generate(kind) for kind in ("Ed25519", "P-256")}
    )
    bits: bytes = field(default_factory=new_bits)
    next_index: int = 0
    new_id: Callable[[], str] = new_id
    new_salt: Callable[[], bytes] = lambda: secrets.token_bytes(16)

    @property
    def did(self) -> Did:
        return did_web(f"{self.slug}.example")

    @property
    def status_base(self) -> str:
        return f"https://{self.slug}.example/status/"

    def signer(self, algorithm: Algorithm) -> KeySigner:
        key = self.keys[algorithm]
        return KeySigner(key, DidUrl(f"{self.did}#{fragment(key.public_key)}"))

    def new_status(self) -> StatusReference:
        self.next_index += 1
        return StatusReference(self.status_base, 1, self.next_index)

    def revoke(self, reference: StatusReference) -> None:
        self.bits = set_bit(self.bits, reference.index)

    def entry(self) -> TrustedOrganisation:
        keys = tuple(
            TrustedKey(self.signer(kind).verification_method, key.public_key, KEYS_FROM, None, None)
            for kind, key in self.keys.items()
        )
        may_issue = (StatementType.WORK_HISTORY, StatementType.RATING)
        return TrustedOrganisation(
            self.did, self.name, "day-gigs", f"mailto:bewijs@{self.slug}.example", may_issue,
            self.status_base, keys, None,
        )  # fmt: skip

    def documents(self, now: datetime) -> dict[str, bytes]:
        """The DID document and both kinds of the status list."""
        reference = StatusReference(self.status_base, 1, 0)
        credential = bitstring_credential(
            self.bits, uri=reference.bitstring_uri, issuer=self.did, signer=self.signer("Ed25519"), now=now,
            ttl_seconds=TTL_SECONDS,
        )  # fmt: skip
        token = token_status_list(
            self.bits, uri=reference.token_uri, signer=self.signer("P-256"), now=now, ttl_seconds=TTL_SECONDS
        )
        document = did_document(self.did, [key.public_key for key in self.keys.values()])
        return {
            self.did: json.dumps(document).encode(),
            reference.bitstring_uri: json.dumps(credential).encode(),
            reference.token_uri: token.encode(),
        }

    def issue(
        self,
        statement: Statement,
        form: Form,
        holder: PublicKey,
        *,
        status: StatusReference | None = None,
        issued: datetime = NOW,
        copy_id: str | None = None,
        supersedes: tuple[str, ...] = (),
    ) -> str:
        """One copy as text; the compact form of a statement alone."""
        status = status or self.new_status()
        if form is Form.SD_JWT:
            return sd_jwt.issue_statement(
                statement, issuer=self.did, organisation_name=self.name, holder=holder,
                jti=copy_id or self.new_id(), issued=issued, status=status, signer=self.signer("P-256"),
                new_salt=lambda: base64url.encode(self.new_salt()), supersedes=supersedes,
            )  # fmt: skip
        if form is Form.COMPACT:
            history = statement if isinstance(statement, WorkHistory) else None
            ratings = statement if isinstance(statement, RatingHistory) else None
            return compact.issue(
                compact.paper_statement(history, ratings), holder=holder, issued=issued, status=status,
                signer=self.signer("P-256"), new_salt=self.new_salt,
            )  # fmt: skip
        document = credential_document(
            statement, issuer=self.did, organisation_name=self.name, subject=did_key(holder),
            credential_id=copy_id or self.new_id(), issued=issued, status=status, new_id=self.new_id,
            supersedes=supersedes,
        )  # fmt: skip
        return json.dumps(self.secure(document, form, issued=issued))

    def secure(self, document: Mapping[str, Any], form: Form, *, issued: datetime = NOW) -> dict[str, Any]:
        """Sign a document; in `ecdsa-sd-2023` everything is shown."""
        signer = self.signer("Ed25519" if form in (Form.EDDSA_RDFC, Form.EDDSA_JCS) else "P-256")
        suite: Any = form.value
        if form is Form.ECDSA_SD:
            suite = proofs.BaseProofs(
                mandatory_pointers(document), secrets.token_bytes(32), PrivateKey.generate("P-256")
            )
        signed = proofs.add_proof(
            document, cryptosuite=suite, signer=signer, created=issued, purpose="assertionMethod"
        )
        return signed if form is not Form.ECDSA_SD else proofs.derive(signed, signed["proof"], [""])


@dataclass
class World:
    """Everything that a verification needs; change what you like and ask again."""

    organisations: list[Organisation]
    worker: KeySigner
    root_signer: KeySigner
    root: TrustRoot
    now: datetime = NOW
    list_from: datetime = NOW - timedelta(days=1)
    lists_made: datetime = NOW - timedelta(hours=1)
    new_id: Callable[[], str] = new_id

    @property
    def organisation(self) -> Organisation:
        return self.organisations[0]

    @property
    def holder(self) -> PublicKey:
        return self.worker.public_key

    def trust_list(self) -> TrustList:
        return TrustList(
            id=self.root.trust_list,
            name=self.root.name,
            demonstration=self.root.demonstration,
            valid_from=self.list_from,
            valid_until=self.list_from + timedelta(days=90),
            organisations=tuple(organisation.entry() for organisation in self.organisations),
        )

    def documents(self, trust_list: TrustList | None = None) -> dict[str, bytes]:
        signed = trust_list_credential(trust_list or self.trust_list(), signer=self.root_signer)
        documents = {self.root.trust_list: json.dumps(signed).encode()}
        for organisation in self.organisations:
            documents.update(organisation.documents(self.lists_made))
        return documents

    def policy(self, **changes: Any) -> VerificationPolicy:
        policy = VerificationPolicy(
            now=self.now,
            trust_roots=(self.root,),
            status_max_age=SEVEN_DAYS,
            expected_challenge=None,
            expected_domain=None,
        )
        return replace(policy, **changes)

    def verify(
        self, data: bytes | str, documents: Mapping[str, bytes] | None = None, **changes: Any
    ) -> VerificationResult:
        resolver = MemoryResolver(self.documents() if documents is None else documents)
        return verify(data, policy=self.policy(**changes), resolver=resolver)

    def present(
        self,
        copies: list[str],
        *,
        signer: KeySigner | None = None,
        challenge: str | None = None,
        domain: str | None = None,
        **changes: Any,
    ) -> str:
        """A KlusCVPresentation of SD-JWTs and Data Integrity copies, signed by the worker."""
        signer = signer or self.worker
        document = {
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/kluscv/v1"],
            "id": self.new_id(),
            "type": ["VerifiablePresentation", "KlusCVPresentation"],
            "holder": did_key(signer.public_key),
            "pageLanguage": "nl",
            "ownWords": {
                "id": self.new_id(), "type": "OwnWords", "headline": "Keukenhulp",
                "ownText": "Ik werk graag.", "language": "nl",
            },
            "verifiableCredential": [
                json.loads(copy)
                if copy.startswith("{")
                else {
                    "@context": "https://www.w3.org/ns/credentials/v2",
                    "id": f"data:application/dc+sd-jwt,{copy}",
                    "type": "EnvelopedVerifiableCredential",
                }
                for copy in copies
            ],
            **changes,
        }  # fmt: skip
        signed = proofs.add_proof(
            document, cryptosuite="ecdsa-rdfc-2019", signer=signer, created=self.now,
            purpose="authentication", challenge=challenge, domain=domain,
        )  # fmt: skip
        return json.dumps(signed)


def did_key_signer(algorithm: Algorithm) -> KeySigner:
    """A fresh key that is its own identifier."""
    key = PrivateKey.generate(algorithm)
    return KeySigner(key, did_key_method(did_key(key.public_key)))


def make_world(*, demonstration: bool = False) -> World:
    """Two organisations under one root, and a worker known to both."""
    root_signer = did_key_signer("Ed25519")
    root = TrustRoot(
        did_key(root_signer.public_key), "https://trust.example/list", "KlusCV-bestuur", demonstration
    )
    organisations = [Organisation("klusdag", "Klusdag B.V."), Organisation("oppaspunt", "Oppaspunt")]
    return World(organisations, did_key_signer("P-256"), root_signer, root)
