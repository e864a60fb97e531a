"""The sample exports are what real ones are: many people, many formats, a few bad rows, one seed."""

import json
import os
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from issuer.batch.describe import statements
from issuer.imports import Reason, RowError, Tally, load_profile, parse
from issuer.samples import FATIMA, SAMPLES, TODAY, generate

SHARED = Path(os.environ.get("KLUSCV_SHARED", "../shared"))
SEED = 1
BAD_ROWS = {
    "klusdag": 6,
    "helder-thuis": 5,
    "oppaspunt": 6,
    "veldkracht": 6,
    "snelgebracht": 5,
    "vakhulp": 5,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("samples")
    generate(path, seed=SEED)
    return path


def imported(folder, sample):
    tally = Tally()
    with folder.joinpath(sample.file_name).open("rb") as stream:
        profile = load_profile(sample.profile)
        items = list(tally.count(parse(stream, profile, file_name=sample.file_name, as_of=TODAY)))
    faults = [item for item in items if isinstance(item, RowError)]
    records = [item for item in items if not isinstance(item, RowError)]
    return tally, records, faults


def described(folder, sample):
    _, records, _ = imported(folder, sample)
    return statements(records, as_of=TODAY, name_check=sample.name_check)


@pytest.fixture(scope="module")
def everybody(folder):
    return {sample.slug: described(folder, sample) for sample in SAMPLES}


@pytest.fixture(scope="module")
def fatima(everybody):
    found = {
        slug: [stated for stated in workers.values() if stated.worker.name == FATIMA]
        for slug, workers in everybody.items()
    }
    assert all(len(stated) == 1 for stated in found.values())
    return {slug: stated for slug, (stated,) in found.items()}


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    generate(tmp_path / "again", seed=SEED)
    generate(tmp_path / "other", seed=SEED + 1)
    for sample in SAMPLES:
        written = (folder / sample.file_name).read_bytes()
        assert written == (tmp_path / "again" / sample.file_name).read_bytes()
        assert written != (tmp_path / "other" / sample.file_name).read_bytes()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_seed_only_the_rows_meant_to_be_bad_are_bad(seed, tmp_path):
    generate(tmp_path, seed=seed)
    for sample in SAMPLES:
        tally, _, faults = imported(tmp_path, sample)
        assert (tally.bad, len(faults)) == (BAD_ROWS[sample.slug],) * 2, faults
        assert tally.cancelled > 0


def test_the_bad_rows_show_every_kind_that_the_issue_names(folder):
    reasons = {fault.reason for sample in SAMPLES for fault in imported(folder, sample)[2]}
    named = {
        Reason.MISSING,
        Reason.HOURS,
        Reason.CATEGORY,
        Reason.RATING,
        Reason.CITIZEN_NUMBER,
        Reason.DUPLICATE,
        Reason.UNDECODABLE,
    }
    assert named <= reasons


def test_the_name_check_of_the_profile_is_that_of_the_organisation():
    assert all(load_profile(sample.profile).name_check is sample.name_check for sample in SAMPLES)


def test_fatima_has_a_varied_history_everywhere(fatima):
    histories = [stated.work_history for stated in fatima.values()]
    reviews = [review for stated in fatima.values() if stated.ratings for review in stated.ratings.reviews]
    assert sum(history.totals.gig_count for history in histories) == 600
    assert sum(len(history.engagements) for history in histories) == 7
    assert 170 <= len(reviews) <= 230
    assert {"nl", "en", "pl", "tr", "ar", "fy"} <= {review.language for review in reviews}
    assert [history.period.current for history in histories].count(False) == 1
    assert fatima["klusdag"].work_history.period.start_date.year == 2021
    assert fatima["veldkracht"].work_history.totals.achievement_count == 2


def test_no_two_reviews_of_a_worker_read_alike(everybody):
    for workers in everybody.values():
        for stated in workers.values():
            texts = Counter(review.text for review in stated.ratings.reviews) if stated.ratings else Counter()
            assert not [text for text, count in texts.items() if count > 1]


def test_there_is_somebody_with_one_gig_and_somebody_with_forty_kinds(everybody):
    everyone = [stated.work_history for workers in everybody.values() for stated in workers.values()]
    assert min(history.totals.gig_count for history in everyone) == 1
    assert max(history.totals.occupation_count for history in everyone) >= 40
    assert all(8 <= len(workers) <= 40 for workers in everybody.values())


def test_names_come_in_several_scripts_and_lengths(everybody):
    names = {stated.worker.name for workers in everybody.values() for stated in workers.values()}
    assert any("ARABIC" in unicodedata.name(name[0]) for name in names)
    assert any("ł" in name for name in names)
    assert any("ş" in name for name in names)
    assert max(map(len, names)) > 40


def test_nobody_who_reviewed_is_named(everybody):
    assert "de Boer" not in repr(everybody)
    assert "Opdrachtgever 7" not in repr(everybody)


def test_files_are_written_as_such_platforms_write_them(folder):
    assert (folder / "klusdag.csv").read_bytes().startswith(b"\xef\xbb\xbfKlusnr;")
    with pytest.raises(UnicodeDecodeError):
        (folder / "helder-thuis.csv").read_bytes().decode("utf-8")
    assert "€ ".encode("windows-1252") in (folder / "helder-thuis.csv").read_bytes()
    told = [stated.ratings.reviews for stated in described(folder, SAMPLES[2]).values() if stated.ratings]
    assert any("\n" in review.text for reviews in told for review in reviews)
    assert "\\N" in (folder / "snelgebracht.csv").read_text(encoding="utf-8")


def test_every_open_platforms_document_follows_the_schema_of_the_format(folder):
    source = SHARED / "data" / "open-platforms" / "openplatforms_platform_schema.json"
    if not source.exists():
        pytest.skip(f"the JSON Schema of Open Platforms is not at {source}")
    validator = Draft7Validator(json.loads(source.read_text(encoding="utf-8")))
    documents = json.loads((folder / "veldkracht.json").read_text(encoding="utf-8"))
    assert len(documents) == len(described(folder, SAMPLES[3]))
    assert [error.message for document in documents for error in validator.iter_errors(document)] == []
