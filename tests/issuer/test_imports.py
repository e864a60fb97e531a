"""Every row of an export is good, cancelled or bad, and a bad one is named by place and reason.

The cases are files: `<fault>.csv` or `.json` beside `<fault>.expected`, whose first line counts the rows
and whose other lines name row, column and reason of every fault.
"""

import io
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.imports import (
    AchievementRecord,
    FileFault,
    GigRecord,
    ImportFileError,
    Limits,
    Reason,
    RowError,
    StrictImportError,
    Tally,
    available_profiles,
    load_profile,
    parse,
    strictly,
)

HERE = Path(__file__).with_name("imports")
CSV = load_profile(HERE / "csv.toml")
JSON = load_profile(HERE / "json.toml")
CASES = sorted(path for path in (HERE / "cases").iterdir() if path.suffix != ".expected")


def read(data: bytes, profile=CSV, **options):
    return list(parse(io.BytesIO(data), profile, file_name="export", **options))


def case(name: str):
    path = HERE / "cases" / name
    return read(path.read_bytes(), CSV if path.suffix == ".csv" else JSON)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_row_is_good_cancelled_or_named_as_bad(path):
    tally = Tally()
    items = list(tally.count(case(path.name)))
    counted, *faults = path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert f"good {tally.good} cancelled {tally.cancelled} bad {tally.bad}" == counted
    assert [
        f"{item.row} {item.column or '-'} {item.reason}" for item in items if isinstance(item, RowError)
    ] == faults
    assert tally.read == tally.good + tally.cancelled + tally.bad
    assert tally.errors == len(faults)


def test_a_good_row_says_what_its_cells_say():
    gig, other = case("quoted-line-breaks.csv")
    assert (gig.worker.key, gig.worker.name, gig.key, gig.row) == ("W1", "Fatima el Amrani", "1", 2)
    assert (gig.first_date, gig.last_date, gig.worked_minutes) == (date(2021, 3, 12), date(2021, 3, 12), 360)
    assert (gig.client_key, gig.client_kind, gig.category) == ("K1", "restaurant", "Afwas")
    assert (gig.marks[0].value, gig.marks[0].best, gig.marks[0].worst) == (Decimal("4.5"), 5, 1)
    assert gig.review.text == 'Top!\nGraag weer; "echt"'
    assert gig.review.language == "nl"
    assert other.row == 3


def test_a_byte_order_mark_counts_for_more_than_the_profile():
    western = CSV.model_copy(update={"csv": CSV.csv.model_copy(update={"encoding": "windows-1252"})})
    data = (HERE / "cases" / "header-only.csv").read_bytes()
    row = (HERE / "cases" / "missing-date.csv").read_bytes().splitlines()[1].replace(b"Graag", "Één".encode())
    (marked,) = read(b"\xef\xbb\xbf" + data + row, western)
    (unmarked,) = read(data + row, western)
    assert marked.review.text == "Één weer!"
    assert unmarked.review.text != "Één weer!"


def test_a_formula_and_html_are_only_text():
    texts = [gig.review.text for gig in case("formula-and-html.csv")]
    assert texts == ["=HYPERLINK(1)", "<script>x</script>"]


def test_a_category_may_have_no_occupation():
    (gig,) = case("unmapped-occupation.csv")
    assert (gig.category, gig.occupation) == ("Gewone klus", None)


def test_what_nobody_mapped_and_who_reviewed_is_dropped():
    everything = repr([case(path.name) for path in CASES if not path.stem.startswith("citizen")])
    assert "de Boer" not in everything
    assert "Jansen" not in everything


def test_an_error_never_repeats_what_the_cell_holds():
    faults = [item for path in CASES for item in case(path.name) if isinstance(item, RowError)]
    assert not any("111" in fault.message or "Ruimtevaart" in fault.message for fault in faults)


