"""The audit log: every entry carries the hash of the one before it, so none can be changed unseen.

One chain per organisation and one for the host. Entries hold ids, never names: whoever erases a worker
does not have to touch the log. The chain shows changes to entries, and an entry cut out of the middle;
that the newest entries were cut off, end and all, shows against an end that was noted elsewhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import rfc8785
from sqlmodel import Session

from issuer.store import audit as store
from issuer.tables import AuditEntry

HOST: Final = "host"
SYSTEM: Final = "system"
COMMAND_LINE: Final = "command"
VISITOR: Final = "visitor"


class Action(StrEnum):
    """What can be done."""

    ORGANISATION_ADDED = "organisation.added"
    SETTINGS_CHANGED = "settings.changed"
    BRANDING_CHANGED = "branding.changed"
    OPERATOR_INVITED = "operator.invited"
    OPERATOR_LOGGED_IN = "operator.logged-in"
    LOG_IN_REFUSED = "log-in.refused"
    OPERATOR_LOGGED_OUT = "operator.logged-out"
    OPERATOR_ROLE_CHANGED = "operator.role-changed"
    OPERATOR_RESET = "operator.reset"
    OPERATOR_REMOVED = "operator.removed"
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    PASSWORD_SET = "password.set"  # noqa: S105 - the name of an action
    PASSWORD_REMOVED = "password.removed"  # noqa: S105 - the name of an action
    RECOVERY_CODES_MADE = "recovery-codes.made"
    IMPORT_READ = "import.read"
    IMPORT_DECIDED = "import.decided"
    IMPORT_COMMITTED = "import.committed"
    IMPORT_DISCARDED = "import.discarded"
    RECORD_CORRECTED = "record.corrected"
    ACHIEVEMENT_CORRECTED = "achievement.corrected"
    NAME_CORRECTED = "name.corrected"
    PROFILE_SAVED = "profile.saved"
    OFFERS_MADE = "offers.made"
    OFFERS_DOWNLOADED = "offers.downloaded"
    OFFER_PUSHED = "offer.pushed"
    COPIES_SIGNED = "copies.signed"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_SECRET_SHOWN = "webhook.secret-shown"  # noqa: S105 - the name of an action
    WEBHOOK_SECRET_ROLLED = "webhook.secret-rolled"  # noqa: S105 - the name of an action
    WEBHOOK_REMOVED = "webhook.removed"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_ENABLED = "webhook.enabled"
    CLIENT_ADDED = "client.added"
    CLIENT_DISABLED = "client.disabled"
    CLIENT_JWKS_SET = "client.jwks-set"
    CLIENT_KEY_ADDED = "client-key.added"
    CLIENT_KEY_REVOKED = "client-key.revoked"
    STATEMENT_REVOKED = "statement.revoked"
    STATEMENT_SUSPENDED = "statement.suspended"
    STATEMENT_RESTORED = "statement.restored"
    STATEMENTS_RENEWED = "statements.renewed"
    VALIDITY_SET = "validity.set"
    KEYS_ANNOUNCED = "keys.announced"
    KEYS_ROTATED = "keys.rotated"
    KEY_COMPROMISED = "key.compromised"
    DISPUTE_NOTED = "dispute.noted"
    DISPUTE_ANSWERED = "dispute.answered"
    DISPUTE_DECIDED = "dispute.decided"
    WORKER_ERASED = "worker.erased"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    CLOSURE_ANNOUNCED = "closure.announced"
    ORGANISATION_RETIRED = "organisation.retired"
    HASHES_ARCHIVED = "hashes.archived"


@dataclass(frozen=True, slots=True)
class ChainState:
    """A log that was read from end to end; `broken_at` is the first entry that does not fit."""

    length: int
    head: str
    broken_at: int | None


def chain_name(organisation_id: int | None) -> str:
    """Name the log of an organisation, or of the host for None."""
    return HOST if organisation_id is None else f"organisation:{organisation_id}"


def record(
    session: Session,
    organisation_id: int | None,
    *,
    actor: str,
    action: Action,
    subject: str,
    now: datetime,
) -> None:
    """Append what was done, in the transaction that does it.

    Entries of one organisation are appended one after the other: call this at the end of a long transaction.

    Args:
        session: a writing transaction.
        organisation_id: whose log; None for the host's own.
        actor: who did it, as an opaque id such as `operator:7`.
        action: what was done.
        subject: the id of what it was done to; never a name.
        now: when.
    """
    end = store.lock_chain(session, chain_name(organisation_id))
    number = end.length + 1
    entry = AuditEntry(
        chain=end.name, number=number, at=now, actor=actor, action=action, subject=subject, hash=""
    )
    entry.hash = _entry_hash(entry, end.head)
    session.add(entry)
    end.length, end.head = number, entry.hash
    session.flush()


def verify(session: Session, organisation_id: int | None, *, noted: ChainState | None = None) -> ChainState:
    """Read a whole log and recompute every hash; an end that was noted before must still be in it."""
    name = chain_name(organisation_id)
    end = store.chain(session, name)
    length, head = (end.length, end.head) if end else (0, "")
    before, number = "", 0
    for number, entry in enumerate(store.entries(session, name), start=1):
        if entry.number != number or entry.hash != _entry_hash(entry, before):
            return ChainState(length, head, broken_at=number)
        if noted is not None and number == noted.length and entry.hash != noted.head:
            return ChainState(length, head, broken_at=number)
        before = entry.hash
    is_cut = noted is not None and number < noted.length
    missing = number + 1 if is_cut or (number, before) != (length, head) else None
    return ChainState(length, head, broken_at=missing)


def _entry_hash(entry: AuditEntry, before: str) -> str:
    at = entry.at.isoformat()
    said: list[str | int] = [
        before, entry.chain, entry.number, at, entry.actor, str(entry.action), entry.subject,
    ]  # fmt: skip
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()
