"""The issuer's side of the VC-API: credentials of any kind, with keys of the service's own.

Those keys are did:keys that no trust list has, so nothing that they sign passes for the word of an
organisation; and `standard.vc_api` refuses this standard's own types.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from issuer.errors import NotFoundError
from issuer.keyring.keys import KeyFolder
from issuer.store import issued_status as store
from issuer.tables import IssuedStatus
from standard import proofs
from standard.dids import did_of
from standard.jsonld import CREDENTIALS_V2
from standard.keys import Algorithm, KeySigner
from standard.model import Did
from standard.status_list import MINIMUM_ENTRIES, StatusReference, entry, new_bits, set_bit
from standard.status_list.bitstring import encode_bits
from standard.timestamps import write_moment
from standard.vc_api.answers import UnknownCredentialError, UnknownInstanceError

DEFAULT_CRYPTOSUITE: Final = "eddsa-rdfc-2022"
KEY_TYPES: Final[Mapping[str, tuple[Algorithm, ...]]] = {
    "eddsa-rdfc-2022": ("Ed25519",),
    "eddsa-jcs-2022": ("Ed25519",),
    "ecdsa-rdfc-2019": ("P-256", "P-384"),
    "ecdsa-jcs-2019": ("P-256", "P-384"),
    "ecdsa-sd-2023": ("P-256",),
}
"""Which keys sign with which cryptosuite; the first is used unless another one is named."""

# A list is by the issuer of its credentials, so each key has one; the number is in its address.
LISTS: Final[Mapping[int, tuple[Algorithm, str]]] = {
    1: ("Ed25519", "eddsa-rdfc-2022"),
    2: ("P-256", "ecdsa-rdfc-2019"),
    3: ("P-384", "ecdsa-rdfc-2019"),
}
_NUMBERS: Final = {algorithm: number for number, (algorithm, _) in LISTS.items()}


def signers(keys: KeyFolder, cryptosuite: str, key_type: str | None = None) -> dict[Did, KeySigner]:
    """The keys of an instance by their DIDs, the one that serves by default first.

    Raises:
        UnknownInstanceError: no such cryptosuite, or it does not use keys of that kind.
    """
    algorithms = [name for name in KEY_TYPES.get(cryptosuite, ()) if key_type in (None, name)]
    if not algorithms:
        raise UnknownInstanceError("there is no such instance")
    found = [keys.instance_signer(algorithm) for algorithm in algorithms]
    return {did_of(signer.verification_method): signer for signer in found}


def instances(keys: KeyFolder) -> list[dict[str, str]]:
    """Every instance with its DID and the path of its addresses, for those who set up a test."""
    return [
        {
            "cryptosuite": cryptosuite,
            "keyType": algorithm,
            "id": did,
            "path": f"/vc/{cryptosuite}/{algorithm}",
        }
        for cryptosuite, algorithms in KEY_TYPES.items()
        for algorithm in algorithms
        for did in signers(keys, cryptosuite, algorithm)
    ]


def allocate(session: Session, algorithm: Algorithm, credential_id: str, *, base: str) -> dict[str, Any]:
    """Draw a place on the list of a key at random, and give the entry that names it."""
    number = _NUMBERS[algorithm]
    index = secrets.randbelow(MINIMUM_ENTRIES)
    while store.is_taken(session, number, index):
        index = secrets.randbelow(MINIMUM_ENTRIES)
    session.add(IssuedStatus(list_number=number, list_index=index, credential_id=credential_id))
    session.flush()
    return entry(StatusReference(base, number, index))


def revoke(session: Session, credential_id: str, *, now: datetime) -> None:
    """Set every entry of a credential; repeating changes nothing.

    Raises:
        UnknownCredentialError: it has none.
    """
    found = store.entries_of(session, credential_id)
    if not found:
        raise UnknownCredentialError("no credential with this id has a status here")
    for item in found:
        item.revoked_at = item.revoked_at or now


def status_list(session: Session, keys: KeyFolder, number: int, *, base: str, now: datetime) -> bytes:
    """Sign one of the lists as it stands now.

    Raises:
        NotFoundError: there is no such list.
    """
    if number not in LISTS:
        raise NotFoundError("no such status list")
    algorithm, cryptosuite = LISTS[number]
    signer, bits = keys.instance_signer(algorithm), new_bits()
    for index in store.revoked_indexes(session, number):
        bits = set_bit(bits, index)
    uri = f"{base}{number}"
    document = {
        "@context": [CREDENTIALS_V2],
        "id": uri,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(signer.verification_method),
        "validFrom": write_moment(now),
        "credentialSubject": {
            "id": f"{uri}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(bits),
        },
    }
    signed = proofs.add_proof(
        document, cryptosuite=cryptosuite, signer=signer, created=now, purpose="assertionMethod"
    )
    return json.dumps(signed).encode("utf-8")
