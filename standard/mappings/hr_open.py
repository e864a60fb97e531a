"""HR Open LER-RS, the Trusted Career Profile: a KlusCV as a learning and employment record, and back.

The two names are one format: HR Open Standards published LER-RS with release 4.4 and renamed it
Trusted Career Profile with 4.5; the members used here are the same in both.

Source: HR Open Standards, `LER-RSType`, `EmployerHistoryType`, `PositionHistoryType`, `CertificationType`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standard.mappings.career import Award, Career, Job, career, lose_testimonials
from standard.mappings.foreign import Foreign, esco_occupation, said
from standard.mappings.loss import LossReport, Mapped, Reason
from standard.model import DisclosedPresentation, OccupationUri

LER_RS_TYPE = "http://schema.hropenstandards.org/4.4/recruiting/json/ler-rs/LER-RSType.json"
"""The only value that the published schema allows, also in later releases."""

_ESCO = "ESCO"
_OWN_WORDS = "own words"


def write_career_profile(
    presentation: DisclosedPresentation, *, verifications: Mapping[str, Mapping[str, Any]]
) -> Mapped[dict[str, Any]]:
    """Write what a reader was shown as a career profile.

    Args:
        presentation: what to write.
        verifications: verifiable credentials by the `copy_id` of the statement that they secure, such
            as an `EnvelopedVerifiableCredential`; each stands with the jobs and awards that it proves.
    """
    reduced = career(presentation)
    report = LossReport()
    report.extend(reduced.losses)
    report.add("language", Reason.NO_PLACE)
    if presentation.own_words is not None:
        report.add("own_words.language", Reason.NO_PLACE)
    whole = reduced.value
    lose_testimonials(whole, report)
    proofs = {
        f"statements[{index}]": verifications[statement.copy_id]
        for index, statement in enumerate(presentation.statements)
        if statement.copy_id in verifications
    }
    document: dict[str, Any] = {
        "type": LER_RS_TYPE,
        "person": {"name": {"formattedName": whole.full_name}} if whole.full_name else None,
        "narratives": _write_narratives(whole),
        "employmentHistories": [_write_job(job, proofs) for job in whole.jobs],
        "certifications": [_write_award(award, proofs) for award in whole.awards],
    }
    return report.mapped(said(**document))


def read_career_profile(document: Mapping[str, Any]) -> Mapped[Career]:
    """Read a career profile as a self-asserted career.

    Losses are places in the document. `verifications` are named as not read: whoever wants to know
    what they prove verifies them; the career stays self-asserted.

    Raises:
        DataModelError: it is no JSON object.
    """
    report = LossReport()
    root = Foreign.document(document, report)
    root.ignore("type", "documentId")
    person = root.object("person")
    name = person.object("name")
    parts = [name.text(part) for part in ("given", "middle", "family")]
    full_name = name.text("formattedName") or " ".join(part for part in parts if part)
    headline, text = _read_narratives(root)
    whole = Career(
        full_name=full_name or None,
        headline=headline,
        text=text,
        language=None,
        jobs=tuple(job for entry in root.objects("employmentHistories") for job in _read_jobs(entry)),
        awards=tuple(
            award for entry in root.objects("certifications") if (award := _read_award(entry)) is not None
        ),
        testimonials=(),
    )
    for read in (name, person, root):
        read.finish()
    return report.mapped(whole)


def _write_narratives(whole: Career) -> list[dict[str, Any]]:
    """Write the worker's own words: a narrative has a name, and named texts in lines."""
    if not whole.headline and not whole.text:
        return []
    text = said(name=whole.headline, lines=[whole.text] if whole.text else None)
    return [{"name": _OWN_WORDS, "texts": [text]}]


def _write_job(job: Job, proofs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    category = {"id": {"value": job.occupation, "schemeId": _ESCO}} if job.occupation else None
    position = said(
        title=job.title,
        jobCategories=[category] if category else None,
        start=job.first_date,
        end=job.last_date,
        current=job.current,
        descriptions=list(job.remarks),
    )
    return said(
        organization={"name": job.organisation} if job.organisation else None,
        positionHistories=[position],
        verifications=_verifications(job.place, proofs),
    )


def _write_award(award: Award, proofs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return said(
        name=award.name,
        firstIssued=award.awarded_on,
        issuingAuthority={"name": award.organisation} if award.organisation else None,
        verifications=_verifications(award.place, proofs),
    )


def _verifications(place: str, proofs: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    proof = proofs.get(place.partition(".")[0])
    return [dict(proof)] if proof else []


def _read_narratives(root: Foreign) -> tuple[str | None, str | None]:
    """Read the first narrative's first text; those behind it are named as lost."""
    headline: str | None = None
    lines: tuple[str, ...] = ()
    for number, narrative in enumerate(root.objects("narratives")):
        if number:
            narrative.finish()
            continue
        narrative.ignore("name")
        for position, text in enumerate(narrative.objects("texts")):
            if not position:
                headline, lines = text.text("name"), text.texts("lines")
            text.finish()
        narrative.finish()
    return headline, "\n".join(lines) or None


def _read_jobs(entry: Foreign) -> list[Job]:
    """Read the positions that were held at one organisation."""
    organisation = entry.object("organization")
    employer = organisation.text("name") or organisation.text("tradeName")
    dates = entry.partial_date("start"), entry.partial_date("end")
    current = bool(entry.flag("current"))
    jobs = [_read_job(position, employer, dates, current) for position in entry.objects("positionHistories")]
    for read in (organisation, entry):
        read.finish()
    return jobs


def _read_job(
    position: Foreign, employer: str | None, dates: tuple[str | None, str | None], current: bool
) -> Job:
    """Read one position; what it leaves unsaid holds for the whole employment."""
    job = Job(
        organisation=employer,
        title=position.text("title"),
        occupation=_read_occupation(position),
        first_date=position.partial_date("start") or dates[0],
        last_date=position.partial_date("end") or dates[1],
        current=position.flag("current") or current,
        remarks=position.texts("descriptions"),
        place=position.place,
    )
    position.finish()
    return job


def _read_occupation(position: Foreign) -> OccupationUri | None:
    """Find the first job category that is an ESCO occupation; the others are named as lost."""
    found: OccupationUri | None = None
    for category in position.objects("jobCategories"):
        address = esco_occupation(category.object("id").text("value"))
        if address is None or found is not None:
            category.refuse(Reason.NOT_READ)
        found = found or address
    return found


def _read_award(entry: Foreign) -> Award | None:
    name = entry.text("name")
    if name is None:
        entry.refuse()
        return None
    authority = entry.object("issuingAuthority")
    issued_on = entry.partial_date("firstIssued")
    award = Award(name, authority.text("name") or authority.text("tradeName"), issued_on, entry.place)
    authority.finish()
    entry.finish()
    return award
