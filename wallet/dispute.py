"""When a record is wrong: the worker tells the organisation, which decides; the wallet changes nothing.

Source: SPECIFICATION, "Telling the organisation".
"""

from __future__ import annotations

from typing import Final

from standard.citizen_number import holds_citizen_number
from standard.disputes import (
    LIMIT_CHARACTERS,
    DisputeAnswer,
    DisputedRecord,
    DisputeMessage,
    dispute_endpoint,
    parse_answer,
    write_dispute,
)
from standard.errors import ProtocolError, ResolutionError
from standard.fetch import Response
from standard.model import Form, RecordList, WorkHistory
from wallet import held, holder_key
from wallet.errors import (
    CitizenNumberError,
    DisputeRefusedError,
    DisputeTextError,
    DisputeUnreachableError,
    NotFoundError,
)
from wallet.held import HeldCredential, Told
from wallet.selection import Part, part_size
from wallet.services import Services
from wallet.vault import Vault

_OK: Final = 200
_REFUSED: Final = 400
_MEDIA_TYPE: Final = "application/jwt"


def compose(disputed: HeldCredential, record: str, text: str, *, language: str) -> DisputeMessage:
    """Write a message about one record, or about the whole.

    Args:
        disputed: the organisation's statements, received or kept.
        record: `LIST:PLACE`, such as `review:0`, counted from 0; empty for the whole.
        text: the worker's own words.
        language: in which she reads and writes.

    Raises:
        NotFoundError: there is no such record, or no copy that can be named.
        DisputeTextError: nothing was written, or too much.
        CitizenNumberError: a citizen service number stands in it.
    """
    words = "\n".join(line.strip() for line in text.strip().splitlines())
    if not 0 < len(words) <= LIMIT_CHARACTERS:
        raise DisputeTextError(f"write something, at most {LIMIT_CHARACTERS} characters")
    if holds_citizen_number(words):
        raise CitizenNumberError("a number in it looks like a BSN")
    named = _record(disputed, record) if record else None
    return DisputeMessage(_copy_id(disputed, named), named, words, language)


def tell(vault: Vault, disputed: HeldCredential, message: DisputeMessage, *, services: Services) -> Told:
    """Sign a message, post it and remember the answer; the same message again asks how it stands now.

    Raises:
        NotFoundError: nobody knows where the organisation hears disputes.
        DisputeUnreachableError: it cannot be reached, or does not answer as it should.
        DisputeRefusedError: it refuses the message.
    """
    if not disputed.credential_issuer:
        raise NotFoundError("these copies came as files, without the address of who handed them out")
    token = write_dispute(
        message,
        signer=holder_key.signer(vault),
        credential_issuer=disputed.credential_issuer,
        now=services.clock(),
    )
    endpoint = dispute_endpoint(disputed.credential_issuer)
    try:
        answer = _answer(services.fetcher.post(endpoint, token.encode("ascii"), _MEDIA_TYPE))
    except ResolutionError as error:
        raise DisputeUnreachableError("the organisation cannot be reached") from error
    told = Told(message, answer)
    held.put_told(vault, disputed, told)
    return told


def repeated(disputed: HeldCredential, number: int) -> DisputeMessage:
    """Take a message that was sent before, to ask again; they are counted from 0.

    Raises:
        NotFoundError: there is no such message.
    """
    if not 0 <= number < len(disputed.told):
        raise NotFoundError("no such message")
    return disputed.told[number].message


def _answer(response: Response) -> DisputeAnswer:
    if response.status not in (_OK, _REFUSED):
        raise ResolutionError(f"answered with status {response.status}")
    try:
        return parse_answer(response.body)
    except ProtocolError as error:
        if response.status == _OK:
            raise ResolutionError("the answer is none of the protocol") from error
        raise DisputeRefusedError(str(error)) from error


def _record(disputed: HeldCredential, given: str) -> DisputedRecord:
    name, _, place = given.partition(":")
    if name in list(RecordList) and place.isascii() and place.isdecimal():
        record = DisputedRecord(RecordList(name), int(place))
        if record.place < part_size(disputed, Part(name)):
            return record
    raise NotFoundError("no such record")


def _copy_id(disputed: HeldCredential, record: DisputedRecord | None) -> str:
    """Name the copy in which a record stands; SD-JWTs show everything, so places count among all."""
    for copy, statement in zip(disputed.of_form(Form.SD_JWT), disputed.statements, strict=True):
        is_work = isinstance(statement.content, WorkHistory)
        if record is None or is_work == (record.list is RecordList.ENGAGEMENT):
            return copy.copy_id
    raise NotFoundError("no copy holds it")
