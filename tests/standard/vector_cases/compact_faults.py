"""Compact copies and QR texts that are not in their one form, or say what was not signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cbor2

from standard import base64url, compact
from standard.compact import cose
from standard.compact.qr_text import digits
from standard.model import Form, PersonName
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Scene, published_signer
from tests.world import RATING_HISTORY

paper = Group("compact")
malformed = paper.invalid(CheckCode.PARSE, Reason.MALFORMED)


def _message(scene: Scene, change: Callable[[list[Any]], object]) -> str:
    """The four parts of the COSE_Sign1, changed; the signature is left as it was."""
    message = cbor2.loads(base64url.decode(scene.paper())[1:])
    change(message)
    return base64url.encode(cose.SIGN1_TAG + cbor2.dumps(message, canonical=True))


def _protected(scene: Scene, **changes: Any) -> str:
    header = {1: -7, 4: scene.organisation.signer("P-256").public_key.thumbprint()[:8]}
    header |= changes.get("header", {})
    return _message(scene, lambda message: message.__setitem__(0, cbor2.dumps(header, canonical=True)))


@malformed
def alg_of_another_curve(scene: Scene) -> str:
    """ES384 in the protected header."""
    return _protected(scene, header={1: -35})


@malformed
def header_with_more(scene: Scene) -> str:
    """A critical header that nobody understands."""
    return _protected(scene, header={2: [99], 99: 1})


@malformed
def key_in_the_unprotected_header(scene: Scene) -> str:
    """`kid` where no signature covers it."""
    return _message(scene, lambda message: message[1].update({4: bytes(8)}))


@malformed
def key_thumbprint_too_short(scene: Scene) -> str:
    """Seven bytes of a thumbprint are easier to meet by chance."""
    return _protected(scene, header={4: bytes(7)})


@malformed
def not_deterministic(scene: Scene) -> str:
    """The payload as an array of indefinite length: the same content in other bytes."""
    return _message(scene, lambda message: message.__setitem__(2, b"\x9f" + message[2][1:] + b"\xff"))


@malformed
def something_after_it(scene: Scene) -> str:
    """A byte after the message."""
    return base64url.encode(base64url.decode(scene.paper()) + b"\0")


@malformed
def cut_off(scene: Scene) -> str:
    """The last byte is missing."""
    return base64url.encode(base64url.decode(scene.paper())[:-1])


@malformed
def spelled_otherwise(scene: Scene) -> str:
    """Stray bits at the end of base64url, which most decoders ignore."""
    whole = scene.paper()
    parts = [compact.reduce(whole, keep=lambda slot, _, least=least: slot >= least) for least in range(4)]
    text = next(part for part in parts if len(part) % 4)
    unused_bits = {2: 4, 3: 2}[len(text) % 4]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(text[-1])
    assert last % (1 << unused_bits) == 0
    return text[:-1] + alphabet[last + 1]


@malformed
def line_changed(scene: Scene) -> str:
    """A shown line that does not belong to its digest."""
    return _message(scene, lambda message: message[1][cose.OPENINGS_HEADER][2][0].__setitem__(1, 9148))


@malformed
def line_in_another_slot(scene: Scene) -> str:
    """Two shown lines that changed places."""
    return _message(scene, lambda message: message[1][cose.OPENINGS_HEADER][2].reverse())


@malformed
def line_too_many(scene: Scene) -> str:
    """A line for which there is no digest."""

    def add(message: list[Any]) -> None:
        lines = message[1][cose.OPENINGS_HEADER][2]
        lines.append(lines[0])

    return _message(scene, add)


@malformed
def name_changed(scene: Scene) -> str:
    """Another name than the organisation vouched for."""
    copy = compact.parse(scene.paper())
    assert copy.name is not None
    return cose.encode(replace(copy, name=PersonName("Iemand Anders", copy.name.check)))


@malformed
def salts_missing(scene: Scene) -> str:
    """Lines without the salts that open them."""
    return _message(scene, lambda message: message[1][cose.OPENINGS_HEADER].__setitem__(0, b""))


@malformed
def signature_too_short(scene: Scene) -> str:
    """63 bytes."""
    return _message(scene, lambda message: message.__setitem__(3, message[3][:-1]))


@malformed
def totals_as_fraction(scene: Scene) -> str:
    """A float among the totals."""

    def change(message: list[Any]) -> None:
        payload = cbor2.loads(message[2])
        payload[5] = 244.0
        message[2] = cbor2.dumps(payload, canonical=True)

    return _message(scene, change)


@paper.invalid(CheckCode.PROOF, Reason.MISMATCH)
def totals_changed(scene: Scene) -> str:
    """Larger totals under the old signature."""
    copy = compact.parse(scene.paper())
    return cose.encode(replace(copy, totals=replace(copy.totals, gig_count=9_244)))


@paper.invalid(CheckCode.PROOF, Reason.MISMATCH)
def signed_without_the_standards_context(scene: Scene) -> str:
    """A signature over the plain Sig_structure, without the external data of this standard."""
    copy = compact.parse(scene.paper())
    plain = cbor2.dumps(["Signature1", copy.protected, b"", copy.payload], canonical=True)
    return cose.encode(replace(copy, signature=scene.organisation.signer("P-256").sign(plain)))


@paper.invalid(CheckCode.PROOF, Reason.MISMATCH)
def signed_by_a_stranger(scene: Scene) -> str:
    """A stranger's signature under the thumbprint of the organisation's key."""
    copy = compact.parse(scene.paper())
    return cose.encode(replace(copy, signature=published_signer("P-256", "stranger").sign(copy.to_be_signed)))


def _signed_again(scene: Scene, **changes: Any) -> str:
    copy = replace(compact.parse(scene.paper()), **changes)
    return cose.encode(replace(copy, signature=scene.organisation.signer("P-256").sign(copy.to_be_signed)))


@paper.invalid(CheckCode.COMPLETENESS, Reason.MORE_THAN_TOTALS)
def more_gigs_than_the_totals(scene: Scene) -> str:
    """Lines that add up to more than the total that the organisation signed."""
    totals = replace(compact.parse(scene.paper()).totals, gig_count=100)
    return _signed_again(scene, totals=totals)


@paper.invalid(CheckCode.HOLDER_BINDING, Reason.OTHER_HOLDER)
def of_two_workers(scene: Scene) -> str:
    """One line of one worker and one of another, side by side."""
    other = published_signer("P-256", "another worker").public_key
    first = scene.paper()
    second = scene.organisations[1].issue(RATING_HISTORY, Form.COMPACT, other)
    return f"{first}\n{second}"


@paper.invalid(CheckCode.SCHEMA, Reason.REPEATED_COPY)
def same_copy_twice(scene: Scene) -> str:
    """One copy twice, which would count its work twice."""
    text = scene.paper()
    return f"{text}\n{text}"


qr = Group("qr")
no_code = qr.invalid(CheckCode.PARSE, Reason.MALFORMED)


def _payload(scene: Scene) -> bytes:
    return compact.qr_payload([scene.paper()])


@no_code
def of_another_version(scene: Scene) -> str:
    """A payload of version 2."""
    newer = b"\x02" + _payload(scene)[1:]
    return f"https://c.example/v#{digits(newer)}"


@no_code
def changed_digit(scene: Scene) -> str:
    """A digit in the middle is another one."""
    text = digits(_payload(scene))
    place = len(text) // 2
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


@no_code
def zero_in_front(scene: Scene) -> str:
    """The same number in another spelling."""
    return f"https://c.example/v#0{digits(_payload(scene))}"


@no_code
def part_missing(scene: Scene) -> str:
    """One of the two codes of a page."""
    return _parts(scene)[0]


@no_code
def part_twice(scene: Scene) -> str:
    """The first code twice instead of both."""
    first, *_ = _parts(scene)
    return f"{first}\n{first}"


@no_code
def parts_of_two_pages(scene: Scene) -> str:
    """The first code of one page with the second of another."""
    return f"{_parts(scene)[0]}\n{_parts(scene)[1]}"


def _parts(scene: Scene) -> list[str]:
    """The codes of a page that needs two."""
    copies = [scene.paper(), scene.paper(), scene.paper(), scene.paper()]
    texts = compact.qr_text(compact.qr_payload(copies), checker_url=f"https://{'c' * 200}.example")
    if len(texts) < 2:
        raise ValueError("the page fits one code")
    return texts
