from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from standard import strict_json
from standard.errors import DataModelError, UnreadableError
from standard.mappings import (
    Award,
    Career,
    Job,
    Loss,
    Mapped,
    Reason,
    read_career_profile,
    read_europass,
    read_resume,
    write_career_profile,
    write_europass,
    write_resume,
)
from standard.model import Did, DisclosedPresentation
from tests.standard.mapping_laws import PRESENTATION, is_lost, leaves, names_nothing, presentations, restored
from tests.standard.statements import DISHWASHER
from tests.standard.vectors import PROJECT

Write = Callable[[DisclosedPresentation], Mapped[Any]]
Read = Callable[[Any], Mapped[Career]]


def _write_career_profile(presentation: DisclosedPresentation) -> Mapped[dict[str, Any]]:
    return write_career_profile(presentation, verifications={})


FORMATS = pytest.mark.parametrize(
    ("write", "read"),
    [
        pytest.param(write_resume, read_resume, id="json-resume"),
        pytest.param(_write_career_profile, read_career_profile, id="hr-open"),
        pytest.param(write_europass, read_europass, id="europass"),
    ],
)


@FORMATS
@given(presentation=presentations)
def test_what_a_report_does_not_name_comes_back(
    write: Write, read: Read, presentation: DisclosedPresentation
) -> None:
    written = write(presentation)
    back = restored(presentation, read(written.value).value, written.losses)
    for place, said in leaves(presentation):
        assert is_lost(place, written.losses) or back[place] == said, place


@FORMATS
@given(presentation=presentations)
def test_a_report_names_only_what_was_there(
    write: Write, read: Read, presentation: DisclosedPresentation
) -> None:
    assert names_nothing(presentation, write(presentation).losses) == []


@FORMATS
@given(presentation=presentations)
def test_our_own_documents_are_read_without_loss(
    write: Write, read: Read, presentation: DisclosedPresentation
) -> None:
    back = read(write(presentation).value)
    assert [loss for loss in back.losses if loss.reason is not Reason.PRECISION] == []


@FORMATS
def test_counts_and_marks_arrive_in_the_words_of_the_page(write: Write, read: Read) -> None:
    jobs = read(write(PRESENTATION).value).value.jobs
    assert jobs[0].remarks == (
        "148 klussen, 1036 uur, 31 opdrachtgevers",
        "Beoordeling: 4,72 op een schaal van 1 tot 5 (141 beoordelingen)",
    )


@FORMATS
def test_a_mark_of_another_organisation_stays_out_of_a_job(write: Write, read: Read) -> None:
    work, marks = PRESENTATION.statements
    elsewhere = replace(marks, issuer=Did("did:web:elsewhere.example"))
    written = write(replace(PRESENTATION, statements=(work, elsewhere)))
    assert read(written.value).value.jobs[0].remarks == ("148 klussen, 1036 uur, 31 opdrachtgevers",)
    assert Loss("statements[1].content.ratings[0]", Reason.NO_PLACE) in written.losses


@FORMATS
def test_a_language_without_words_of_ours_is_answered_in_english(write: Write, read: Read) -> None:
    presentation = replace(PRESENTATION, language="tr")
    assert read(write(presentation).value).value.jobs[0].remarks[0].startswith("148 gigs, 1036 hours")


@FORMATS
def test_a_job_that_goes_on_has_no_end(write: Write, read: Read) -> None:
    going_on, ended = read(write(PRESENTATION).value).value.jobs
    assert (going_on.current, going_on.last_date) == (True, None)
    assert (ended.current, ended.last_date) == (False, "2024-02-29")


@cache
def _resume_schema() -> dict[str, Any]:
    path = PROJECT / "node_modules" / "@jsonresume" / "schema" / "schema.json"
    if not path.is_file():
        pytest.skip("needs the npm packages of package.json")
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@pytest.mark.independent
@given(presentations)
def test_a_resume_follows_the_published_schema(presentation: DisclosedPresentation) -> None:
    Draft7Validator(_resume_schema()).validate(write_resume(presentation).value)


@pytest.mark.independent
def test_the_published_sample_resume_is_read_whole_or_named() -> None:
    _resume_schema()
    sample = PROJECT / "node_modules" / "@jsonresume" / "schema" / "sample.resume.json"
    read = read_resume(json.loads(sample.read_text(encoding="utf-8")))
    assert read.value.full_name and read.value.jobs and read.value.awards
    assert not [loss for loss in read.losses if loss.reason is Reason.MALFORMED]
    assert Loss("skills", Reason.NOT_READ) in read.losses


def test_a_career_profile_names_the_occupation_by_its_esco_address() -> None:
    profile = write_career_profile(PRESENTATION, verifications={}).value
    position = profile["employmentHistories"][0]["positionHistories"][0]
    assert position["jobCategories"] == [{"id": {"value": DISHWASHER, "schemeId": "ESCO"}}]


def test_a_career_profile_carries_the_proof_beside_the_job() -> None:
    proof = {"type": "EnvelopedVerifiableCredential", "id": "data:application/dc+sd-jwt,eyJ…"}
    copies = {PRESENTATION.statements[0].copy_id: proof}
    profile = write_career_profile(PRESENTATION, verifications=copies).value
    assert [job["verifications"] for job in profile["employmentHistories"]] == [[proof], [proof]]
    read = read_career_profile(profile)
    assert Loss("employmentHistories[0].verifications", Reason.NOT_READ) in read.losses


