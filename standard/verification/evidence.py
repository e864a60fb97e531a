"""What a verification may believe about organisations: each question is asked once.

Evidence never brings its own trust. Documents may come from anywhere; the pinned roots decide which
trust lists count, and the keys of those lists decide over any DID document.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from standard import strict_json
from standard.dids import did_of, method_key
from standard.errors import (
    DataModelError,
    KeyFormatError,
    KlusCVError,
    ProofError,
    ResolutionError,
    StatusListError,
    TrustError,
    UnreadableError,
)
from standard.keys import PublicKey
from standard.model import Did, DidUrl
from standard.resolution import Budget, ChainResolver, RememberingResolver, Resolver, SelfContainedResolver
from standard.status_list import (
    Purpose,
    StatusEntry,
    StatusList,
    read_bitstring_credential,
    read_token_status_list,
)
from standard.trust import Archive, ArchiveReference, TrustedKey, TrustedOrganisation, read_archive
from standard.verification.authority import Authority, Listing
from standard.verification.copies import ASSERTION, LIMIT_COPIES, Signature
from standard.verification.policy import VerificationPolicy
from standard.verification.reasons import Reason

LIMIT_DID_DOCUMENT_BYTES: Final = 1 << 20
# Two documents and an archive for each of the copies that may come at once, and the trust lists.
BUDGET: Final = Budget(questions=3 * LIMIT_COPIES + 16, seconds=20, size_bytes=64 << 20)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key of an organisation.

    `listing` and `listed` are its place on a trust list, where it has one; `is_certified` says that an
    authority vouches for it that the verifier pinned.
    """

    did: Did
    public_key: PublicKey
    listing: Listing | None
    listed: TrustedKey | None
    is_certified: bool = False


@dataclass(frozen=True, slots=True)
class FoundList:
    """A status list that counts, and whether it is one that the organisation left behind."""

    status_list: StatusList
    is_archived: bool


class MissingKeyError(KlusCVError):
    """No key was found. `failed` is true when the issuer is known, and this key is not the issuer's."""

    code = "missing-key"

    def __init__(self, reason: Reason, *, failed: bool) -> None:
        """Keep the reason of the check."""
        super().__init__(reason)
        self.reason = reason
        self.failed = failed


class MissingListError(KlusCVError):
    """No status list was found that counts."""

    code = "missing-status-list"

    def __init__(self, reason: Reason) -> None:
        """Keep the reason of the check."""
        super().__init__(reason)
        self.reason = reason


