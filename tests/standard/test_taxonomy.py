"""The table of occupations is sound, and every lookup tells the same story."""

import csv
import os
import re
from pathlib import Path

import pytest

from standard import taxonomy

SHARED = Path(os.environ.get("KLUSCV_SHARED", "../shared"))


def test_codes_count_up_from_one_without_gaps():
    assert [known.code for known in taxonomy.all()] == list(range(1, len(taxonomy.all()) + 1))


def test_uris_and_labels_are_unique():
    for values in (
        [known.uri for known in taxonomy.all()],
        [known.labels["nl"] for known in taxonomy.all()],
        [known.labels["en"] for known in taxonomy.all()],
    ):
        assert len(set(values)) == len(values)


def test_labels_are_short_and_name_nobodys_gender():
    for known in taxonomy.all():
        for label in known.labels.values():
            assert 0 < len(label) <= 32
            assert not re.search(r"/|\((st)?er\)|man\b|vrouw\b|ster\b|woman\b|ess\b", label), label


@pytest.mark.parametrize("known", taxonomy.all(), ids=lambda known: str(known.code))
def test_an_occupation_is_found_by_uri_and_by_code(known):
    assert taxonomy.occupation(known.uri) is known
    assert taxonomy.by_code(known.code) is known
    assert taxonomy.label(known.uri, "nl") == known.labels["nl"]


def test_what_is_not_in_the_table_is_none():
    assert taxonomy.occupation("http://data.europa.eu/esco/occupation/none") is None
    assert taxonomy.by_code(0) is None
    assert taxonomy.label("http://data.europa.eu/esco/occupation/none", "nl") is None
    assert taxonomy.label(taxonomy.all()[0].uri, "xx") is None


def test_every_uri_and_group_is_one_of_esco():
    source = SHARED / "data" / "esco" / "occupations_nl.csv"
    if not source.exists():
        pytest.skip(f"the ESCO download is not at {source}")
    with source.open(encoding="utf-8", newline="") as table:
        groups = {row["conceptUri"]: row["iscoGroup"] for row in csv.DictReader(table)}
    assert all(groups.get(known.uri) == known.isco for known in taxonomy.all())