def test_a_career_profile_of_someone_else_is_read() -> None:
    read = read_career_profile(
        {
            "type": "http://schema.hropenstandards.org/4.5/recruiting/json/LER-RSType.json",
            "person": {"name": {"given": "Fatima", "family": "el Amrani"}},
            "employmentHistories": [
                {
                    "organization": {"tradeName": "Klusdag"},
                    "start": "2021-03",
                    "current": True,
                    "positionHistories": [{"title": "Afwas", "jobCategories": [{"id": {"value": "5131"}}]}],
                }
            ],
            "certifications": [{"name": "HACCP", "issuingAuthority": {"name": "Klusdag"}}],
            "skills": [{"name": "Koken"}],
        }
    )
    assert read.value.full_name == "Fatima el Amrani"
    assert read.value.jobs == (Job("Klusdag", "Afwas", None, "2021-03", None, True, ()),)
    assert read.value.awards == (Award("HACCP", "Klusdag", None),)
    assert read.losses == (
        Loss("employmentHistories[0].positionHistories[0].jobCategories[0]", Reason.NOT_READ),
        Loss("skills", Reason.NOT_READ),
    )


def test_europass_titles_carry_the_esco_address_where_the_editor_puts_it() -> None:
    xml = write_europass(PRESENTATION).value.decode()
    assert f'<PositionTitle typeCode="URI" languageID="{DISHWASHER}">Afwas &amp; spoelkeuken<' in xml


def test_a_europass_cv_as_the_editor_writes_it_is_read() -> None:
    read = read_europass(EDITOR_EXPORT.encode())
    assert read.value == Career(
        full_name="Fatima el Amrani",
        headline=None,
        text="Ik werk graag.",
        language="nl",
        jobs=(
            Job("Klusdag B.V.", "Keukenhulp", DISHWASHER, "2021-10", None, True, ("Afwas & meer", "Poetsen")),
        ),
        awards=(),
        testimonials=(),
    )
    assert read.losses == (Loss("CandidatePerson/NationalityCode", Reason.NOT_READ),)


EDITOR_EXPORT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Candidate xmlns="http://www.europass.eu/1.0" xmlns:oa="http://www.openapplications.org/oagis/9"
    xmlns:eures="http://www.europass_eures.eu/1.0" xmlns:hr="http://www.hr-xml.org/3">
  <CandidatePerson>
    <PersonName><oa:GivenName>Fatima</oa:GivenName><hr:FamilyName>el Amrani</hr:FamilyName></PersonName>
    <NationalityCode>nl</NationalityCode>
  </CandidatePerson>
  <CandidateProfile languageCode="nl">
    <hr:ExecutiveSummary>&lt;p&gt;Ik werk graag.&lt;/p&gt;</hr:ExecutiveSummary>
    <EmploymentHistory><EmployerHistory>
      <hr:OrganizationName>Klusdag B.V.</hr:OrganizationName>
      <PositionHistory>
        <PositionTitle typeCode="URI" languageID="{DISHWASHER}">Keukenhulp</PositionTitle>
        <eures:EmploymentPeriod>
          <eures:StartDate><hr:FormattedDateTime>2021-10</hr:FormattedDateTime></eures:StartDate>
          <hr:CurrentIndicator>true</hr:CurrentIndicator>
        </eures:EmploymentPeriod>
        <oa:Description>&lt;p&gt;Afwas &amp;amp; meer&lt;/p&gt;&lt;li&gt;Poetsen&lt;/li&gt;</oa:Description>
      </PositionHistory>
    </EmployerHistory></EmploymentHistory>
  </CandidateProfile>
</Candidate>"""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe<",
        b"<Candidate/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Candidate xmlns="http://www.europass.eu/1.0">&a;</Candidate>',
        b"<a>" * 100_000,
        b" " * 8_000_001,
        b'<Candidate xmlns="http://www.europass.eu/1.0">'
        + b"<a>" * 99_999
        + b"</a>" * 99_999
        + b"</Candidate>",
    ],
    ids=["empty", "not-utf-8", "another-root", "document-type", "unclosed", "too-large", "too-deep"],
)
def test_what_is_no_europass_cv_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_europass(data)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("2026-02-31"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["work", "basics", "name", "startDate", "awards", "title", "references", "employmentHistories",
             "positionHistories", "organization", "narratives", "texts", "certifications", "person", "start"]
        ),
        inner,
        max_size=4,
    ),
)  # fmt: skip


@given(_json)
def test_any_json_is_read_or_refused_with_our_own_error(document: Any) -> None:
    for read in (read_resume, read_career_profile):
        try:
            read(document)
        except DataModelError:
            assert not isinstance(document, dict)


@given(st.lists(st.sampled_from(re.findall(r"<[^>]+>|[^<]+", EDITOR_EXPORT)), max_size=40))
def test_shuffled_xml_is_read_or_unreadable(pieces: list[str]) -> None:
    for data in ("".join(pieces), EDITOR_EXPORT.replace("<PositionHistory>", "".join(pieces))):
        try:
            assert isinstance(read_europass(data.encode()).value, Career)
        except UnreadableError as error:
            assert error.code == "unreadable"


def test_a_resume_passes_through_our_strict_json() -> None:
    written = json.dumps(write_resume(PRESENTATION).value)
    assert read_resume(strict_json.loads(written, limit_bytes=100_000)).value.headline