def test_open_platforms_entries_become_gigs_and_achievements():
    gig, _, award = case("json-single-document.json")
    assert isinstance(gig, GigRecord)
    assert (gig.worked_minutes, gig.first_date, gig.client_key) == (480, date(2025, 4, 14), "c1")
    assert (gig.marks[0].dimension, gig.marks[0].value, gig.marks[0].best) == ("overall", Decimal("4.5"), 5)
    assert (gig.review.text, gig.review.transaction_bound) == ("Top\nGraag weer", False)
    assert isinstance(award, AchievementRecord)
    assert (award.name, award.awarded_on) == ("Hoogtewerk", date(2025, 5, 2))


def test_a_gig_after_the_day_of_the_export_is_bad():
    data = (HERE / "cases" / "byte-order-mark.csv").read_bytes()
    faults = read(data, as_of=date(2021, 3, 11))
    assert [(fault.row, fault.reason) for fault in faults] == [(2, Reason.FUTURE), (3, Reason.FUTURE)]


def test_a_strict_import_stops_at_the_first_fault():
    data = (HERE / "cases" / "several-faults.csv").read_bytes()
    items = strictly(parse(io.BytesIO(data), CSV, file_name="export"))
    assert next(items).row == 2
    with pytest.raises(StrictImportError) as caught:
        next(items)
    assert (caught.value.row_error.row, caught.value.row_error.reason) == (3, Reason.CATEGORY)


@pytest.mark.parametrize(
    ("data", "profile", "fault"),
    [
        (b"", CSV, FileFault.EMPTY),
        (b"\xef\xbb\xbf", CSV, FileFault.EMPTY),
        (b"\xff\xfeK\x00l\x00", CSV, FileFault.ENCODING),
        (b"Klus;Naam\n1;2\n", CSV, FileFault.MISSING_COLUMNS),
        (b'"Klus', CSV, FileFault.MALFORMED),
        (b"", JSON, FileFault.MALFORMED),
        (b"{}", JSON, FileFault.MISSING_COLUMNS),
        (b"42", JSON, FileFault.EMPTY),
        (b'[{"interactions": [', JSON, FileFault.MALFORMED),
        (b'{"interactions": [NaN]}', JSON, FileFault.MALFORMED),
        (b"[" * 100, JSON, FileFault.MALFORMED),
        (b'{"interactions": ["\xff"]}', JSON, FileFault.MALFORMED),
    ],
)
def test_a_file_of_another_kind_is_one_clear_error(data, profile, fault):
    with pytest.raises(ImportFileError) as caught:
        read(data, profile)
    assert caught.value.fault is fault


def test_a_missing_column_is_named_beside_those_found():
    with pytest.raises(ImportFileError) as caught:
        read(b"Klus;Medewerker;Naam;Functie;Vorname\n1;2;3;4;5\n")
    assert "Datum" in caught.value.missing
    assert "Klus" not in caught.value.missing
    assert caught.value.found == ("Klus", "Medewerker", "Naam", "Functie", "Vorname")
    assert "Datum" in str(caught.value)
    assert "Vorname" in str(caught.value)


def test_a_column_that_occurs_twice_is_refused():
    header = (HERE / "cases" / "header-only.csv").read_bytes().strip()
    with pytest.raises(ImportFileError) as caught:
        read(header + b";Datum\n")
    assert (caught.value.fault, caught.value.found) == (FileFault.REPEATED_COLUMNS, ("Datum",))


@pytest.mark.parametrize("name", ["byte-order-mark.csv", "json-single-document.json"])
def test_a_file_may_not_exceed_its_limit(name):
    data = (HERE / "cases" / name).read_bytes()
    profile = CSV if name.endswith("csv") else JSON
    assert read(data, profile, limits=Limits(file_bytes=len(data)))
    with pytest.raises(ImportFileError) as caught:
        read(data, profile, limits=Limits(file_bytes=len(data) - 1))
    assert caught.value.fault is FileFault.TOO_LARGE


def test_a_row_that_is_too_long_is_bad_and_the_next_one_goes_on():
    lines = (HERE / "cases" / "byte-order-mark.csv").read_bytes().splitlines(keepends=True)
    data = b"".join([*lines, b"x" * 5000 + b"\r\n", lines[1].replace(b"1;", b"9;", 1)])
    items = read(data, limits=Limits(row_bytes=1000))
    assert [(item.row, getattr(item, "reason", "good")) for item in items] == [
        (2, "good"),
        (3, "good"),
        (4, Reason.TOO_LONG),
        (5, "good"),
    ]


