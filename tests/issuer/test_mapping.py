"""An export without a profile: the columns are guessed, the operator confirms, and a profile is kept."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer.batch import mapping, profiles
from issuer.imports import (
    ImportFileError,
    ProfileError,
    Tally,
    UnnamedColumnsError,
    load_profile,
    parse,
    profile_of,
)
from issuer.imports.guessing import HEAD_BYTES, Draft, Role, guess, propose, sounds_cancelled, take_sample
from issuer.imports.profile import TableProfile
from issuer.service import Service
from issuer.tables import Import, Organisation, Upload, UploadChunk
from standard.taxonomy import label

MANAGE = "/beheer/vakhulp"


def guessed(path: Path) -> Draft:
    return mapping.first_guess(path.read_bytes()[:HEAD_BYTES])


@pytest.mark.parametrize("name", ["klusdag", "helder-thuis", "oppaspunt", "vakhulp"])
def test_the_columns_of_a_sample_are_guessed_as_its_profile_has_them(exports: Path, name: str) -> None:
    profile = load_profile(name)
    assert isinstance(profile, TableProfile)
    draft = guessed(exports / f"{name}.csv")
    columns = profile.columns
    assert draft.first(Role.WORKER) == columns.worker
    assert tuple(draft.named(Role.WORKER_NAME)) == columns.worker_name
    assert tuple(draft.named(Role.GIG)) == columns.gig
    assert draft.first(Role.CATEGORY) == columns.category
    assert draft.first(Role.CLIENT) == columns.client
    assert (draft.encoding, draft.delimiter) == (profile.csv.encoding, profile.csv.delimiter)
    assert draft.date_format == getattr(profile.time, "date_format", None)


def test_a_guessed_profile_reads_what_the_shipped_one_reads(exports: Path) -> None:
    path = exports / "klusdag.csv"
    draft = guessed(path)
    with path.open("rb") as stream:
        found = mapping.words(mapping.count_words(stream, draft))
    document = mapping.guessed_document(draft, found, title="Klusdag", name_check="bank")
    tallies = []
    for profile in (profile_of(document, "klusdag"), load_profile("klusdag")):
        tally = Tally()
        with path.open("rb") as stream:
            list(tally.count(parse(stream, profile, file_name=path.name)))
        tallies.append(tally)
    assert tallies[0].cancelled == tallies[1].cancelled
    # The guess takes the odd category and the odd status for real ones, which an operator would not.
    assert 0 <= tallies[0].good - tallies[1].good <= 2


@pytest.mark.parametrize(
    ("header", "row", "roles"),
    [
        ("Mitarbeiter-Nr;Name;Auftrag-Nr;Tätigkeit;Datum;Stunden", "M1;Ann Lee;A{};Küche;13.05.2025;4,5",
         ["worker", "worker_name", "gig", "category", "date", "duration"]),
        ("matricule salarié,nom,mission id,métier,date,début,fin",
         "S1,Ann Lee,M{},Ménage,2025-05-13,09:00,12:00",
         ["worker", "worker_name", "gig", "category", "date", "start", "end"]),
        ("Personeelsnummer;Volledige naam;Opdracht-ID;Functie;Werkdatum;Aanvang;Einde",
         "P1;Ann Lee;O{};Keuken;13-05-2025;09:00;12:00",
         ["worker", "worker_name", "gig", "category", "date", "start", "end"]),
        ("driver_id|driver_name|trip_id|service|started_at|finished_at",
         "D1|Ann Lee|T{}|Meals|2025-05-13T09:00:00Z|2025-05-13T09:30:00Z",
         ["worker", "worker_name", "gig", "category", "started_at", "finished_at"]),
    ],
    ids=["german", "french", "dutch", "english"],
)  # fmt: skip
def test_names_of_columns_are_known_in_other_languages(header: str, row: str, roles: list[str]) -> None:
    text = "\n".join([header, *(row.format(number) for number in range(12))])
    draft = guess(take_sample(text.encode("windows-1252")))
    assert [column.role for column in draft.columns] == roles


def test_a_register_number_is_no_key_of_the_client_and_is_left_out_of_the_search_for_citizen_numbers(
    exports: Path,
) -> None:
    assert guessed(exports / "klusdag.csv").named(Role.EXEMPT) == ["KvK klant"]


def test_day_and_month_that_could_be_turned_round_are_pointed_out() -> None:
    text = "Medewerkernr;Naam;Klusnr;Functie;Datum;Uren\n" + "M1;Ann;K{};Afwas;03-04-2025;4\n" * 5
    assert guess(take_sample(text.encode())).is_ambiguous


@pytest.mark.parametrize("status", ["Geannuleerd", "No-show", "Afgemeld door medewerker", "Ziek gemeld"])
def test_a_status_that_says_that_nobody_worked_is_heard(status: str) -> None:
    assert sounds_cancelled(status)


@pytest.mark.parametrize("status", ["", "Voltooid", "Gewerkt", "Goedgekeurd", "Normaal"])
def test_a_status_that_says_that_somebody_worked_is_left_so(status: str) -> None:
    assert not sounds_cancelled(status)


def test_names_as_planners_shorten_them_are_known() -> None:
    head = "Pers. nr (oud);Naam mdw.;Opdracht-ID;Wat gedaan?;Dd.;Gewerkte uren (dec.);Stand\n"
    rows = "".join(
        f"P{n % 3};Ann Lee;O-{n};{'Afwas' if n % 2 else 'Bar'};{n + 1}-3-2026;7,75;klaar\n" for n in range(12)
    )
    roles = [column.role for column in guess(take_sample((head + rows).encode())).columns]
    assert roles == ["worker", "worker_name", "gig", "category", "date", "duration", "status"]


def test_a_key_that_does_not_say_of_what_is_the_gigs() -> None:
    objects = [
        {"id": n, "worker": {"id": n % 2, "name": "Ann Lee"}, "date": "2026-03-01", "hours": 4}
        for n in range(9)
    ]
    assert guess(take_sample(json.dumps(objects).encode())).named(Role.GIG) == ["id"]


def test_a_format_that_was_shown_before_its_column_was_named_gives_way_to_what_stands_there() -> None:
    head = "A;B;C;D;E;F\n" + "P1;Ann Lee;O{};Afwas;13-3-2026;465\n".replace("{}", "1") * 9
    said = ("worker", "worker_name", "gig", "category", "date", "duration")
    columns = mapping.Columns("utf-8", ";", ",", "iso", "hours", tuple(map(Role, said)))
    draft = mapping.draft_with(head.encode(), columns)
    assert (draft.date_format, draft.unit) == ("%d-%m-%Y", "minutes")


@pytest.mark.parametrize("said", ["%m-%d-%Y", "%d-%m-%Y"])
def test_a_format_that_fits_is_the_operators_to_choose(said: str) -> None:
    head = "A;B\n" + "O1;03-04-2026\n" * 9
    columns = mapping.Columns("utf-8", ";", ",", said, "hours", (Role.GIG, Role.DATE))
    assert mapping.draft_with(head.encode(), columns).date_format == said


def test_what_no_column_is_read_as_is_named_beside_the_columns_that_are_left() -> None:
    with pytest.raises(ProfileError, match=r"worker, category, time; not used: Rara, Iets$") as caught:
        mapping.check(guess(take_sample(b"Rara;Naam;Klusnr;Iets\nx;Ann Lee;K1;y\n")))
    assert isinstance(caught.value, UnnamedColumnsError)


def test_json_lines_are_sampled_by_the_names_of_their_members() -> None:
    lines = [
        json.dumps({"worker": {"id": "w1", "name": "Ann Lee"}, "job_id": f"j{n}", "service": "Afwas",
                    "date": "2025-05-13", "hours": 4.5})
        for n in range(9)
    ]  # fmt: skip
    draft = guess(take_sample("\n".join(lines).encode()))
    assert (draft.format, draft.first(Role.WORKER), draft.unit) == ("json", "worker.id", "hours")


@pytest.mark.parametrize(
    ("category", "occupation"),
    [
        ("Schoonmaken", "Schoonmaker van gebouwen"),
        ("Order picking", "Orderverzamelaar"),
        ("Horeca bediening", "Medewerker bediening"),
        ("Kinderoppas aan huis", "Kinderoppas"),
    ],
)
def test_a_word_for_work_leads_to_the_occupation_that_it_is_like(category: str, occupation: str) -> None:
    found = propose(category)
    assert found is not None
    assert label(found.occupation, "nl") == occupation


@pytest.mark.parametrize("category", ["", "Quantumfysica", "Medewerker", "1234"])
def test_a_word_that_is_like_nothing_leads_nowhere(category: str) -> None:
    assert propose(category) is None


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04zip", b"\xff\xfea\0", b'[{"interactions": [{}]}]', b"[1, 2"]
)
def test_what_cannot_be_sampled_says_why(content: bytes) -> None:
    with pytest.raises(ImportFileError):
        take_sample(content)


@pytest.mark.parametrize("content", [b"a\n", b"\x00;\x00\n\x00;\x01\n", b"a;b\n1;2\n", b'"' * 1000])
def test_a_guess_about_nonsense_is_refused_and_does_not_fail(content: bytes) -> None:
    with pytest.raises(ProfileError):
        mapping.check(guess(take_sample(content)))


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of a page's second form, as it stands."""
    form = max(re.findall(r"<form.*?</form>", page, re.S), key=len)
    found: dict[str, Any] = {}
    for kind, name, rest in re.findall(
        r'<(input|select)[^>]*\bname="([^"]+)"(.*?)(?=<input|<select|</form)', form, re.S
    ):
        if kind == "input":
            value = re.search(rf'name="{name}"[^>]*value="([^"]*)"', f'name="{name}"{rest}')
            value_text = value.group(1) if value else ""
        else:
            chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', rest) or re.search(
                r'<option(?: value="([^"]*)")?>([^<]*)', rest
            )
            assert chosen
            value_text = chosen.group(1) if chosen.group(1) is not None else chosen.group(2)
        found.setdefault(name, []).append(html.unescape(value_text))
    return found


