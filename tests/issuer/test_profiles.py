"""A profile is checked when it is loaded, and a fault in it is named by its place."""

import pytest

from issuer.imports import ProfileError, available_profiles, load_profile
from issuer.samples import SAMPLES
from standard import taxonomy

GOOD = """
title = "Test"
name_check = "none"
format = "csv"
categories = { "Afwas" = "" }

[columns]
worker = "w"
worker_name = ["voornaam", "achternaam"]
gig = ["w", "start"]
category = "c"

[time]
kind = "timestamps"
start = "start"
end = "end"

[[rating]]
column = "duim"
worst = 0
best = 1
words = { "omhoog" = 1 }
"""


def load(tmp_path, text):
    path = tmp_path / "mijn-platform.toml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path)


def test_every_sample_has_a_profile_of_its_own():
    assert {sample.profile for sample in SAMPLES} <= set(available_profiles())


@pytest.mark.parametrize("name", available_profiles())
def test_a_shipped_profile_maps_to_occupations_of_the_table(name):
    profile = load_profile(name)
    assert profile.name == name
    assert all(taxonomy.occupation(uri) for uri in profile.categories.values() if uri)


def test_a_profile_is_named_after_its_file_and_lists_its_columns_once(tmp_path):
    profile = load(tmp_path, GOOD)
    assert profile.name == "mijn-platform"
    assert profile.required_columns == ("w", "voornaam", "achternaam", "start", "c", "end", "duim")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('title = "Test"', "", "title"),
        ('format = "csv"', 'format = "xml"', "xml"),
        ('format = "csv"', 'format = "csv"\ncolour = "red"', "colour"),
        ('"Afwas" = ""', '"Afwas" = "http://example.org/"', "Afwas"),
        ('kind = "timestamps"', 'kind = "sundial"', "time"),
        ('kind = "timestamps"', 'kind = "timestamps"\nzone = "Mars/Utopia"', "zone"),
        ("best = 1", "best = 0", "rating"),
        ('category = "c"', "", "category"),
        ('title = "Test"', "title =", "no TOML"),
    ],
)
def test_a_fault_in_a_profile_is_named(tmp_path, old, new, place):
    with pytest.raises(ProfileError, match=place):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_a_profile_that_does_not_exist_is_named():
    with pytest.raises(ProfileError, match="nergens"):
        load_profile("nergens")
