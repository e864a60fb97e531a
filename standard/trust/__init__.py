"""Whom to trust: a pinned root, and the list of organisations that it signed.

The list holds the organisations' keys themselves, with the time in which each was used, so that
credentials outlive the organisation and its web site.
"""

from standard.trust.archive import (
    Archive,
    archive_json,
    archive_organisation,
    archive_reference,
    make_archive,
    read_archive,
)
from standard.trust.copy_hash import HashingKey, HashingSigner
from standard.trust.following import FollowedList, follow
from standard.trust.organisation_json import organisation_json, read_organisation
from standard.trust.root import TrustRoot, read_root, root_json
from standard.trust.signed_list import read_trust_list, trust_list_credential
from standard.trust.values import (
    ArchiveReference,
    Successor,
    TrustedKey,
    TrustedOrganisation,
    TrustList,
)

__all__ = [
    "Archive",
    "ArchiveReference",
    "FollowedList",
    "HashingKey",
    "HashingSigner",
    "Successor",
    "TrustList",
    "TrustRoot",
    "TrustedKey",
    "TrustedOrganisation",
    "archive_json",
    "archive_organisation",
    "archive_reference",
    "follow",
    "make_archive",
    "organisation_json",
    "read_archive",
    "read_organisation",
    "read_root",
    "read_trust_list",
    "root_json",
    "trust_list_credential",
]