def test_an_entry_that_is_too_long_is_bad_and_the_next_one_goes_on():
    data = (HERE / "cases" / "json-citizen-number.json").read_bytes().replace(b"111222333", b"x" * 5000)
    good, long, other = read(data, JSON, limits=Limits(row_bytes=1000))
    assert (good.row, long.reason, other.row) == (1, Reason.MALFORMED, 3)


class Endless(io.RawIOBase):
    """A file of any length that is never in memory."""

    def __init__(self, head: bytes, row: bytes, rows: int, tail: bytes = b"") -> None:
        self._parts = self._generate(head, row, rows, tail)
        self._left = b""

    @staticmethod
    def _generate(head, row, rows, tail):
        yield head
        for number in range(rows):
            yield row % number
        yield tail

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = part
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def endless_csv(rows: int) -> io.BufferedReader:
    head, row, _ = (HERE / "cases" / "missing-date.csv").read_bytes().split(b"\n", 2)
    padded = row.replace(b"Graag weer!", b"Graag weer! " * 200).replace(b"1;", b"%d;", 1)
    return io.BufferedReader(Endless(head + b"\n", padded + b"\n", rows))


def endless_json(rows: int) -> io.BufferedReader:
    head = b'[{"worker": {"id": "W1", "name": "Fatima"}, "interactions": [null'
    row = (
        b', {"id": "%d", "type": "Panelen", "period": {"end": "2025-04-14T16:00:00Z"},'
        b' "additionalData": {"noOfHours": 8}, "outcome": {"success": true, "review": {"title": "", "text": "'
        + b"Graag weer! " * 200
        + b'"}}}'
    )
    return io.BufferedReader(Endless(head, row, rows, b"]}]"))


@pytest.mark.parametrize(("endless", "profile"), [(endless_csv, CSV), (endless_json, JSON)])
def test_a_long_file_is_never_held_whole(endless, profile):
    rows = 2_000  # about 5 MB
    tally = Tally()
    tracemalloc.start()
    try:
        for _ in tally.count(parse(endless(rows), profile, file_name="export")):
            pass
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert tally.good == rows
    assert peak_bytes < 1_000_000


@settings(max_examples=200)
@given(st.sampled_from(available_profiles()), st.binary(max_size=400))
def test_arbitrary_bytes_raise_only_the_error_of_imports(name, data):
    try:
        read(data, load_profile(name))
    except ImportFileError as error:
        assert error.code == "import-file"


@settings(max_examples=200)
@given(st.binary(max_size=300), st.booleans())
def test_arbitrary_bytes_below_a_good_header_give_records_or_row_errors(data, between):
    header = (HERE / "cases" / "header-only.csv").read_bytes()
    good = (HERE / "cases" / "byte-order-mark.csv").read_bytes().splitlines(keepends=True)[1]
    tally = Tally()
    list(tally.count(read(header + (good if between else b"") + data)))
    assert tally.read == tally.good + tally.cancelled + tally.bad


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_json_export_raises_only_the_error_of_imports(data):
    whole = bytearray((HERE / "cases" / "json-single-document.json").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    try:
        read(bytes(whole), JSON)
    except ImportFileError as error:
        assert isinstance(error.fault, FileFault)


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=100)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_whatever_stands_in_the_cells_every_row_is_accounted_for(texts):
    import csv

    header = (HERE / "cases" / "header-only.csv").read_text(encoding="utf-8").strip().split(";")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    for number, (name, category, review) in enumerate(texts):
        row = dict.fromkeys(header, "")
        row |= {"Klus": str(number), "Medewerker": "W1", "Naam": name, "Functie": category, "Reactie": review}
        writer.writerow(row.values())
    tally = Tally()
    list(tally.count(read(out.getvalue().encode("utf-8"))))
    assert tally.read == len(texts)
