"""What the pinned roots say, together: each list of theirs that could be read, and which one decides.

A list in force goes before one out of its time, and then the order of the policy counts. The first
list that has a key decides about what the key signed; but a theft that any list reports is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from standard.errors import ResolutionError
from standard.keys import PublicKey
from standard.model import Did, DidUrl
from standard.trust import FollowedList, TrustedKey, TrustedOrganisation, TrustList, TrustRoot, follow
from standard.trust.following import CLOCK_SKEW
from standard.verification.reasons import Reason


@dataclass(frozen=True, slots=True)
class Listing:
    """One organisation on one list; `problem` is what keeps that list from counting in full."""

    organisation: TrustedOrganisation
    trust_list: TrustList
    problem: Reason | None


class Authority:
    """The lists of the pinned roots, read once."""

    def __init__(self, roots: Iterable[TrustRoot], resolve: Callable[[str], bytes], now: datetime) -> None:
        self.followed = tuple(follow(root, resolve, now) for root in roots)
        found = [(each.trust_list, _problem(each, now)) for each in self.followed]
        self._problems = tuple(problem for _, problem in found if problem is not None)
        readable = [(trust_list, problem) for trust_list, problem in found if trust_list is not None]
        # Sorting is stable: the order of the policy remains inside each half.
        self._lists = sorted(readable, key=lambda item: item[1] is not None)
        self._listings: dict[Did, tuple[Listing, ...]] = {}

    @property
    def absence(self) -> Reason:
        """Why an organisation that is on no list is not known."""
        if not self.followed:
            return Reason.NO_TRUST_ROOT
        return self._problems[0] if self._problems else Reason.NOT_LISTED

    def listing(self, did: Did | None) -> Listing | None:
        """The first list's entry for an organisation."""
        listings = self._listings_of(did) if did is not None else ()
        return listings[0] if listings else None

    def key(self, did: Did, method: DidUrl) -> tuple[Listing, TrustedKey] | None:
        """The first list that has this key of the organisation."""
        for listing in self._listings_of(did):
            key = listing.organisation.key(method)
            if key is not None:
                return listing, key
        return None

    def key_by_thumbprint(self, thumbprint: bytes) -> tuple[Listing, TrustedKey] | None:
        """The first list that has a key with these first eight bytes of its thumbprint."""
        for trust_list, problem in self._lists:
            found = trust_list.key_by_thumbprint(thumbprint)
            if found is not None:
                organisation, key = found
                return Listing(organisation, trust_list, problem), key
        return None

    def theft(self, public_key: PublicKey) -> TrustedOrganisation | None:
        """The organisation that lost this key, as the list describes it that says so."""
        for trust_list, _ in self._lists:
            organisation = trust_list.theft(public_key)
            if organisation is not None:
                return organisation
        return None

    def demonstrates(self, issuers: Iterable[Did | None]) -> bool:
        """Whether the word of a root that only demonstrates stands behind any of these issuers.

        Of an issuer that nobody lists, any pinned root that demonstrates is reason enough to say so.
        """
        pinned = any(each.pinned.demonstration or _says_demonstration(each) for each in self.followed)
        by_list = {each.trust_list.id: each for each in self.followed if each.trust_list is not None}
        listings = [self.listing(issuer) for issuer in issuers]
        if not listings or None in listings:
            return pinned
        decisive = (by_list[listing.trust_list.id] for listing in listings if listing is not None)
        return any(each.pinned.demonstration or _says_demonstration(each) for each in decisive)

    def _listings_of(self, did: Did) -> tuple[Listing, ...]:
        known = self._listings.get(did)
        if known is None:
            known = tuple(
                Listing(organisation, trust_list, problem)
                for trust_list, problem in self._lists
                if (organisation := trust_list.organisation(did)) is not None
            )
            self._listings[did] = known
        return known


def _says_demonstration(followed: FollowedList) -> bool:
    return followed.trust_list is not None and followed.trust_list.demonstration


def _problem(followed: FollowedList, now: datetime) -> Reason | None:
    if isinstance(followed.problem, ResolutionError):
        return Reason.TRUST_LIST_UNREACHABLE
    if followed.problem is not None:
        return Reason.TRUST_LIST_NOT_BY_ROOT
    trust_list = followed.trust_list
    if trust_list is not None and now < trust_list.valid_from - CLOCK_SKEW:
        return Reason.TRUST_LIST_NOT_YET_VALID
    if trust_list is not None and now >= trust_list.valid_until:
        return Reason.TRUST_LIST_EXPIRED
    return None
