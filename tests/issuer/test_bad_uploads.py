"""What must not be an export, put down all the same: a clear answer, and nothing is kept of it."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlmodel import select
from starlette.types import Message, Receive

from issuer.app import create_app
from issuer.imports import ImportFileError, Limits, Tally, load_profile, parse
from issuer.migrations import upgrade
from issuer.routes import dashboard
from issuer.routes.dashboard.logged_in_first import LoggedInFirst
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.spreadsheet import as_text
from issuer.tables import Import, Organisation, RefusedRow, StagedBlock, Upload, UploadChunk
from issuer.views.refused import refused_lines
from tests.issuer.acting import Clock, add_organisation, run_jobs
from tests.issuer.test_corrections import HEADER, gig
from tests.issuer.test_platform_api import bearer, new_client, new_key

MANAGE = "/beheer/vakhulp"


def put(
    client: TestClient, content: bytes, *, name: str = "x.csv", profile: str = "klusdag"
) -> tuple[int, str]:
    """Upload and follow to the page that answers."""
    answer = client.post(
        f"{MANAGE}/exports", files={"export": (name, content, "text/csv")}, data={"profile": profile}
    )
    if answer.status_code == 303:
        return 303, client.get(answer.headers["location"]).text
    return answer.status_code, answer.text


def nothing_is_kept(service: Service) -> bool:
    with service.database.reading() as session:
        tables = (Import, StagedBlock, RefusedRow, Upload, UploadChunk)
        return all(session.exec(select(table)).first() is None for table in tables)


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.csv", b"0" * 10_000_000)
    return packed.getvalue()


WIDE = ";".join(f"kolom {number}" for number in range(10_000)).encode()


OTHER_KINDS = pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Het bestand is leeg."),
        (zip_bomb(), "ingepakt bestand of een werkmap"),
        (gzip.compress(b"a;b\n" * 100_000), "ingepakt bestand of een werkmap"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ingepakt bestand of een werkmap"),
        ("Klusnr;Naam\n".encode("utf-16"), "op een andere manier opgeslagen"),
        (HEADER.encode("utf-16-le"), "op een andere manier opgeslagen"),
        (HEADER.encode("utf-16-be"), "op een andere manier opgeslagen"),
        (WIDE + b"\n" + WIDE, "te veel kolommen"),
        (b"x" * 1_000_000, "breekt af, of is van een andere soort"),
    ],
    ids=[
        "empty",
        "zip bomb",
        "gzip",
        "workbook",
        "utf-16",
        "utf-16-le without a mark",
        "utf-16-be without a mark",
        "10,000 columns",
        "one long line",
    ],
)
BAD_ROWS = pytest.mark.parametrize(
    ("row", "reason"),
    [
        (gig(1, "03-03-2025").replace("horeca", "ho\0reca").encode(), "undecodable"),
        (gig(1, "03-03-2025").replace("horeca", "x" * 300_000).encode(), "too-long"),
        (gig(1, "03-03-2025").replace("horeca", "café").encode("windows-1252"), "undecodable"),
        ((";" * 10_000 + "\n").encode().replace(b";", b"a;", 1), "column-count"),
        (b'"' + b"a;\n" * 200_000, "malformed"),
        (gig(1, "03-03-2027").encode(), "future"),
    ],
    ids=["NUL byte", "long line", "other encoding", "10,000 cells", "open quotation mark", "future"],
)


@pytest.mark.parametrize("profile", ["klusdag", ""], ids=["with a profile", "to the assistant"])
@OTHER_KINDS
def test_a_file_of_another_kind_is_refused_in_words_and_leaves_nothing(
    operator_client: TestClient, organisation: Organisation, service: Service, content: bytes, words: str,
    profile: str,
) -> None:  # fmt: skip
    status, page = put(operator_client, content, profile=profile)
    assert (status, words in page) == (422, True)
    assert nothing_is_kept(service)


@BAD_ROWS
def test_a_bad_row_is_named_and_the_good_ones_around_it_stay(
    operator_client: TestClient, organisation: Organisation, service: Service, row: bytes, reason: str
) -> None:
    content = HEADER.encode() + gig(2, "04-03-2025").encode() + row
    status, _ = put(operator_client, content)
    assert status == 303
    run_jobs(service)
    with service.database.reading() as session:
        assert session.exec(select(Import)).one().good_count == 1
        assert reason in set(session.exec(select(RefusedRow.reason)))


@pytest.fixture
def key(service: Service, organisation: Organisation) -> dict[str, str]:
    return bearer(new_key(service, new_client(service, organisation)))


@OTHER_KINDS
def test_a_program_hears_what_is_wrong_with_a_file_and_it_leaves_nothing(
    client: TestClient, key: dict[str, str], service: Service, content: bytes, words: str
) -> None:
    answer = client.post("/v1/batches?profile=klusdag", content=content, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "import-file"), words
    assert answer.headers["content-type"] == "application/problem+json"
    assert nothing_is_kept(service)


@BAD_ROWS
def test_a_program_is_given_the_bad_row_and_the_good_ones_stay(
    client: TestClient, key: dict[str, str], service: Service, row: bytes, reason: str
) -> None:
    content = HEADER.encode() + gig(2, "04-03-2025").encode() + row
    begun = client.post("/v1/batches?profile=klusdag", content=content, headers=key).json()
    run_jobs(service)
    made = client.get(f"/v1/batches/{begun['id']}", headers=key).json()
    assert (made["state"], made["good_count"]) == ("preview", 1)
    errors = client.get(f"/v1/batches/{made['id']}/errors", headers=key).json()["items"]
    assert reason in {each["reason"] for each in errors}


def test_markup_and_formulas_reach_programs_as_the_text_that_they_are(
    client: TestClient, key: dict[str, str]
) -> None:
    """JSON is no page and no spreadsheet: nothing is made harmless there, and nothing is a page."""
    name = '=HYPERLINK("https://x.example")<script>.csv'
    content = (HEADER + gig(1, "31-02-2025") + gig(2, "04-03-2025")).encode()
    sent = client.post(
        "/v1/batches", params={"profile": "klusdag", "file_name": name}, content=content, headers=key
    )
    assert sent.json()["file_name"] == name
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-content-type-options"] == "nosniff"


def test_rows_after_a_bad_one_are_read(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    long = gig(1, "03-03-2025").replace("horeca", "x" * 300_000)
    put(operator_client, (HEADER + long + gig(2, "04-03-2025") + gig(3, "05-03-2025")).encode())
    with service.database.reading() as session:
        made = session.exec(select(Import)).one()
        assert (made.good_count, made.bad_count) == (2, 1)


def test_markup_in_an_export_is_text_on_every_page(
    operator_client: TestClient, organisation: Organisation
) -> None:
    evil = "<script>alert(1)</script>"
    content = HEADER + gig(1, "03-03-2025").replace("Fatima de Jong", f"Fa {evil}").replace("Barwerk", evil)
    status, page = put(operator_client, content.encode(), name=f"{evil}.csv")
    assert status == 303
    assert evil not in page
    _, page = put(operator_client, content.encode(), name=f"{evil}.csv", profile="")
    assert evil not in page
    assert "&lt;script&gt;" in page


def test_downloaded_faults_hold_no_formula_and_speak_the_operator_s_language(
    operator_client: TestClient, organisation: Organisation
) -> None:
    content = HEADER + gig(1, "31-02-2025")
    sent = operator_client.post(
        f"{MANAGE}/exports",
        files={"export": ('=HYPERLINK("https://x.example").csv', content.encode(), "text/csv")},
        data={"profile": "klusdag"},
    )
    address = f"{sent.headers['location']}/fouten.csv"
    dutch = operator_client.get(address, headers={"Accept-Language": "nl"})
    rows = list(csv.reader(io.StringIO(dutch.content.decode("utf-8-sig"))))
    assert rows[0] == ["Bestand", "Regel", "Kolom", "Wat is er mis?", "Code"]
    assert rows[1][1:] == ["2", "Datum", "Datum kan niet kloppen", "date"]
    assert all(cell == as_text(cell) for row in rows for cell in row)
    assert rows[1][0].startswith("'=")
    english = operator_client.get(address, headers={"Accept-Language": "en"}).text
    assert "What is wrong?" in english


def test_a_slow_download_of_faults_holds_up_nobody_who_writes(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    """On SQLite, a transaction that is left open while it reads lets nobody commit."""
    put(operator_client, (HEADER + gig(1, "31-02-2025") * 3_000).encode())
    with service.database.reading() as session:
        made = session.exec(select(Import)).one()
    pieces = refused_lines(service.database, organisation, made.id, language="nl")
    first = next(pieces)
    with service.database.writing() as session:
        session.get_one(Import, made.id).file_name = "written meanwhile"
    rows = list(csv.reader(io.StringIO(first + "".join(pieces))))
    assert [int(row[1]) for row in rows[1:]] == list(range(2, 3_002))


@pytest.fixture
def small(settings: IssuerSettings, clock: Clock, operator_client: TestClient) -> Iterator[TestClient]:
    """The same service with a limit of 1,100,000 bytes for an upload."""
    app = create_app(settings.model_copy(update={"upload_limit_bytes": 1_100_000}), clock)
    upgrade(app.state.service.database)
    with TestClient(app, base_url=settings.base_url, follow_redirects=False) as opened:
        opened.cookies.update(operator_client.cookies)
        yield opened


def test_an_upload_over_the_limit_is_cut_off(
    small: TestClient, organisation: Organisation, service: Service
) -> None:
    status, page = put(small, HEADER.encode() + b"x" * 1_200_000)
    assert (status, "te groot" in page, "hooguit 1 MB" in page) == (413, True, True)
    assert nothing_is_kept(service)


@pytest.mark.parametrize(
    "address",
    ["/v1/batches/pull", f"/v1/batches/{UUID(int=1)}/commit", f"{MANAGE}/uploads/{UUID(int=1)}/kolommen"],
)
def test_an_address_that_takes_no_file_reads_no_more_than_a_form(
    operator_client: TestClient, key: dict[str, str], address: str
) -> None:
    headers = {**key, "Content-Type": "application/x-www-form-urlencoded"}
    answer = operator_client.post(address, content=b"x=" + b"x" * (2 << 20), headers=headers)
    assert answer.status_code == 413


def sent(client: TestClient, address: str, receive: Receive, content_type: bytes, **headers: str) -> int:
    """Post a body as the server hands it on, piece by piece; the client of tests has it whole."""
    answers: list[Message] = []
    path, _, query = address.partition("?")

    async def told(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": query.encode(), "scheme": "http",
        "headers": [
            (b"content-type", content_type), (b"host", b"127.0.0.1:8101"),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "server": ("127.0.0.1", 8101), "client": ("127.0.0.1", 1), "root_path": "", "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(client.app(scope, receive, told))
    status: int = answers[0]["status"]
    return status


def test_every_route_that_takes_a_file_asks_first_who_sends_it() -> None:
    routes = [
        route for part in dashboard.PARTS for route in part.router.routes if isinstance(route, APIRoute)
    ]
    taking_files = {
        route.path: type(route)
        for route in routes
        if isinstance(route, APIRoute)
        and any("UploadFile" in str(field.field_info.annotation) for field in route.dependant.body_params)
    }
    assert len(taking_files) >= 3
    assert set(taking_files.values()) == {LoggedInFirst}


@pytest.mark.parametrize("address", ["exports", "bewijzen/intrekken", "instellingen/logo"])
def test_no_byte_of_a_file_is_read_from_somebody_who_is_not_logged_in(
    client: TestClient, organisation: Organisation, address: str
) -> None:

    async def never() -> Message:
        raise AssertionError("the body was read")

    assert sent(client, f"{MANAGE}/{address}", never, b"multipart/form-data; boundary=x") == 401


@pytest.mark.parametrize("kind", ["page", "program"])
def test_of_an_upload_that_is_broken_off_nothing_is_kept_and_no_fault_of_ours_is_counted(
    operator_client: TestClient, key: dict[str, str], service: Service, kind: str
) -> None:
    start = (
        b""
        if kind == "program"
        else b'--x\r\nContent-Disposition: form-data; name="export"; filename="x"\r\n\r\n'
    )
    messages: list[Message] = [
        {"type": "http.request", "body": start + HEADER.encode() * 20_000, "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def half() -> Message:
        return messages.pop(0)

    address = f"{MANAGE}/exports" if kind == "page" else "/v1/batches?profile=klusdag"
    cookies = "; ".join(f"{name}={value}" for name, value in operator_client.cookies.items())
    more = {"Cookie": cookies} if kind == "page" else key
    assert sent(operator_client, address, half, b"multipart/form-data; boundary=x", **more) == 400
    assert nothing_is_kept(service)


@pytest.mark.parametrize(
    ("length", "expect", "heard"),
    [(2 << 20, b"", 3), (2 << 20, b"100-continue", 0), (1 << 30, b"", 0)],
    ids=["a little too much", "who waits for leave", "far too much"],
)
def test_who_sends_a_little_too_much_is_heard_out(
    client: TestClient, length: int, expect: bytes, heard: int
) -> None:
    """Otherwise the connection ends while they send, and they may never read why."""
    sent, answers = 0, list[Message]()

    async def sending() -> Message:
        nonlocal sent
        sent += 1
        return {"type": "http.request", "body": b"x", "more_body": sent < 3}

    async def told(message: Message) -> None:
        answers.append(message)

    headers = [(b"content-length", str(length).encode()), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/offers", "query_string": b"", "http_version": "1.1",
        "headers": [*headers, (b"expect", expect)] if expect else headers, "scheme": "http",
        "server": ("127.0.0.1", 8101), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    asyncio.run(client.app(scope, sending, told))
    assert (answers[0]["status"], sent) == (413, heard)


class Endless:
    """An export that never ends, row after row."""

    def __init__(self) -> None:
        self._row = 0
        self.given = 0

    def read(self, size: int, /) -> bytes:
        chunk = HEADER.encode() if not self._row else b""
        while len(chunk) < size:
            self._row += 1
            chunk += gig(self._row, "03-03-2025").encode()
        self.given += len(chunk)
        return chunk


def test_reading_stops_at_the_limit_of_a_file() -> None:
    endless, tally = Endless(), Tally()
    limits = Limits(file_bytes=3_000_000)
    with pytest.raises(ImportFileError, match="larger than an import may be"):
        for _ in tally.count(parse(endless, load_profile("klusdag"), file_name="x", limits=limits)):
            pass
    assert endless.given < 4_000_000


def test_a_second_organisation_sees_nothing_of_the_first_one_s_uploads(
    operator_client: TestClient, organisation: Organisation, service: Service
) -> None:
    add_organisation(service, "andere")
    content = (HEADER + gig(1, "03-03-2025") * 3).encode()
    sent = operator_client.post(f"{MANAGE}/exports", files={"export": ("x.csv", content, "text/csv")})
    other = sent.headers["location"].replace("vakhulp", "andere")
    assert operator_client.get(other).status_code == 404
    read = operator_client.post(
        f"{MANAGE}/exports", files={"export": ("x.csv", content, "text/csv")}, data={"profile": "klusdag"}
    ).headers["location"].replace("vakhulp", "andere")  # fmt: skip
    assert operator_client.get(f"{read}/fouten.csv").status_code == 404
