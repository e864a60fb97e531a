"""Sessions of operators: a random token in a cookie, kept as its hash, that ends unused or old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from issuer import audit
from issuer.audit import Action
from issuer.errors import NotLoggedInError
from issuer.secret_values import digest, new_secret
from issuer.store import access as store
from issuer.tables import Operator, OperatorSession

TOUCH_AFTER: Final = timedelta(minutes=1)
SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
BROWSERS: Final = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a session lasts at most, unused, and until its set-up; and how long a confirmation counts."""

    lifetime: timedelta
    idle: timedelta
    set_up: timedelta
    confirmation: timedelta


@dataclass(frozen=True, slots=True)
class Login:
    """An operator in a browser."""

    operator: Operator
    session_id: str
    is_set_up: bool
    seen_at: datetime
    confirmed_at: datetime

    def needs_touch(self, now: datetime) -> bool:
        """Whether its use should be noted again; not at every page, for that would write at every page."""
        return now - self.seen_at >= TOUCH_AFTER


def begin(
    session: Session, operator: Operator, *, browser: str, is_set_up: bool, now: datetime, rules: SessionRules
) -> str:
    """Begin a session and give its token.

    Args:
        session: a writing transaction.
        operator: who came in.
        browser: what the browser says of itself; only its kind is kept.
        is_set_up: false for someone who still has to choose how to log in.
        now: the moment.
        rules: how long it lasts.
    """
    token = new_secret()
    session.add(
        OperatorSession(
            token_hash=digest(token), operator_id=number(operator), is_set_up=is_set_up,
            browser=kind_of_browser(browser), created_at=now, seen_at=now, confirmed_at=now,
            expires_at=now + (rules.lifetime if is_set_up else rules.set_up),
        )
    )  # fmt: skip
    audit.record(
        session, operator.organisation_id, actor=operator.actor, action=Action.OPERATOR_LOGGED_IN,
        subject=operator.actor, now=now,
    )  # fmt: skip
    return token


def find(session: Session, token: str | None, *, now: datetime, rules: SessionRules) -> Login | None:
    """Find who is logged in, if anybody is."""
    found = store.session_by_hash(session, digest(token)) if token else None
    if found is None or found.expires_at <= now or found.seen_at + rules.idle <= now:
        return None
    operator = store.operator_by_id(session, found.operator_id)
    if operator is None or operator.removed_at is not None:
        return None
    return Login(operator, found.token_hash, found.is_set_up, found.seen_at, found.confirmed_at)


def current(session: Session, token: str | None, *, now: datetime, rules: SessionRules) -> Login:
    """Find who is logged in; raises `NotLoggedInError` when nobody is."""
    login = find(session, token, now=now, rules=rules)
    if login is None:
        raise NotLoggedInError("nobody is logged in")
    return login


def end(session: Session, token: str) -> None:
    """End a session; nothing happens when there is none."""
    found = store.session_by_hash(session, digest(token))
    if found is not None:
        session.delete(found)


def kind_of_browser(said: str) -> str:
    """Keep of what a browser says of itself only which kind it is, and on which system."""
    browser = next((name for sign, name in BROWSERS if sign in said), "")
    system = next((name for sign, name in SYSTEMS if sign in said), "")
    return ", ".join(part for part in (browser, system) if part)


def number(operator: Operator) -> int:
    """The id of an operator that is stored."""
    if operator.id is None:
        raise ValueError("the operator is not stored yet")
    return operator.id