def test_an_export_without_a_profile_goes_by_the_assistant_to_a_preview(
    operator_client: TestClient, organisation: Organisation, service: Service, exports: Path
) -> None:
    content = (exports / "klusdag.csv").read_bytes()
    sent = operator_client.post(
        f"{MANAGE}/exports", files={"export": ("mei.csv", content, "text/csv")}, data={"profile": ""}
    )
    columns = sent.headers["location"]
    assert columns.endswith("/kolommen")
    page = operator_client.get(columns)
    assert "Wat staat waar?" in page.text
    words = operator_client.post(columns, data=fields(page.text)).headers["location"]
    page = operator_client.get(words)
    assert "lijkt op" in page.text
    said = fields(page.text) | {"title": "Dagklussen <b>"}
    preview = operator_client.post(words, data=said).headers["location"]
    assert "Klopt, leg vast" in operator_client.get(preview).text
    with service.database.reading() as session:
        assert session.exec(select(Upload)).all() == session.exec(select(UploadChunk)).all() == []
        made = session.exec(select(Import)).one()
        assert made.profile == "dagklussen-b"
        assert made.good_count > 900
        assert profiles.available(session, organisation)[0].title == "Dagklussen <b>"
    assert "Dagklussen &lt;b&gt;" in operator_client.get(f"{MANAGE}/exports").text
    linked = f'href="{MANAGE}/profielen/dagklussen-b.toml"'
    assert linked in operator_client.get(f"{MANAGE}/exports").text
    assert "[columns]" in operator_client.get(f"{MANAGE}/profielen/dagklussen-b.toml").text


