"""What a steward keeps: a root key, the organisations, and the list that was signed last.

The state is plain files in one folder, so that it can be read, reviewed and kept in version control;
only `root-key.pem` is secret. What no command says is written into the organisation's file by hand.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from standard import strict_json
from standard.dids import KeyEnd, did_key, did_key_method, did_of, key_ends, method_key
from standard.errors import KlusCVError, TrustError
from standard.keys import KeySigner, PrivateKey
from standard.model import Did, DidUrl, StatementType
from standard.trust import (
    Successor,
    TrustedKey,
    TrustedOrganisation,
    TrustList,
    TrustRoot,
    archive_organisation,
    archive_reference,
    organisation_json,
    read_organisation,
    read_root,
    read_trust_list,
    root_json,
    trust_list_credential,
)

ROOT_KEY: Final = "root-key.pem"
ROOT: Final = "trust-root.json"
LIST: Final = "trust-list.json"
SUCCESSOR: Final = "successor.json"
ORGANISATIONS: Final = "organisations"
LIMIT_BYTES: Final = 1 << 20
PURPOSE: Final = "assertionMethod"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the steward decides about an organisation; its keys come from its DID document."""

    name: str
    kind: str
    contact: str
    may_issue: tuple[StatementType, ...]
    status_base: str


def init(folder: Path, *, name: str, address: str, demonstration: bool) -> TrustRoot:
    """Make a root: a fresh key, and the file that verifiers pin.

    Args:
        folder: where the state will be; made when it is not there.
        name: who stands for the list.
        address: where the signed list will be published.
        demonstration: whether every verdict under this root must say that it only demonstrates.

    Raises:
        TrustError: the folder holds a root already; a root is never replaced silently.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = PrivateKey.generate("Ed25519")
    root = TrustRoot(did_key(key.public_key), address, name, demonstration)
    try:
        descriptor = os.open(folder / ROOT_KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise TrustError("the folder holds a root key already") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem(None))
    (folder / ROOT).write_bytes(root_json(root))
    (folder / ORGANISATIONS).mkdir(exist_ok=True)
    return root


def add(
    folder: Path, document: bytes, entry: Entry, *, now: datetime, keys_from: datetime | None = None
) -> TrustedOrganisation:
    """Put an organisation on the list, or renew its entry, with the keys of its DID document.

    A key that is new counts from `keys_from`, or from `now`; one that the document no longer has
    counts until `now`, and stays: what it signed before remains true. What the document says about the
    end of a key is taken over: `expires` ends its time, `revoked` says that it was stolen.

    Raises:
        TrustError: the folder holds no root, the document is not a did:web's with keys, or the contact is no
            absolute address, with which the list could not be signed.
        JsonError: the document is not strict JSON.
        KeyFormatError: one of its keys is none.
        DataModelError: the end of a key is not a moment.
    """
    _read_root(folder)
    if not urlsplit(entry.contact).scheme:
        raise TrustError("a contact is an absolute address, such as mailto:bewijs@klusdag.example")
    described = _did_document(document)
    current = _current_keys(described, keys_from or now)
    did = did_of(current[0].id)
    path = _file(folder, did)
    known = _read_organisation(path) if path.exists() else None
    organisation = TrustedOrganisation(
        did=did,
        name=entry.name,
        kind=entry.kind,
        contact=entry.contact,
        may_issue=entry.may_issue,
        status_base=entry.status_base,
        keys=_ended(_joined(known.keys if known else (), current, now), key_ends(described)),
        retired_on=known.retired_on if known else None,
        archives=known.archives if known else (),
    )
    _write_organisation(path, organisation)
    return organisation


def add_archive(folder: Path, content: bytes) -> TrustedOrganisation:
    """Refer to an archive in its organisation's entry; one with the same address is replaced.

    Raises:
        TrustError: it is no archive, or its organisation is not in the folder.
    """
    reference, did = archive_reference(content), archive_organisation(content)
    path = _file(folder, did)
    if not path.exists():
        raise TrustError("the archive's organisation is not on the list")
    known = _read_organisation(path)
    others = (archive for archive in known.archives if archive.id != reference.id)
    organisation = replace(known, archives=(*others, reference))
    _write_organisation(path, organisation)
    return organisation


def retire(folder: Path, did: Did, day: date) -> TrustedOrganisation:
    """Note that an organisation stopped on a day: its keys' time ends with it.

    Raises:
        TrustError: it is not in the folder.
    """
    path = _file(folder, did)
    if not path.exists():
        raise TrustError("the organisation is not on the list")
    known = _read_organisation(path)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    keys = tuple(replace(key, valid_until=key.valid_until or end) for key in known.keys)
    organisation = replace(known, retired_on=day, keys=keys)
    _write_organisation(path, organisation)
    return organisation


def name_successor(folder: Path, content: bytes) -> TrustRoot:
    """Hand over to another root: every list that is signed from now on names it.

    Raises:
        TrustError: it is no trust root, or this one.
    """
    successor = read_root(content)
    if successor.root == _read_root(folder).root:
        raise TrustError("a root cannot succeed itself")
    (folder / SUCCESSOR).write_bytes(root_json(successor))
    return successor


def organisations(folder: Path) -> tuple[TrustedOrganisation, ...]:
    """Every organisation that the next list will hold.

    Raises:
        TrustError: a file in the folder is not an organisation's.
    """
    _read_root(folder)
    return tuple(_read_organisation(path) for path in sorted((folder / ORGANISATIONS).glob("*.json")))


def sign(folder: Path, *, now: datetime, valid_days: int) -> TrustList:
    """Sign the list of now, read it back as a verifier would, and only then replace the last one.

    Raises:
        TrustError: the state is incomplete, or does not make a list that verifies.
    """
    root = _read_root(folder)
    key = PrivateKey.from_pem((folder / ROOT_KEY).read_bytes(), None)
    if did_key(key.public_key) != root.root:
        raise TrustError("the root key is not the key of the trust root")
    unsigned = TrustList(
        id=root.trust_list,
        name=root.name,
        demonstration=root.demonstration,
        valid_from=now.replace(microsecond=0),
        valid_until=now.replace(microsecond=0) + timedelta(days=valid_days),
        organisations=organisations(folder),
        successor=_successor(folder),
    )
    signer = KeySigner(key, did_key_method(root.root))
    signed = json.dumps(trust_list_credential(unsigned, signer=signer), ensure_ascii=False, indent=2)
    trust_list = read_trust_list(signed.encode("utf-8"), root)
    fresh = folder / f"{LIST}.new"
    fresh.write_text(signed + "\n", encoding="utf-8")
    fresh.replace(folder / LIST)
    return trust_list


def _read_root(folder: Path) -> TrustRoot:
    try:
        return read_root((folder / ROOT).read_bytes())
    except FileNotFoundError as error:
        raise TrustError("the folder holds no trust root") from error


def _successor(folder: Path) -> Successor | None:
    path = folder / SUCCESSOR
    root = read_root(path.read_bytes()) if path.exists() else None
    return Successor(root.root, root.trust_list) if root else None


def _write_organisation(path: Path, organisation: TrustedOrganisation) -> None:
    text = json.dumps(organisation_json(organisation), ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")


def _did_document(content: bytes) -> Mapping[str, Any]:
    document = strict_json.loads(content, limit_bytes=LIMIT_BYTES)
    if not isinstance(document, dict) or not str(document.get("id")).startswith("did:web:"):
        raise TrustError("not the DID document of a did:web")
    return document


def _current_keys(document: Mapping[str, Any], valid_from: datetime) -> Sequence[TrustedKey]:
    """The keys that may sign credentials now."""
    listed = document.get(PURPOSE)
    keys = []
    for reference in listed if isinstance(listed, list) else []:
        name = str(reference.get("id") if isinstance(reference, dict) else reference)
        method = DidUrl(f"{document['id']}{name}" if name.startswith("#") else name)
        keys.append(TrustedKey(method, method_key(document, method, PURPOSE), valid_from, None, None))
    if not keys:
        raise TrustError("the DID document lists no key that may sign credentials")
    return keys


def _joined(
    known: Sequence[TrustedKey], current: Sequence[TrustedKey], now: datetime
) -> tuple[TrustedKey, ...]:
    known_ids, current_ids = {key.id for key in known}, {key.id for key in current}
    kept = (
        key if key.id in current_ids or key.valid_until is not None else replace(key, valid_until=now)
        for key in known
    )
    return (*kept, *(key for key in current if key.id not in known_ids))


def _ended(keys: Iterable[TrustedKey], ends: Mapping[DidUrl, KeyEnd]) -> tuple[TrustedKey, ...]:
    """An end that the list knows already stays as it is."""
    return tuple(
        replace(
            key,
            valid_until=key.valid_until or ends[key.id].expires,
            compromised_at=key.compromised_at or ends[key.id].revoked,
        )
        if key.id in ends
        else key
        for key in keys
    )


def _read_organisation(path: Path) -> TrustedOrganisation:
    try:
        entry = strict_json.loads(path.read_bytes(), limit_bytes=LIMIT_BYTES)
        return read_organisation(entry if isinstance(entry, dict) else {})
    except (KlusCVError, KeyError, TypeError, ValueError) as error:
        raise TrustError(f"{path.name} is not an organisation as it stands in a trust list") from error


def _file(folder: Path, did: Did) -> Path:
    """One file for each DID; the replaced characters occur in no host name or slug."""
    name = re.sub(r"[^A-Za-z0-9.-]", "_", did.removeprefix("did:web:"))
    return folder / ORGANISATIONS / f"{name}.json"
