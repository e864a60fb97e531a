"""What the worker holds: per organisation and offer, every copy that was claimed, kept sealed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from standard import sd_jwt
from standard.disputes import DisputeAnswer, DisputedRecord, DisputeMessage, DisputeState
from standard.model import (
    DATA_INTEGRITY,
    Did,
    DisclosedStatement,
    Form,
    PersonName,
    RatingHistory,
    RecordList,
    WorkHistory,
)
from standard.sd_jwt import SdJwt
from wallet.errors import NotFoundError
from wallet.tables import HeldCredentialRow, ReceivedRow, SealedRow
from wallet.vault import Vault

_FILES: Final[Mapping[Form, tuple[str, str]]] = {
    **dict.fromkeys(DATA_INTEGRITY, (".vc.json", "application/vc")),
    Form.SD_JWT: (".sd-jwt", "application/dc+sd-jwt"),
    Form.COMPACT: (".compact", "text/plain; charset=us-ascii"),
}


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """One secured form of one statement, as the organisation sent it."""

    copy_id: str
    form: Form
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the last verification said: an outcome, the code of what stood out, and when."""

    outcome: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the worker told the organisation, and how that stood when she last heard."""

    message: DisputeMessage
    answer: DisputeAnswer


@dataclass(frozen=True)
class HeldCredential:
    """All copies of one organisation's statements about the worker, from one offer.

    `id` is empty before it lies in the vault; `source` is the digest of the offer, empty for files.
    `credential_issuer` is the address that handed the copies out, empty for files too.
    """

    id: str
    source: str
    issuer: Did
    issuer_name: str
    received_at: datetime
    checked: Checked
    copies: tuple[HeldCopy, ...]
    credential_issuer: str = ""
    told: tuple[Told, ...] = ()

    @cached_property
    def statements(self) -> tuple[DisclosedStatement, ...]:
        """The statements as their SD-JWTs show them, everything open."""
        return tuple(map(sd_jwt.to_disclosed_statement, self.sd_jwts))

    @cached_property
    def sd_jwts(self) -> tuple[SdJwt, ...]:
        """The SD-JWTs, read once; `statements` has theirs in the same order."""
        return tuple(sd_jwt.parse(copy.text) for copy in self.of_form(Form.SD_JWT))

    @cached_property
    def history(self) -> WorkHistory | None:
        """What the worker did there."""
        found = [each.content for each in self.statements if isinstance(each.content, WorkHistory)]
        return found[0] if found else None

    @cached_property
    def ratings(self) -> RatingHistory | None:
        """How the work was rated there."""
        found = [each.content for each in self.statements if isinstance(each.content, RatingHistory)]
        return found[0] if found else None

    @property
    def as_of(self) -> date:
        """The day up to which the organisation speaks."""
        return max(part.as_of for part in (self.history, self.ratings) if part is not None)

    @property
    def name(self) -> PersonName | None:
        """The worker's name as this organisation knows it."""
        return next((part.name for part in (self.history, self.ratings) if part and part.name), None)

    def of_form(self, form: Form) -> tuple[HeldCopy, ...]:
        """The copies in one form."""
        return tuple(copy for copy in self.copies if copy.form is form)


def row_id(vault: Vault, issuer: Did, copies: Iterable[HeldCopy]) -> str:
    """Name a set of copies: the same copies, claimed again, get the same name."""
    ids = sorted(copy.copy_id for copy in copies)
    return vault.row_id(HeldCredentialRow, "\n".join([issuer, *ids]))


def copy_file(held: HeldCredential, number: int) -> tuple[str, str, bytes]:
    """Give one copy as a file: its name, its media type and its bytes; copies are counted from 1.

    Raises:
        NotFoundError: there is no such copy.
    """
    if not 1 <= number <= len(held.copies):
        raise NotFoundError("no such copy")
    copy = held.copies[number - 1]
    suffix, media_type = _FILES[copy.form]
    slug = re.sub(r"[^a-z0-9]+", "-", held.issuer_name.casefold()).strip("-") or "bewijs"
    return f"{slug}-{number}{suffix}", media_type, copy.text.encode()


def all_held(vault: Vault) -> list[HeldCredential]:
    """List everything the worker keeps: newest statement first, then by organisation."""
    held = [_read(row, value) for row, value in vault.all(HeldCredentialRow)]
    return sorted(held, key=lambda each: (-each.as_of.toordinal(), each.issuer_name.casefold(), each.id))


def current(held: Iterable[HeldCredential]) -> list[HeldCredential]:
    """Of each organisation the latest only: a later statement updates an earlier one."""
    latest: dict[Did, HeldCredential] = {}
    for each in held:
        known = latest.get(each.issuer)
        if known is None or (each.as_of, each.received_at) > (known.as_of, known.received_at):
            latest[each.issuer] = each
    return list(latest.values())


def one_held(vault: Vault, held_id: str) -> HeldCredential:
    """Take one out.

    Raises:
        NotFoundError: the worker keeps no such credential.
    """
    return _read(held_id, vault.get(HeldCredentialRow, held_id))