class Evidence:
    """The trust lists, keys, archives and status lists, as far as they count under one policy."""

    def __init__(self, policy: VerificationPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = RememberingResolver(ChainResolver(SelfContainedResolver(), resolver), BUDGET)
        self.authority = Authority(policy.trust_roots, self._resolver.resolve, policy.now)
        self._keys: dict[tuple[DidUrl, str], FoundKey] = {}
        self._status_lists: dict[tuple[str, Purpose | None, int, Did], FoundList] = {}
        self._archives: dict[ArchiveReference, Archive | None] = {}

    def organisation(self, did: Did | None) -> TrustedOrganisation | None:
        """The entry of an organisation on the first trust list that has it."""
        listing = self.authority.listing(did)
        return listing.organisation if listing else None

    def key(self, signature: Signature) -> FoundKey:
        """The key that a signature names.

        Raises:
            MissingKeyError: there is none that counts.
        """
        if signature.method is not None:
            return self._signing_key(signature.method, signature)
        found = self.authority.key_by_thumbprint(signature.thumbprint or b"")
        if found is None:
            raise MissingKeyError(Reason.UNKNOWN_KEY, failed=False)
        listing, key = found
        return FoundKey(listing.organisation.did, key.public_key, listing, key)

    def status_list(self, entry: StatusEntry, issuer: Did) -> FoundList:
        """The list that an entry of a copy names.

        Of an organisation that has retired the archive is asked first: its address may be anybody's now.

        Raises:
            MissingListError: there is none that the issuer of the copy signed.
        """
        question = (entry.uri, entry.purpose, entry.size, issuer)
        if question not in self._status_lists:
            self._status_lists[question] = self._find_status_list(entry, issuer)
        return self._status_lists[question]

    def archives(self, organisation: TrustedOrganisation) -> tuple[Archive | None, ...]:
        """The archives of an organisation; None stands for one that could not be had."""
        return tuple(self._archive(reference, organisation.did) for reference in organisation.archives)

    def _signing_key(self, method: DidUrl, signature: Signature) -> FoundKey:
        """The key of a copy; certificates count for an issuer that no list has, and must agree with one."""
        did, chain = did_of(method), signature.chain
        if not chain:
            return self._key_of(method, signature.purpose)
        from standard.sd_jwt.certificates import chain_key, leads_to

        try:
            certified = chain_key(chain)
        except KeyFormatError as error:
            raise MissingKeyError(Reason.CERTIFICATE_MISMATCH, failed=True) from error
        is_listed = self.authority.listing(did) is not None
        if not is_listed and leads_to(chain, self._policy.x509_anchors, self._policy.now):
            return FoundKey(did, certified, None, None, is_certified=True)
        found = self._key_of(method, signature.purpose)
        if found.public_key != certified:
            raise MissingKeyError(Reason.CERTIFICATE_MISMATCH, failed=True)
        return found

    def _key_of(self, method: DidUrl, purpose: str) -> FoundKey:
        question = (method, purpose)
        if question not in self._keys:
            self._keys[question] = self._find_key(method, purpose)
        return self._keys[question]

    def _find_key(self, method: DidUrl, purpose: str) -> FoundKey:
        did = did_of(method)
        if self.authority.listing(did) is None:
            return FoundKey(did, self._did_key(method, purpose), None, None)
        found = self.authority.key(did, method)
        if found is None:
            raise MissingKeyError(Reason.KEY_NOT_LISTED, failed=True)
        listing, key = found
        return FoundKey(did, key.public_key, listing, key)

    def _did_key(self, method: DidUrl, purpose: str) -> PublicKey:
        try:
            content = self._resolver.resolve(did_of(method))
            document = strict_json.loads(content, limit_bytes=LIMIT_DID_DOCUMENT_BYTES, floats=True)
        except (ResolutionError, UnreadableError) as error:
            raise MissingKeyError(Reason.ISSUER_UNREACHABLE, failed=False) from error
        try:
            return method_key(document if isinstance(document, dict) else {}, method, purpose)
        except KeyFormatError as error:
            raise MissingKeyError(Reason.KEY_NOT_LISTED, failed=True) from error

    def _archive(self, reference: ArchiveReference, organisation: Did) -> Archive | None:
        if reference not in self._archives:
            try:
                content = self._resolver.resolve(reference.id)
                self._archives[reference] = read_archive(content, reference, organisation)
            except (ResolutionError, TrustError):
                self._archives[reference] = None
        return self._archives[reference]

    def _find_status_list(self, entry: StatusEntry, issuer: Did) -> FoundList:
        organisation = self.organisation(issuer)
        has_retired = organisation is not None and organisation.retired_on is not None
        archived = self._archived_list(entry, organisation) if has_retired else None
        if archived is not None:
            return archived
        try:
            return FoundList(self._published_list(entry, issuer), is_archived=False)
        except MissingListError:
            archived = self._archived_list(entry, organisation)
            if archived is None:
                raise
            return archived

    def _archived_list(
        self, entry: StatusEntry, organisation: TrustedOrganisation | None
    ) -> FoundList | None:
        """A list that was kept counts whatever became of its key: the digest of the archive vouches."""
        for archive in self.archives(organisation) if organisation else ():
            content = archive.status_lists.get(entry.uri) if archive else None
            if content is not None and organisation is not None:
                status_list, _ = self._read_list(content, entry, organisation.did)
                return FoundList(status_list, is_archived=True)
        return None

    def _published_list(self, entry: StatusEntry, issuer: Did) -> StatusList:
        try:
            content = self._resolver.resolve(entry.uri)
        except ResolutionError as error:
            raise MissingListError(Reason.STATUS_LIST_UNREACHABLE) from error
        status_list, keys = self._read_list(content, entry, issuer)
        if not all(self._may_sign(key, status_list) for key in keys):
            raise MissingListError(Reason.STATUS_LIST_NOT_BY_ISSUER)
        return status_list

    def _read_list(
        self, content: bytes, entry: StatusEntry, issuer: Did
    ) -> tuple[StatusList, list[FoundKey]]:
        used: list[FoundKey] = []

        def resolve_key(method: DidUrl) -> PublicKey:
            used.append(self._key_of(method, ASSERTION))
            return used[-1].public_key

        try:
            return _read_status_list(content, entry, issuer, resolve_key), used
        except StatusListError as error:
            raise MissingListError(Reason.STATUS_LIST_UNREADABLE) from error
        except (ProofError, DataModelError, MissingKeyError) as error:
            raise MissingListError(Reason.STATUS_LIST_NOT_BY_ISSUER) from error

    def _may_sign(self, key: FoundKey, status_list: StatusList) -> bool:
        if self.authority.theft(key.public_key) is not None:
            return False
        return key.listed is None or key.listed.was_in_use_on(status_list.issued)


def _read_status_list(
    content: bytes, entry: StatusEntry, issuer: Did, resolve_key: Callable[[DidUrl], PublicKey]
) -> StatusList:
    if entry.purpose is None:
        return read_token_status_list(content, uri=entry.uri, issuer=issuer, resolve_key=resolve_key)
    return read_bitstring_credential(
        content,
        uri=entry.uri,
        issuer=issuer,
        resolve_key=resolve_key,
        purpose=entry.purpose,
        entry_bits=entry.size,
    )