def test_columns_that_leave_something_out_come_back_with_what_is_missing(
    operator_client: TestClient, organisation: Organisation, exports: Path
) -> None:
    content = (exports / "klusdag.csv").read_bytes()
    columns = operator_client.post(
        f"{MANAGE}/exports", files={"export": ("mei.csv", content, "text/csv")}
    ).headers["location"]
    said = fields(operator_client.get(columns).text)
    said["role"] = ["" for _ in said["role"]]
    answer = operator_client.post(columns, data=said)
    assert answer.status_code == 422
    assert "Er ontbreekt nog iets" in answer.text


def test_a_profile_is_kept_in_versions(service: Service, organisation: Organisation, exports: Path) -> None:
    draft = guessed(exports / "klusdag.csv")
    with (exports / "klusdag.csv").open("rb") as stream:
        document = mapping.guessed_document(
            draft, mapping.words(mapping.count_words(stream, draft)), title="Klusdag", name_check="none"
        )
    with service.database.writing() as session:
        first = profiles.save(session, organisation, document, now=service.clock())
        again = profiles.save(session, organisation, document, now=service.clock())
        later = profiles.save(session, organisation, {**document, "name_check": "bank"}, now=service.clock())
        assert (first.version, again.version, later.version) == (1, 1, 2)
        assert profiles.find(session, organisation, "klusdag").name_check == "bank"
