"""A KlusCV in formats of others: what they can hold comes back, and the copies travel where they may."""

from __future__ import annotations

import json

import pytest

from standard import mappings
from standard.mappings import career
from standard.model import DisclosedPresentation, Form
from standard.verification import Outcome, disclose
from tests.world import RATING_HISTORY, WORK_HISTORY, make_world
from wallet.compose import KlusCV
from wallet.other_formats import FORMATS

WORLD = make_world()


@pytest.fixture(scope="module")
def made() -> KlusCV:
    copies = [
        WORLD.organisation.issue(statement, Form.SD_JWT, WORLD.holder)
        for statement in (WORK_HISTORY, RATING_HISTORY)
    ]
    text = WORLD.present(copies)
    return KlusCV(text.encode(), disclose(text), ())


def jobs(presentation: DisclosedPresentation) -> list[tuple[str | None, str | None]]:
    return [(job.organisation, job.title) for job in career(presentation).value.jobs]


def test_the_work_comes_back_from_every_format_that_is_read(made: KlusCV) -> None:
    read = {
        "json-resume": lambda data: mappings.read_resume(json.loads(data)),
        "europass": mappings.read_europass,
        "hr-open": lambda data: mappings.read_career_profile(json.loads(data)),
    }
    for name, reader in read.items():
        found = reader(FORMATS[name].write(made).value).value
        assert [(job.organisation, job.title) for job in found.jobs] == jobs(made.disclosed), name


def test_the_copies_in_a_career_profile_verify(made: KlusCV) -> None:
    profile = json.loads(FORMATS["hr-open"].write(made).value)
    text = json.dumps(profile)
    assert "EnvelopedVerifiableCredential" in text
    (first, *_) = profile["employmentHistories"]
    copies = [each for each in _objects(first) if each.get("type") == "EnvelopedVerifiableCredential"]
    assert copies
    assert all(WORLD.verify(json.dumps(copy)).outcome is Outcome.VALID for copy in copies)


def test_badges_are_unsigned_and_one_for_each_kind_of_work_and_achievement(made: KlusCV) -> None:
    mapped = FORMATS["open-badges"].write(made)
    badges = json.loads(mapped.value)
    assert len(badges) == len(WORK_HISTORY.engagements) + len(WORK_HISTORY.achievements)
    assert all("proof" not in badge for badge in badges)
    assert {loss.place for loss in mapped.losses} >= {"statements[0].content.totals", "statements[1].content"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_it_lost(made: KlusCV, name: str) -> None:
    assert FORMATS[name].write(made).losses


def _objects(value: object) -> list[dict]:
    if isinstance(value, dict):
        return [value, *(each for item in value.values() for each in _objects(item))]
    return [each for item in value for each in _objects(item)] if isinstance(value, list) else []