def put_checked(vault: Vault, held: HeldCredential, checked: Checked) -> HeldCredential:
    """Remember what a fresh verification said."""
    updated = replace(held, checked=checked)
    vault.put(HeldCredentialRow, held.id, _write(updated))
    return updated


def put_told(vault: Vault, held: HeldCredential, told: Told) -> None:
    """Remember what was told, kept or still waiting; the same message again takes its own place."""
    others = (each for each in held.told if each.message != told.message)
    updated = replace(held, told=(*others, told))
    table = HeldCredentialRow if is_kept(vault, held.id) else ReceivedRow
    vault.put(table, held.id, _write(updated))


def forget(vault: Vault, held_id: str) -> None:
    """Delete one from the wallet; the organisation and earlier readers are not affected."""
    vault.remove(HeldCredentialRow, held_id)


def put_received(vault: Vault, received: HeldCredential) -> HeldCredential:
    """Lay something ready for the worker to look at, and give it its id; it is not kept yet."""
    named = replace(received, id=row_id(vault, received.issuer, received.copies))
    vault.put(ReceivedRow, named.id, _write(named))
    return named


def one_received(vault: Vault, received_id: str) -> HeldCredential:
    """Take what waits to be kept.

    Raises:
        NotFoundError: nothing waits under this id.
    """
    return _read(received_id, vault.get(ReceivedRow, received_id))


def all_received(vault: Vault) -> list[HeldCredential]:
    """List what waits to be kept."""
    return [_read(row, value) for row, value in vault.all(ReceivedRow)]


def keep(vault: Vault, received_id: str) -> HeldCredential:
    """Move what was received into what is kept. Keeping it again changes nothing.

    What was told to the organisation before goes along: its answer comes with what it states next.

    Raises:
        NotFoundError: nothing waits under this id, and nothing is kept under it either.
    """
    if _has(vault, HeldCredentialRow, received_id) and not _has(vault, ReceivedRow, received_id):
        return one_held(vault, received_id)
    received = _with_earlier(vault, one_received(vault, received_id))
    vault.put(HeldCredentialRow, received_id, _write(received))
    vault.remove(ReceivedRow, received_id)
    return received


def from_offer(vault: Vault, source: str) -> HeldCredential | None:
    """Find what an offer brought before, kept or still waiting."""
    return next((each for each in [*all_held(vault), *all_received(vault)] if each.source == source), None)


def is_kept(vault: Vault, held_id: str) -> bool:
    """Whether something is kept under this id."""
    return _has(vault, HeldCredentialRow, held_id)


def refuse(vault: Vault, received_id: str) -> None:
    """Drop what was received without keeping it."""
    vault.remove(ReceivedRow, received_id)


def _with_earlier(vault: Vault, received: HeldCredential) -> HeldCredential:
    earlier = [each for each in reversed(all_held(vault)) if each.issuer == received.issuer]
    told = {said.message: said for each in (*earlier, received) for said in each.told}
    known = (each.credential_issuer for each in (received, *reversed(earlier)) if each.credential_issuer)
    return replace(received, credential_issuer=next(known, ""), told=tuple(told.values()))


def _has(vault: Vault, table: type[SealedRow], wanted: str) -> bool:
    return any(row == wanted for row, _ in vault.all(table))


def _write(held: HeldCredential) -> bytes:
    value = {
        "source": held.source,
        "issuer": held.issuer,
        "issuerName": held.issuer_name,
        "receivedAt": held.received_at.isoformat(),
        "checked": [held.checked.outcome, held.checked.reason, held.checked.at.isoformat()],
        "copies": [[copy.copy_id, copy.form, copy.text] for copy in held.copies],
        "credentialIssuer": held.credential_issuer,
        "told": [_write_told(each) for each in held.told],
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _read(held_id: str, value: bytes) -> HeldCredential:
    # Sealed bytes are our own: whoever could change them would have to hold the key.
    stored: dict[str, Any] = json.loads(value)
    outcome, reason, at = stored["checked"]
    return HeldCredential(
        id=held_id,
        source=stored["source"],
        issuer=Did(stored["issuer"]),
        issuer_name=stored["issuerName"],
        received_at=datetime.fromisoformat(stored["receivedAt"]),
        checked=Checked(outcome, reason, datetime.fromisoformat(at)),
        copies=tuple(HeldCopy(copy_id, Form(form), text) for copy_id, form, text in stored["copies"]),
        # What older versions sealed has neither.
        credential_issuer=stored.get("credentialIssuer", ""),
        told=tuple(_read_told(each) for each in stored.get("told", ())),
    )


def _write_told(told: Told) -> dict[str, Any]:
    message, answer = told.message, told.answer
    return {
        "about": message.about,
        "record": [message.record.list, message.record.place] if message.record else None,
        "text": message.text,
        "language": message.language,
        "state": answer.state,
        "at": answer.received_at.isoformat(),
        "reply": answer.reply,
    }


def _read_told(stored: dict[str, Any]) -> Told:
    at, named = datetime.fromisoformat(stored["at"]), stored["record"]
    record = DisputedRecord(RecordList(named[0]), named[1]) if named else None
    return Told(
        DisputeMessage(stored["about"], record, stored["text"], stored["language"]),
        DisputeAnswer(DisputeState(stored["state"]), at, stored["reply"]),
    )
