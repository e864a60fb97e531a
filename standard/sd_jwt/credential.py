"""The SD-JWT VC profile of this standard: one statement about one worker, bound to the worker's key.

Source: SD-JWT-based Verifiable Credentials; SPECIFICATION, "SD-JWT VC".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from standard import claims
from standard.errors import DataModelError, SdJwtError
from standard.keys import PublicKey, Signer
from standard.model import (
    Did,
    DidUrl,
    DisclosedStatement,
    Form,
    NameCheck,
    PersonName,
    Statement,
    StatementType,
)
from standard.sd_jwt import issuing
from standard.sd_jwt.holder import holder_key
from standard.sd_jwt.issuing import NewSalt
from standard.sd_jwt.token import Path, SdJwt
from standard.sd_jwt.type_metadata import bundled_integrity
from standard.status_list import StatusEntry, StatusReference, read_token_entry, token_entry
from standard.timestamps import day_start

if TYPE_CHECKING:
    # Certificates are rare, and take as long to import as everything else that verifying needs.
    from cryptography import x509

    from standard.sd_jwt.certificates import Chain

MEDIA_TYPE: Final = "dc+sd-jwt"
ALGORITHM: Final = "ES256"
LISTS: Final = frozenset({"engagement", "achievement", "rating", "review"})
NAME: Final = "name"
SUPERSEDES: Final = "supersedes"
INTEGRITY: Final = "vct#integrity"
ENVELOPE: Final = frozenset(
    {
        "iss",
        "issuerName",
        "vct",
        INTEGRITY,
        "jti",
        "iat",
        "nbf",
        "exp",
        "cnf",
        "status",
        SUPERSEDES,
        "_sd",
        "_sd_alg",
        NAME,
    }
)
"""The claims around the statement; all but the name are always shown."""

_TYPES: Final = {vct: statement_type for statement_type, vct in claims.VCT.items()}
_NAME_CHECKS: Final = tuple(member.value for member in NameCheck)
_NAME_PATH: Final = (NAME,)
_LONGEST_PATH: Final = 2
_COPY_ID: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """What the envelope of one SD-JWT VC says, before anyone believes it.

    `key` is the verification method that the header names, `chain` the certificates that come along;
    `holder` is the key of `cnf`.
    """

    issuer: Did
    issuer_name: str
    key: DidUrl
    chain: Chain
    type: StatementType
    type_integrity: str | None
    copy_id: str
    issued: datetime
    not_before: datetime | None
    expires: datetime | None
    holder: PublicKey
    status: StatusEntry | None


def issue_statement(
    statement: Statement,
    *,
    issuer: Did,
    organisation_name: str,
    holder: PublicKey,
    jti: str,
    issued: datetime,
    status: StatusReference | None,
    signer: Signer,
    new_salt: NewSalt,
    supersedes: Sequence[str] = (),
    certificates: Sequence[x509.Certificate] = (),
    expires: datetime | None = None,
) -> str:
    """Sign one statement; every line, every review, every achievement and the name can be shown alone.

    `issued` is rounded down to the day, so that copies signed together are not linkable by the second.
    `supersedes` are the ids of earlier copies for the same holder that this one corrects.
    From `expires` on the copy does not count any more.
    `certificates` vouch for the signer's key where readers know no DID; the signer's own comes first.
    """
    vct = claims.VCT[claims.statement_type(statement)]
    payload: dict[str, Any] = {
        "iss": issuer,
        "issuerName": organisation_name,
        "vct": vct,
        INTEGRITY: bundled_integrity(vct),
        "jti": jti,
        "iat": int(day_start(issued).timestamp()),
        "cnf": {"jwk": holder.jwk()},
    }
    if expires is not None:
        payload["exp"] = int(expires.timestamp())
    if status is not None:
        payload["status"] = token_entry(status)
    if supersedes:
        payload[SUPERSEDES] = list(supersedes)
    payload.update(claims.subject_claims(statement, new_id=None))
    if statement.name is not None:
        payload[NAME] = {"fullName": statement.name.full_name, "check": statement.name.check.value}
    header: dict[str, Any] = {"typ": MEDIA_TYPE, "kid": signer.verification_method}
    if certificates:
        from standard.sd_jwt.certificates import check_chain, encode_chain

        check_chain(certificates, signer.public_key, issuer)
        header["x5c"] = encode_chain(certificates)
    return issuing.issue(
        payload,
        disclosable=is_disclosable,
        header=header,
        signer=signer,
        new_salt=new_salt,
        deepest=_LONGEST_PATH,
    )


def is_disclosable(path: Path) -> bool:
    """Whether the worker may leave out what stands at this path."""
    if len(path) == _LONGEST_PATH:
        return path[0] in LISTS and isinstance(path[1], int)
    return path == _NAME_PATH


def read_facts(sd_jwt: SdJwt) -> CredentialFacts:
    """Read the envelope, and check that it follows the profile.

    Raises:
        SdJwtError: another `typ` or `alg`, a claim that is missing or of the wrong kind, something disclosed
            that must always be shown, or a `kid` of somebody else than `iss`.
    """
    payload = sd_jwt.payload
    if sd_jwt.header.get("typ") != MEDIA_TYPE or sd_jwt.header["alg"] != ALGORITHM:
        raise SdJwtError("typ is not dc+sd-jwt, or alg is not ES256")
    for shown in sd_jwt.shown:
        if not is_disclosable(shown.path):
            raise SdJwtError("something is disclosed alone that the profile does not let be hidden")
    issuer, key = _text(payload, "iss"), _text(sd_jwt.header, "kid")
    if not issuer.startswith("did:") or key.split("#", 1)[0] != issuer or "#" not in key:
        raise SdJwtError("kid is not a verification method of iss")
    try:
        status = read_token_entry(payload["status"]) if "status" in payload else None
    except DataModelError as error:
        raise SdJwtError(f"status: {error}") from error
    issued = _time(payload, "iat")
    if issued is None:
        raise SdJwtError("iat is missing")
    return CredentialFacts(
        issuer=Did(issuer),
        issuer_name=_text(payload, "issuerName"),
        key=DidUrl(key),
        chain=_chain(sd_jwt.header, Did(issuer)),
        type=_type(_text(payload, "vct")),
        type_integrity=_text(payload, INTEGRITY) if INTEGRITY in payload else None,
        copy_id=_text(payload, "jti"),
        issued=issued,
        not_before=_time(payload, "nbf"),
        expires=_time(payload, "exp"),
        holder=holder_key(sd_jwt),
        status=status,
    )


def to_disclosed_statement(sd_jwt: SdJwt, facts: CredentialFacts | None = None) -> DisclosedStatement:
    """What this SD-JWT VC shows of its statement; `facts` are those of its envelope, if they are known.

    Raises:
        SdJwtError: the envelope breaks the profile.
        DataModelError: the claims break the data model; the message names the place.
    """
    facts = facts or read_facts(sd_jwt)
    subject = {name: value for name, value in sd_jwt.claims.items() if name not in ENVELOPE}
    return DisclosedStatement(
        copy_id=facts.copy_id,
        form=Form.SD_JWT,
        issuer=facts.issuer,
        issuer_name=facts.issuer_name,
        issued_on=facts.issued.date(),
        content=claims.parse_subject(facts.type, subject, _name(sd_jwt.claims.get(NAME))),
        supersedes=_supersedes(sd_jwt.payload, facts.copy_id),
    )


def _chain(header: Mapping[str, Any], issuer: Did) -> Chain:
    if "x5c" not in header:
        return ()
    from standard.sd_jwt.certificates import read_chain

    return read_chain(header, issuer)


def _name(value: Any) -> PersonName | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"fullName", "check"}:
        raise DataModelError("name: has other claims than fullName and check")
    full_name, check = value["fullName"], value["check"]
    if not isinstance(full_name, str) or not full_name:
        raise DataModelError("name.fullName: not a text")
    if check not in _NAME_CHECKS:
        raise DataModelError("name.check: unknown way of checking")
    return PersonName(full_name, NameCheck(check))


def _supersedes(payload: Mapping[str, Any], copy_id: str) -> tuple[str, ...]:
    if SUPERSEDES not in payload:
        return ()
    earlier = payload[SUPERSEDES]
    if not isinstance(earlier, list) or not earlier:
        raise DataModelError("supersedes: not a list of copies")
    if not all(isinstance(each, str) and _COPY_ID.fullmatch(each) for each in earlier):
        raise DataModelError("supersedes: not a urn:uuid")
    if copy_id in earlier or len(set(earlier)) < len(earlier):
        raise DataModelError("supersedes: names itself, or a copy twice")
    return tuple(earlier)


def _type(vct: str) -> StatementType:
    if vct not in _TYPES:
        raise SdJwtError("vct is not of this standard")
    return _TYPES[vct]


def _text(claims_or_header: Mapping[str, Any], name: str) -> str:
    value = claims_or_header.get(name)
    if not isinstance(value, str) or not value:
        raise SdJwtError(f"{name} is missing or not a text")
    return value


def _time(payload: Mapping[str, Any], name: str) -> datetime | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise SdJwtError(f"{name} is not a whole number of seconds")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SdJwtError(f"{name} is not a date") from error
