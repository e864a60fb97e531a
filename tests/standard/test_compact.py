"""The compact form: what is shown can be verified, what is hidden stays hidden."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import base64url, compact, taxonomy
from standard.errors import CompactError, KlusCVError, SignatureMismatchError
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl, NameCheck, PaperLine, PaperStatement, PaperTotals, PersonName
from standard.status_list import StatusReference

SIGNER = KeySigner(PrivateKey.generate("P-256"), DidUrl("did:web:klusdag.example#p256"))
HOLDER = PrivateKey.generate("P-256").public_key
STATUS = StatusReference("https://klusdag.example/status/", 1, 94_567)
CHECKER = "https://kluscv.example"

occupations = st.sampled_from([known.uri for known in taxonomy.all()])
words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
names = st.builds(PersonName, words, st.sampled_from(NameCheck))
scales = st.sampled_from([("1", "5"), ("1", "10"), ("0", "1"), ("2", "9")])


@st.composite
def lines(draw: st.DrawFn) -> PaperLine:
    occupation = draw(st.one_of(st.none(), occupations))
    worst, best = draw(scales)
    first, last = sorted(
        draw(
            st.tuples(
                st.dates(date(1990, 1, 1), date(2026, 11, 20)), st.dates(date(1990, 1, 1), date(2026, 11, 20))
            )
        )
    )
    is_rated = draw(st.booleans())
    return PaperLine(
        occupation=occupation,
        category=None if occupation else draw(words),
        gig_count=draw(st.integers(0, 10**6)),
        worked_hours=draw(st.integers(0, 10**6)),
        first_month=f"{first:%Y-%m}",
        last_month=f"{last:%Y-%m}",
        rating_value=draw(st.sampled_from(["4.72", "5", "3.1", "0.05", "0"])) if is_rated else None,
        rating_best=best if is_rated else None,
        rating_worst=worst if is_rated else None,
        rating_count=draw(st.integers(1, 10**6)) if is_rated else 0,
    )


@st.composite
def statements(draw: st.DrawFn) -> PaperStatement:
    drawn = tuple(draw(st.lists(lines(), max_size=9)))
    counts = [draw(st.integers(0, 10**7)) for _ in range(4)]
    return PaperStatement(
        as_of=date(2026, 11, 20),
        lines=drawn,
        totals=PaperTotals(len(drawn), *counts),
        name=draw(st.one_of(st.none(), names)),
    )


def issue(statement: PaperStatement, signer: KeySigner = SIGNER) -> str:
    return compact.issue(
        statement,
        holder=HOLDER,
        issued=datetime(2026, 11, 22, 9, tzinfo=UTC),
        status=STATUS,
        signer=signer,
        new_salt=lambda: secrets.token_bytes(16),
    )


def example(line_count: int = 3, name: str = "Fatima el Amrani") -> PaperStatement:
    line = PaperLine(
        occupation=taxonomy.all()[0].uri,
        category=None,
        gig_count=148,
        worked_hours=1036,
        first_month="2021-03",
        last_month="2026-11",
        rating_value="4.72",
        rating_best="5",
        rating_worst="1",
        rating_count=141,
    )
    return PaperStatement(
        as_of=date(2026, 11, 20),
        lines=(line,) * line_count,
        totals=PaperTotals(line_count, 148 * line_count, 1036 * line_count, 141 * line_count, 126),
        name=PersonName(name, NameCheck.BANK),
    )


@given(statements())
def test_an_issued_copy_verifies_and_says_what_was_stated(statement: PaperStatement) -> None:
    copy = compact.parse(issue(statement))
    copy.verify(SIGNER.public_key)
    assert copy.statement == statement
    assert (copy.status_number, copy.status_index) == (1, 94_567)
    assert copy.issued == date(2026, 11, 22)
    assert copy.holder == HOLDER.thumbprint()[:8]


@given(statements(), st.data())
def test_a_reduced_copy_shows_the_rest_and_only_the_rest(
    statement: PaperStatement, data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.integers(0, len(statement.lines))))
    text = compact.reduce(issue(statement), keep=lambda slot, _: slot in kept)
    for copy in (compact.parse(text), *compact.read_qr_payload(compact.qr_payload([text]))):
        copy.verify(SIGNER.public_key)
        assert {shown.slot: shown.line for shown in copy.lines} == {
            slot: line for slot, line in enumerate(statement.lines) if slot in kept
        }
        assert copy.name == (statement.name if len(statement.lines) in kept else None)
        assert copy.totals == statement.totals


def test_a_reduced_copy_no_longer_holds_the_bytes_that_were_hidden() -> None:
    text = compact.reduce(issue(example()), keep=lambda _, item: isinstance(item, PaperLine))
    assert b"Fatima" in base64url.decode(issue(example()))
    assert b"Fatima" not in base64url.decode(text)
    assert b"Fatima" not in compact.qr_payload([text])


def test_reducing_in_two_steps_gives_the_same_text_as_in_one() -> None:
    text = issue(example(5))
    once = compact.reduce(text, keep=lambda slot, _: slot in (1, 4))
    twice = compact.reduce(
        compact.reduce(text, keep=lambda slot, _: slot != 2), keep=lambda slot, _: slot in (1, 4)
    )
    assert once == twice


@given(st.integers(0, 2**40), st.integers(0, 255))
def test_a_changed_byte_never_verifies(position: int, value: int) -> None:
    text = issue(example())
    data = bytearray(base64url.decode(text))
    position %= len(data)
    if data[position] == value:
        value ^= 1
    data[position] = value
    with pytest.raises((CompactError, SignatureMismatchError)):
        compact.parse(base64url.encode(bytes(data))).verify(SIGNER.public_key)


@given(st.integers(0, 2**40), st.integers(0, 255))
def test_a_changed_byte_in_a_qr_payload_never_verifies(position: int, value: int) -> None:
    data = bytearray(compact.qr_payload([issue(example()), issue(example(1))]))
    position %= len(data)
    if data[position] == value:
        value ^= 1
    data[position] = value
    with pytest.raises((CompactError, SignatureMismatchError)):
        for copy in compact.read_qr_payload(bytes(data)):
            copy.verify(SIGNER.public_key)


@given(st.binary(max_size=200))
def test_readers_raise_nothing_but_their_own_error(data: bytes) -> None:
    for read in (
        lambda: compact.parse(base64url.encode(data)),
        lambda: compact.parse(base64url.encode(b"\xd2" + data)),
        lambda: compact.parse(data.decode("latin-1")),
        lambda: compact.read_qr_payload(b"\x01" + data),
        lambda: compact.payload_from_qr_texts([data.decode("latin-1")]),
        lambda: compact.payload_from_qr_texts([f"#{int.from_bytes(data, 'big')}"] * 2),
    ):
        try:
            read()
        except KlusCVError as error:
            assert isinstance(error, CompactError)


def test_another_key_does_not_verify() -> None:
    other = PrivateKey.generate("P-256").public_key
    with pytest.raises(SignatureMismatchError):
        compact.parse(issue(example())).verify(other)


def test_lines_of_different_people_cannot_be_mixed() -> None:
    theirs = compact.issue(
        example(),
        holder=PrivateKey.generate("P-256").public_key,
        issued=datetime(2026, 11, 22, tzinfo=UTC),
        status=None,
        signer=SIGNER,
        new_salt=lambda: secrets.token_bytes(16),
    )
    with pytest.raises(CompactError):
        compact.qr_payload([issue(example()), theirs])


def test_two_copies_of_one_statement_share_no_digest() -> None:
    one, other = compact.parse(issue(example())), compact.parse(issue(example()))
    assert not set(one.line_digests) & set(other.line_digests)
    assert len(set(one.line_digests)) == len(one.line_digests)


def test_a_copy_keeps_its_id_however_much_is_shown() -> None:
    text = issue(example())
    reduced = compact.reduce(text, keep=lambda slot, _: slot == 0)
    assert compact.parse(text).copy_id == compact.parse(reduced).copy_id


def test_the_typical_worker_fits_one_code_of_version_21() -> None:
    counts = (2, 2, 1, 1)
    signers = [KeySigner(PrivateKey.generate("P-256"), SIGNER.verification_method) for _ in counts]
    payload = compact.qr_payload(
        [issue(example(n), signer) for n, signer in zip(counts, signers, strict=True)]
    )
    texts = compact.qr_text(payload, checker_url=CHECKER)
    assert len(payload) < 600
    assert len(texts) == 1
    assert compact.payload_from_qr_texts(texts) == payload


@pytest.mark.parametrize("size", [1, 500, 682, 683, 1400, 5000])
def test_a_payload_comes_back_from_its_codes_in_any_order(size: int) -> None:
    payload = b"\x01" + secrets.token_bytes(size - 1)
    texts = compact.qr_text(payload, checker_url=CHECKER)
    assert compact.payload_from_qr_texts(reversed(texts)) == payload
    if len(texts) > 1:
        with pytest.raises(CompactError):
            compact.payload_from_qr_texts(texts[1:])
        with pytest.raises(CompactError):
            compact.payload_from_qr_texts([texts[0], *texts])


def test_every_code_fits_version_21_at_level_m() -> None:
    import qrcode
    from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

    for size in (682, 1400, 5000):
        for text in compact.qr_text(b"\x01" + b"\xff" * (size - 1), checker_url=CHECKER):
            address, digits = text.split("#")
            code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
            code.add_data(QRData(f"{address}#".encode(), mode=MODE_8BIT_BYTE))
            code.add_data(QRData(digits.encode(), mode=MODE_NUMBER))
            code.make(fit=True)
            assert code.version <= 21


def test_the_host_in_a_code_is_ignored() -> None:
    (text,) = compact.qr_text(b"\x01\x02", checker_url=CHECKER)
    assert compact.payload_from_qr_texts(["https://evil.example/x#" + text.split("#")[1]]) == b"\x01\x02"
