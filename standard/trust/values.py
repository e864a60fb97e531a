"""The frozen values of trust: organisations, their keys with the time of their use, and the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from standard.keys import Algorithm, PublicKey
from standard.model import Did, DidUrl, StatementType

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """One key of an organisation, and the time in which the organisation used it."""

    id: DidUrl
    public_key: PublicKey
    valid_from: datetime
    valid_until: datetime | None
    compromised_at: datetime | None

    def was_in_use_on(self, issued: datetime) -> bool:
        """Whether the key may have signed a copy of this date.

        Dates of issue are rounded down to the day, so a key that was in use at any moment of the
        24 hours after `issued` may have signed it.
        """
        return self.valid_from < issued + DAY and (self.valid_until is None or issued < self.valid_until)


@dataclass(frozen=True, slots=True)
class ArchiveReference:
    """Where an archive is, and the SHA-256 of its bytes, so that it may come from anywhere."""

    id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Successor:
    """The root that takes over: whoever pinned the old one may follow."""

    root: Did
    trust_list: str


@dataclass(frozen=True, slots=True)
class TrustedOrganisation:
    """One organisation: who it is, what it may issue, and with which keys."""

    did: Did
    name: str
    kind: str
    contact: str
    may_issue: tuple[StatementType, ...]
    status_base: str
    keys: tuple[TrustedKey, ...]
    retired_on: date | None
    archives: tuple[ArchiveReference, ...] = ()

    def key(self, method: DidUrl) -> TrustedKey | None:
        """The key behind one verification method."""
        return next((key for key in self.keys if key.id == method), None)


@dataclass(frozen=True)
class TrustList:
    """Everything that a root stands for, during one period."""

    id: str
    name: str
    demonstration: bool
    valid_from: datetime
    valid_until: datetime
    organisations: tuple[TrustedOrganisation, ...]
    successor: Successor | None = None

    def organisation(self, did: Did) -> TrustedOrganisation | None:
        """The organisation with this DID."""
        return self._by_did.get(did)

    def key_by_thumbprint(self, thumbprint: bytes) -> tuple[TrustedOrganisation, TrustedKey] | None:
        """Whose key begins its RFC 7638 thumbprint with these eight bytes."""
        return self._keys_by_thumbprint.get(thumbprint)

    def theft(self, public_key: PublicKey) -> TrustedOrganisation | None:
        """The organisation that reports that this key was stolen."""
        return self._stolen_keys.get((public_key.algorithm, public_key.raw))

    @cached_property
    def _by_did(self) -> Mapping[Did, TrustedOrganisation]:
        # The first entry counts.
        return {entry.did: entry for entry in reversed(self.organisations)}

    @cached_property
    def _keys_by_thumbprint(self) -> Mapping[bytes, tuple[TrustedOrganisation, TrustedKey]]:
        # Here too the first entry counts, whoever writes another's key behind it.
        return {
            key.public_key.thumbprint()[:8]: (organisation, key)
            for organisation in reversed(self.organisations)
            for key in reversed(organisation.keys)
        }

    @cached_property
    def _stolen_keys(self) -> Mapping[tuple[Algorithm, bytes], TrustedOrganisation]:
        # The first organisation that reports a key counts.
        return {
            (key.public_key.algorithm, key.public_key.raw): organisation
            for organisation in reversed(self.organisations)
            for key in organisation.keys
            if key.compromised_at
        }
