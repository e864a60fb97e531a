"""What a verification may believe about organisations: each question is asked once.

Evidence never brings its own trust. Documents may come from anywhere; the pinned root decides which
trust list counts, and the keys of that list decide over any DID document.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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
from standard.model import Did, DidUrl, Form
from standard.resolution import Budget, ChainResolver, RememberingResolver, Resolver, SelfContainedResolver
from standard.status_list import (
    StatusList,
    StatusReference,
    read_bitstring_credential,
    read_token_status_list,
)
from standard.trust import TrustedKey, TrustedOrganisation, TrustList, read_trust_list
from standard.verification.copies import ASSERTION, LIMIT_COPIES, Signature
from standard.verification.policy import VerificationPolicy
from standard.verification.reasons import Reason

CLOCK_SKEW: Final = timedelta(minutes=5)
DATA_INTEGRITY: Final = frozenset({Form.EDDSA_RDFC, Form.ECDSA_RDFC})
_LIMIT_DID_DOCUMENT_BYTES: Final = 1 << 20
# Two documents for each of the copies that may come at once, and the trust list.
_BUDGET: Final = Budget(questions=2 * LIMIT_COPIES + 1, seconds=20, size_bytes=64 << 20)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key of an organisation; `listed` is its entry on the trust list, where it has one."""

    did: Did
    public_key: PublicKey
    listed: TrustedKey | None


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
    """The trust list, keys and status lists, as far as they count under one policy."""

    def __init__(self, policy: VerificationPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = RememberingResolver(ChainResolver(SelfContainedResolver(), resolver), _BUDGET)
        self.trust_list, self.trust_problem = self._read_trust_list()
        self._status_lists: dict[tuple[str, Did], StatusList] = {}

    def organisation(self, did: Did | None) -> TrustedOrganisation | None:
        """The entry of an organisation on the trust list."""
        return self.trust_list.organisation(did) if self.trust_list and did else None

    def key(self, signature: Signature) -> FoundKey:
        """The key that a signature names.

        Raises:
            MissingKeyError: there is none that counts.
        """
        if signature.method is not None:
            return self._key_of(signature.method, signature.purpose)
        found = self.trust_list.key_by_thumbprint(signature.thumbprint or b"") if self.trust_list else None
        if found is None:
            raise MissingKeyError(Reason.UNKNOWN_KEY, failed=False)
        organisation, key = found
        return FoundKey(organisation.did, key.public_key, key)

    def status_list(self, reference: StatusReference, form: Form, issuer: Did) -> StatusList:
        """The list that a copy names, in the kind that goes with its form.

        Raises:
            MissingListError: there is none that the issuer of the copy signed.
        """
        uri = reference.bitstring_uri if form in DATA_INTEGRITY else reference.token_uri
        if (uri, issuer) not in self._status_lists:
            self._status_lists[uri, issuer] = self._read_status_list(uri, form, issuer)
        return self._status_lists[uri, issuer]

    def _key_of(self, method: DidUrl, purpose: str) -> FoundKey:
        did = did_of(method)
        organisation = self.organisation(did)
        if organisation is None:
            return FoundKey(did, self._did_key(method, purpose), None)
        key = organisation.key(method)
        if key is None:
            raise MissingKeyError(Reason.KEY_NOT_LISTED, failed=True)
        return FoundKey(did, key.public_key, key)

    def _did_key(self, method: DidUrl, purpose: str) -> PublicKey:
        try:
            content = self._resolver.resolve(did_of(method))
            document = strict_json.loads(content, limit_bytes=_LIMIT_DID_DOCUMENT_BYTES, floats=True)
        except (ResolutionError, UnreadableError) as error:
            raise MissingKeyError(Reason.ISSUER_UNREACHABLE, failed=False) from error
        try:
            return method_key(document if isinstance(document, dict) else {}, method, purpose)
        except KeyFormatError as error:
            raise MissingKeyError(Reason.KEY_NOT_LISTED, failed=True) from error

    def _read_status_list(self, uri: str, form: Form, issuer: Did) -> StatusList:
        read = read_bitstring_credential if form in DATA_INTEGRITY else read_token_status_list
        used: list[FoundKey] = []

        def resolve_key(method: DidUrl) -> PublicKey:
            used.append(self._key_of(method, ASSERTION))
            return used[-1].public_key

        try:
            content = self._resolver.resolve(uri)
            status_list = read(content, uri=uri, issuer=issuer, resolve_key=resolve_key)
        except ResolutionError as error:
            raise MissingListError(Reason.STATUS_LIST_UNREACHABLE) from error
        except StatusListError as error:
            raise MissingListError(Reason.STATUS_LIST_UNREADABLE) from error
        except (ProofError, DataModelError, MissingKeyError) as error:
            raise MissingListError(Reason.STATUS_LIST_NOT_BY_ISSUER) from error
        if not all(_may_sign(key.listed, status_list) for key in used):
            raise MissingListError(Reason.STATUS_LIST_NOT_BY_ISSUER)
        return status_list

    def _read_trust_list(self) -> tuple[TrustList | None, Reason | None]:
        root, now = self._policy.trust_root, self._policy.now
        if root is None:
            return None, Reason.NO_TRUST_ROOT
        try:
            trust_list = read_trust_list(self._resolver.resolve(root.trust_list), root)
        except ResolutionError:
            return None, Reason.TRUST_LIST_UNREACHABLE
        except TrustError:
            return None, Reason.TRUST_LIST_NOT_BY_ROOT
        if now < trust_list.valid_from - CLOCK_SKEW:
            return trust_list, Reason.TRUST_LIST_NOT_YET_VALID
        if now >= trust_list.valid_until:
            return trust_list, Reason.TRUST_LIST_EXPIRED
        return trust_list, None


def _may_sign(key: TrustedKey | None, status_list: StatusList) -> bool:
    if key is None:
        return True
    return key.compromised_at is None and key.was_in_use_on(status_list.issued)
