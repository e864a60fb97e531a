"""Passkeys: WebAuthn credentials that live in the operator's device and know whose they are.

Every ceremony asks for a challenge of its own, which is spent before the answer to it is judged.
Source: Web Authentication Level 3, "WebAuthn Relying Party Operations".
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from sqlmodel import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from issuer.access.sessions import number
from issuer.content import one_line
from issuer.errors import CredentialChoiceError, LoginRefusedError
from issuer.secret_values import digest
from issuer.store import access as store
from issuer.tables import Operator, Passkey, PasskeyChallenge

CHALLENGE_BYTES: Final = 32
CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
MOST_PASSKEYS: Final = 10
NAME_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for a passkey: the address under which browsers know this service."""

    origin: str
    service_secret: bytes

    @property
    def id(self) -> str:
        """The host, to which passkeys are bound."""
        return urlsplit(self.origin).hostname or ""

    @property
    def has_name(self) -> bool:
        """Whether passkeys work here: browsers bind them to names, never to bare addresses."""
        return is_name(self.id)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent, and the challenge that it says it answers. Nothing in it has been judged."""

    document: dict[str, Any]
    challenge: bytes


def is_name(host: str) -> bool:
    """Whether a host is a name instead of an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(host)
    return False


def read_answer(body: bytes) -> Answer:
    """Read what the browser's part sent.

    Raises:
        LoginRefusedError: it is nothing that an authenticator makes.
    """
    try:
        document = json.loads(body)
        client_data = json.loads(base64url_to_bytes(document["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client_data["challenge"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise LoginRefusedError("not an answer of an authenticator") from error
    return Answer(document, challenge)


def ask(session: Session, *, operator_id: int | None, party: RelyingParty, now: datetime) -> str:
    """Ask for a passkey: of one operator, or with None of whoever comes; JSON for the browser."""
    allowed = [] if operator_id is None else _descriptors(session, operator_id)
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=_new_challenge(session, operator_id, now),
        allow_credentials=allowed,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def ask_new(session: Session, operator: Operator, *, party: RelyingParty, now: datetime) -> str:
    """Ask for a new passkey of an operator; JSON for the browser."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name="KlusCV",
        user_id=_user_handle(operator, party),
        user_name=operator.login_name or operator.name,
        user_display_name=operator.name,
        challenge=_new_challenge(session, number(operator), now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(session, number(operator)),
    )
    return webauthn.options_to_json(options)


def take_challenge(session: Session, answer: Answer, *, operator_id: int | None, now: datetime) -> bool:
    """Use up the challenge of an answer; false when nobody, or somebody else, or too long ago was asked it.

    The transaction is one of its own: a challenge stays spent when its answer turns out to be bad.
    """
    asked = store.take_challenge(session, digest(answer.challenge.hex()))
    return asked is not None and asked.operator_id == operator_id and asked.expires_at > now


def add(
    session: Session, operator: Operator, answer: Answer, *, name: str, party: RelyingParty, now: datetime
) -> Passkey:
    """Keep a new passkey, after its challenge was spent.

    Raises:
        CredentialChoiceError: the answer is not what was asked for, or there are too many.
    """
    if len(store.passkeys_of(session, number(operator))) >= MOST_PASSKEYS:
        raise CredentialChoiceError("too-many-passkeys")
    try:
        made = webauthn.verify_registration_response(
            credential=answer.document,
            expected_challenge=answer.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise CredentialChoiceError("passkey") from error
    passkey_id = bytes_to_base64url(made.credential_id)
    if store.passkey_by_id(session, passkey_id) is not None:
        raise CredentialChoiceError("passkey")
    kept = Passkey(
        id=passkey_id, operator_id=number(operator), name=one_line(name)[:NAME_LENGTH] or "Passkey",
        public_key=made.credential_public_key, sign_count=made.sign_count, created_at=now,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept


def verify(session: Session, answer: Answer, *, party: RelyingParty, now: datetime) -> Operator:
    """Find whose passkey answered, after the challenge was spent.

    Raises:
        LoginRefusedError: the passkey is unknown or a copy, or the answer is not for here.
    """
    passkey = store.passkey_by_id(session, str(answer.document.get("id")))
    operator = store.operator_by_id(session, passkey.operator_id) if passkey else None
    if passkey is None or operator is None or operator.removed_at is not None:
        raise LoginRefusedError("no such passkey")
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer.document,
            expected_challenge=answer.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise LoginRefusedError("the passkey's answer does not fit", passkey.operator_id) from error
    handle = answer.document["response"].get("userHandle")
    if handle and handle != bytes_to_base64url(_user_handle(operator, party)):
        raise LoginRefusedError("the passkey is somebody else's", passkey.operator_id)
    if not store.count_use(session, passkey, shown.new_sign_count, now):
        raise LoginRefusedError("the passkey was used at the same time elsewhere", passkey.operator_id)
    return operator


def _new_challenge(session: Session, operator_id: int | None, now: datetime) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    session.add(
        PasskeyChallenge(
            challenge_hash=digest(challenge.hex()), operator_id=operator_id,
            expires_at=now + CHALLENGE_LIFETIME,
        )
    )  # fmt: skip
    session.flush()
    return challenge


def _descriptors(session: Session, operator_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.id))
        for passkey in store.passkeys_of(session, operator_id)
    ]


def _user_handle(operator: Operator, party: RelyingParty) -> bytes:
    """Name the operator to the authenticator with bytes that say nothing ("User Handle Contents")."""
    return hmac.digest(party.service_secret, f"user handle of {operator.actor}".encode(), hashlib.sha256)
