"""Why a check ended as it did: stable codes, by which pages and programs choose their words."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Every reason that `verify` gives, by the check that gives it."""

    # Any check: an earlier one stood in the way.
    NOT_REACHED = "not-reached"

    # parse
    READ = "read"
    MALFORMED = "malformed"

    # schema
    CONFORMS = "conforms"
    BREAKS_DATA_MODEL = "breaks-data-model"
    REPEATED_COPY = "repeated-copy"
    MISPLACED_REMARK = "misplaced-remark"

    # vocabulary
    DEFINED_TERMS = "defined-terms"
    UNDEFINED_TERM = "undefined-term"

    # proof
    MATCHES = "matches"
    MISMATCH = "mismatch"
    UNUSABLE_PROOF = "unusable-proof"
    NO_KEY = "no-key"

    # issuer-key
    TRUST_LIST_KEY = "trust-list-key"
    CERTIFICATE_KEY = "certificate-key"
    CERTIFICATE_MISMATCH = "certificate-mismatch"
    DID_DOCUMENT_KEY = "did-document-key"
    HOLDER_KEY = "holder-key"
    OTHER_CONTROLLER = "other-controller"
    WRONG_PURPOSE = "wrong-purpose"
    KEY_NOT_LISTED = "key-not-listed"
    UNKNOWN_KEY = "unknown-key"
    ISSUER_UNREACHABLE = "issuer-unreachable"

    # validity-period
    IN_FORCE = "in-force"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"

    # status
    NOT_REVOKED = "not-revoked"
    NOT_REVOKED_AT_THE_END = "not-revoked-at-the-end"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    NEWER_EXISTS = "newer-exists"
    DISPUTED = "disputed"
    SUSPENDED = "suspended"
    NO_STATUS = "no-status"
    ISSUER_UNKNOWN = "issuer-unknown"
    STATUS_LIST_UNREACHABLE = "status-list-unreachable"
    STATUS_LIST_UNREADABLE = "status-list-unreadable"
    STATUS_LIST_NOT_BY_ISSUER = "status-list-not-by-issuer"
    STATUS_LIST_STALE = "status-list-stale"
    STATUS_UNKNOWN = "status-unknown"

    # trust
    LISTED = "listed"
    CERTIFIED = "certified"
    RETIRED = "retired"
    ARCHIVED = "archived"
    ROOT_SUCCEEDED = "root-succeeded"
    NOT_LISTED = "not-listed"
    NO_TRUST_ROOT = "no-trust-root"
    TRUST_LIST_UNREACHABLE = "trust-list-unreachable"
    TRUST_LIST_NOT_BY_ROOT = "trust-list-not-by-root"
    TRUST_LIST_EXPIRED = "trust-list-expired"
    TRUST_LIST_NOT_YET_VALID = "trust-list-not-yet-valid"
    MAY_NOT_ISSUE = "may-not-issue"
    KEY_OUTSIDE_WINDOW = "key-outside-window"
    KEY_COMPROMISED = "key-compromised"
    ARCHIVE_UNREACHABLE = "archive-unreachable"
    ISSUED_AFTER_RETIREMENT = "issued-after-retirement"

    # holder-binding
    BOUND = "bound"
    OTHER_HOLDER = "other-holder"
    LIVE = "live"
    NOT_LIVE = "not-live"
    LIVE_PROOF_MISSING = "live-proof-missing"
    LIVE_PROOF_MISMATCH = "live-proof-mismatch"
    NAMES_DIFFER = "names-differ"
    OWN_REMARKS = "own-remarks"

    # completeness
    COMPLETE = "complete"
    PARTIAL = "partial"
    OVERLAPPING = "overlapping"
    MORE_THAN_TOTALS = "more-than-totals"

    # paper-copy
    CAN_BE_COPIED = "can-be-copied"
    NOT_ON_PAPER = "not-on-paper"
