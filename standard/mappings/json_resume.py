"""JSON Resume: a KlusCV as `resume.json`, and a `resume.json` as a self-asserted career.

Source: the JSON Resume schema 1.x, sections `basics`, `work`, `awards` and `references`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standard.mappings.career import Award, Career, Job, Testimonial, career
from standard.mappings.foreign import Foreign, said
from standard.mappings.loss import LossReport, Mapped, Reason
from standard.model import DisclosedPresentation

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def write_resume(presentation: DisclosedPresentation) -> Mapped[dict[str, Any]]:
    """Write what a reader was shown as `resume.json`.

    The format has no place for an occupation's address or for the document's language. A job that
    goes on has no `endDate`.
    """
    reduced = career(presentation)
    report = LossReport()
    report.extend(reduced.losses)
    report.add("language", Reason.NO_PLACE)
    if presentation.own_words is not None:
        report.add("own_words.language", Reason.NO_PLACE)
    for job in reduced.value.jobs:
        report.add_members(job, job.place, Reason.NO_PLACE, "occupation")
    whole = reduced.value
    document: dict[str, Any] = {
        "$schema": SCHEMA,
        "basics": said(name=whole.full_name, label=whole.headline, summary=whole.text),
        "work": [_write_job(job) for job in whole.jobs],
        "awards": [
            said(title=award.name, date=award.awarded_on, awarder=award.organisation)
            for award in whole.awards
        ],
        "references": [
            said(name=testimonial.organisation, reference=testimonial.text)
            for testimonial in whole.testimonials
        ],
        "meta": {"version": "v1.0.0"},
    }
    return report.mapped({name: value for name, value in document.items() if value})


def read_resume(document: Mapping[str, Any]) -> Mapped[Career]:
    """Read a `resume.json` as a self-asserted career.

    Losses are places in the document. `summary` and `highlights` of a job become its remarks;
    volunteering is read as work, and certificates as awards.

    Raises:
        DataModelError: it is no JSON object.
    """
    report = LossReport()
    root = Foreign.document(document, report)
    root.ignore("$schema", "meta")
    basics = root.object("basics")
    whole = Career(
        full_name=basics.text("name"),
        headline=basics.text("label"),
        text=basics.text("summary"),
        language=None,
        jobs=tuple(
            _read_job(entry, organisation)
            for section, organisation in (("work", "name"), ("volunteer", "organization"))
            for entry in root.objects(section)
        ),
        awards=tuple(
            award
            for section, title, awarder in (
                ("awards", "title", "awarder"),
                ("certificates", "name", "issuer"),
            )
            for entry in root.objects(section)
            if (award := _read_award(entry, title, awarder))
        ),
        testimonials=tuple(
            testimonial for entry in root.objects("references") if (testimonial := _read_reference(entry))
        ),
    )
    basics.finish()
    root.finish()
    return report.mapped(whole)


def _write_job(job: Job) -> dict[str, Any]:
    return said(
        name=job.organisation,
        position=job.title,
        startDate=job.first_date,
        endDate=job.last_date,
        highlights=list(job.remarks),
    )


def _read_job(entry: Foreign, organisation: str) -> Job:
    summary = entry.text("summary")
    first_date, last_date = entry.partial_date("startDate"), entry.partial_date("endDate")
    job = Job(
        organisation=entry.text(organisation),
        title=entry.text("position"),
        occupation=None,
        first_date=first_date,
        last_date=last_date,
        current=first_date is not None and last_date is None,
        remarks=(*((summary,) if summary else ()), *entry.texts("highlights")),
        place=entry.place,
    )
    entry.finish()
    return job


def _read_award(entry: Foreign, title: str, awarder: str) -> Award | None:
    name = entry.text(title)
    if name is None:
        entry.refuse()
        return None
    award = Award(name, entry.text(awarder), entry.partial_date("date"), entry.place)
    entry.finish()
    return award


def _read_reference(entry: Foreign) -> Testimonial | None:
    text = entry.text("reference")
    if text is None:
        entry.refuse()
        return None
    testimonial = Testimonial(text, entry.text("name"), entry.place)
    entry.finish()
    return testimonial
