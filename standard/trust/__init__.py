"""Whom to trust: a pinned root, and the list of organisations that it signed.

The list holds the organisations' keys themselves, with the time in which each was used, so that
credentials outlive the organisation and its web site.
"""

from standard.trust.organisation_json import organisation_json, read_organisation
from standard.trust.root import TrustRoot, read_root, root_json
from standard.trust.signed_list import read_trust_list, trust_list_credential
from standard.trust.values import TrustedKey, TrustedOrganisation, TrustList

__all__ = [
    "TrustList",
    "TrustRoot",
    "TrustedKey",
    "TrustedOrganisation",
    "organisation_json",
    "read_organisation",
    "read_root",
    "read_trust_list",
    "root_json",
    "trust_list_credential",
]
