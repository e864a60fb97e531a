"""An export becomes statements at the commit; a repeat changes nothing; a later export updates."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from sqlmodel import select

from issuer import batch
from issuer.content import read_statement
from issuer.errors import ImportStateError
from issuer.imports import ImportFileError, StrictImportError
from issuer.service import Service
from issuer.store.imports import refused_rows
from issuer.store.workers import count_statements, latest_statements, search_text, statements_of
from issuer.tables import Import, Organisation, StagedBlock, Statement, Worker
from standard.model import WorkHistory
from tests.issuer.acting import commit, import_export, read_export


def read(service: Service, organisation: Organisation, content: bytes, *, strict: bool = False) -> Import:
    return read_export(service, organisation, BytesIO(content), strict=strict)


def rows(content: bytes, keep: float) -> bytes:
    """The header and the first part of an export's rows."""
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: 1 + int(keep * (len(lines) - 1))])


def test_a_preview_states_nothing(service: Service, organisation: Organisation, export: Path) -> None:
    made = read(service, organisation, export.read_bytes())
    assert made.good_count > 50
    assert made.bad_count > 0
    with service.database.reading() as session:
        assert count_statements(session, organisation.id or 0) == 0


def test_bad_rows_are_kept_with_file_row_column_and_reason(service: Service, imported: Import) -> None:
    with service.database.reading() as session:
        refused = list(refused_rows(session, imported.id, limit=100))
    assert refused
    assert all(row.file == "vakhulp.csv" and row.row > 1 and row.reason for row in refused)
    assert "citizen-number" in {row.reason for row in refused}


def test_importing_the_same_file_twice_changes_nothing(
    service: Service, organisation: Organisation, imported: Import, export: Path
) -> None:
    assert imported.new_statement_count > 0
    again = import_export(service, organisation, export)
    assert again.new_statement_count == 0
    with service.database.reading() as session:
        assert count_statements(session, organisation.id or 0) == imported.new_statement_count


def test_a_commit_empties_what_was_staged(service: Service, imported: Import) -> None:
    with service.database.reading() as session:
        assert session.exec(select(StagedBlock)).first() is None


def test_a_later_export_updates_and_the_older_statement_stays(
    service: Service, organisation: Organisation, export: Path, tmp_path: Path
) -> None:
    early = tmp_path / "vakhulp.csv"
    early.write_bytes(rows(export.read_bytes(), 0.5))
    import_export(service, organisation, early)
    later = import_export(service, organisation, export)
    assert later.new_statement_count > 0
    with service.database.reading() as session:
        updated = session.exec(select(Statement).where(Statement.version == 2)).all()
        for statement in updated:
            versions = [
                item for item in statements_of(session, statement.worker_id) if item.type == statement.type
            ]
            assert [item.version for item in versions] == [2, 1]
            assert versions[0].as_of >= versions[1].as_of
        assert updated


def test_a_part_and_then_the_whole_say_the_same_as_the_whole(
    service: Service, organisation: Organisation, export: Path, tmp_path: Path, fatima: Worker
) -> None:
    with service.database.reading() as session:
        whole = [read_statement(item.type, item.content) for item in latest_statements(session, fatima.id)]
    part = tmp_path / "vakhulp.csv"
    part.write_bytes(rows(export.read_bytes(), 0.3))
    assert import_export(service, organisation, part).new_statement_count == 0
    with service.database.reading() as session:
        after = [read_statement(item.type, item.content) for item in latest_statements(session, fatima.id)]
    assert after == whole
    assert isinstance(whole[0], WorkHistory)


def test_statements_speak_of_the_last_day_that_the_exports_tell_about(
    service: Service, imported: Import
) -> None:
    with service.database.reading() as session:
        stated = session.exec(select(Statement)).all()
    days = {statement.as_of for statement in stated}
    assert len(days) == 1
    assert days.pop() <= service.clock().date()


def test_strict_stops_at_the_first_bad_row_and_keeps_nothing(
    service: Service, organisation: Organisation, export: Path
) -> None:
    with pytest.raises(StrictImportError) as caught:
        read(service, organisation, export.read_bytes(), strict=True)
    assert caught.value.row_error.row > 1
    with service.database.reading() as session:
        assert session.exec(select(Import)).first() is None
        assert session.exec(select(StagedBlock)).first() is None


def test_a_file_that_is_no_export_keeps_nothing(service: Service, organisation: Organisation) -> None:
    with pytest.raises(ImportFileError):
        read(service, organisation, b"name;date\nx;y\n")
    with service.database.reading() as session:
        assert session.exec(select(Import)).first() is None


def test_an_import_is_decided_on_once(
    service: Service, organisation: Organisation, imported: Import, export: Path
) -> None:
    with pytest.raises(ImportStateError):
        commit(service, organisation, imported.id)
    other = read(service, organisation, export.read_bytes())
    with service.database.writing() as session:
        batch.discard(session, organisation, other.id)
        assert session.exec(select(StagedBlock)).first() is None
    with pytest.raises(ImportStateError), service.database.writing() as session:
        batch.discard(session, organisation, other.id)


def test_searching_minds_neither_case_nor_accents() -> None:
    assert search_text("Ayşe WÓJCIK") == "ayse wojcik"


def test_a_cell_with_a_control_character_stops_neither_database(
    service: Service, organisation: Organisation, export: Path
) -> None:
    content = export.read_bytes().replace(b"Fatima el Amrani", b"Fatima\x00el\x01Amrani")
    made = read(service, organisation, content)
    assert commit(service, organisation, made.id).state == "committed"
