"""The issuer's tables, on a registry of their own.

Secrets are never stored: login links, sessions, access tokens, nonces and authorization codes as SHA-256,
and claim codes not at all (they are derived from the offer's id with a key that lives beside the signing
keys).
"""

from __future__ import annotations

from sqlalchemy import MetaData

from issuer.tables.api import (
    Allowance,
    ApiClient,
    ApiKey,
    ApiToken,
    ClientAssertion,
    RepeatableAnswer,
)
from issuer.tables.audit import AuditChain, AuditEntry
from issuer.tables.base import IssuerTable, UtcDateTime
from issuer.tables.copies import Copy, CopyStatement, IssuedStatus, StatusList
from issuer.tables.disputes import Dispute
from issuer.tables.imports import Import, ImportCategory, RefusedRow, StagedBlock
from issuer.tables.jobs import HolderKey, Job, JobPart
from issuer.tables.offers import (
    AccessToken,
    AuthorizationRequest,
    DeferredIssuance,
    Nonce,
    Offer,
    OfferStatement,
    SeenProof,
)
from issuer.tables.operators import (
    LoginLink,
    Operator,
    OperatorPassword,
    OperatorSession,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    StrangerHour,
)
from issuer.tables.organisations import Branding, Organisation, OrganisationKey, Validity
from issuer.tables.profiles import StoredProfile, Upload, UploadChunk
from issuer.tables.webhooks import Webhook, WebhookDelivery
from issuer.tables.workers import Ledger, Statement, Worker

__all__ = [
    "METADATA",
    "AccessToken",
    "Allowance",
    "ApiClient",
    "ApiKey",
    "ApiToken",
    "AuditChain",
    "AuditEntry",
    "AuthorizationRequest",
    "Branding",
    "ClientAssertion",
    "Copy",
    "CopyStatement",
    "DeferredIssuance",
    "Dispute",
    "HolderKey",
    "Import",
    "ImportCategory",
    "IssuedStatus",
    "IssuerTable",
    "Job",
    "JobPart",
    "Ledger",
    "LoginLink",
    "Nonce",
    "Offer",
    "OfferStatement",
    "Operator",
    "OperatorPassword",
    "OperatorSession",
    "Organisation",
    "OrganisationKey",
    "Passkey",
    "PasskeyChallenge",
    "RecoveryCode",
    "RefusedRow",
    "RepeatableAnswer",
    "SeenProof",
    "StagedBlock",
    "Statement",
    "StatusList",
    "StoredProfile",
    "StrangerHour",
    "Upload",
    "UploadChunk",
    "UtcDateTime",
    "Validity",
    "Webhook",
    "WebhookDelivery",
    "Worker",
]

METADATA: MetaData = IssuerTable.metadata
"""What the migrations must produce."""
