"""The life of an organisation's keys: announced, in use, retired, stolen.

An old key stays in the DID document with its end, and nothing that it signed in its time is lost. A new
key counts for a verifier only when the trust list has it: announce it, let the steward list it, then
rotate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from issuer.errors import KeyStateError, NotFoundError
from issuer.keyring.keys import KeyFolder, KeyPlan, KeyStore
from issuer.organisations import identity, new_keys
from issuer.store import organisations as store
from issuer.store.copies import outdate_lists
from issuer.tables import Organisation, OrganisationKey


def announce(
    session: Session, keys: KeyFolder, organisation: Organisation, *, plan: KeyPlan | None, now: datetime
) -> list[OrganisationKey]:
    """Put new keys in the DID document that do not sign yet.

    Args:
        session: a writing transaction.
        keys: where private keys are.
        organisation: whose keys they are.
        plan: where the new keys are; None: where the present ones are.
        now: the moment of making them.

    Raises:
        KeyStateError: there are announced keys already, or the store is one where keys are not made.
        KeyFolderError: the store cannot be reached, or has no such key.
    """
    store.lock_organisation(session, identity(organisation))
    known = store.organisation_keys(session, identity(organisation))
    if any(_is_announced(key) for key in known):
        raise KeyStateError("new keys were announced already; rotate to them first")
    made = new_keys(keys, organisation, plan or KeyPlan(KeyStore(known[-1].store)), now=now)
    session.add_all(made)
    session.flush()
    return made


def rotate(
    session: Session, keys: KeyFolder, organisation: Organisation, *, plan: KeyPlan | None, now: datetime
) -> list[OrganisationKey]:
    """Sign with the announced keys from now on, or with new ones; the old ones retire.

    Arguments and errors as of `announce`; a plan is only for keys that were not announced.
    """
    store.lock_organisation(session, identity(organisation))
    known = store.organisation_keys(session, identity(organisation))
    announced = [key for key in known if _is_announced(key)]
    if announced and plan is not None:
        raise KeyStateError("the next keys were announced already, with a place of their own")
    fresh = announced or announce(session, keys, organisation, plan=plan, now=now)
    for key in store.keys_in_use(session, identity(organisation)):
        key.retired_at = now
    for key in fresh:
        key.active_from = now
    # The lists are signed by keys too, and the old ones' time is over.
    outdate_lists(session, identity(organisation))
    session.flush()
    return fresh


def report_theft(
    session: Session,
    keys: KeyFolder,
    organisation: Organisation,
    method: str,
    *,
    since: datetime,
    now: datetime,
) -> OrganisationKey:
    """Say that a key was stolen: nothing that it signed is believed but what an archive holds.

    When it was in use or announced, every key is replaced at once: whoever took one file may have taken
    the others.

    Args:
        session: a writing transaction.
        keys: where private keys are.
        organisation: whose key it is.
        method: its DID URL, or only the fragment.
        since: when it was stolen.
        now: the moment of saying so.

    Raises:
        NotFoundError: the organisation has no such key.
        KeyStateError: the theft would be in the future.
        KeyFolderError: new keys cannot be made where the present ones are.

    Source: SPECIFICATION, "What decides".
    """
    if since > now:
        raise KeyStateError("a theft is not in the future")
    store.lock_organisation(session, identity(organisation))
    known = store.organisation_keys(session, identity(organisation))
    fragment = method.rpartition("#")[2]
    stolen = next((key for key in known if key.verification_method.endswith(f"#{fragment}")), None)
    if stolen is None or not fragment:
        raise NotFoundError("the organisation has no such key")
    was_current = stolen.retired_at is None
    stolen.compromised_at = min(since, stolen.compromised_at or since)
    if was_current:
        for key in known:
            if _is_announced(key):
                key.retired_at = now
        session.flush()
        rotate(session, keys, organisation, plan=None, now=now)
    session.flush()
    return stolen


def state(key: OrganisationKey) -> str:
    """Name the state of a key: announced, in-use, retired or stolen."""
    if key.compromised_at is not None:
        return "stolen"
    if key.retired_at is not None:
        return "retired"
    return "announced" if key.active_from is None else "in-use"


def known_keys(session: Session, organisation: Organisation) -> Sequence[OrganisationKey]:
    """List every key of an organisation, the newest first and in the order of their algorithms."""
    found = store.organisation_keys(session, identity(organisation))
    return sorted(found, key=lambda key: (-key.created_at.timestamp(), key.algorithm))


def _is_announced(key: OrganisationKey) -> bool:
    return key.active_from is None and key.retired_at is None
