"""A career: what the CV formats have in common, and all that a KlusCV can be in them.

The CV formats know jobs at organisations with a first and a last date, awards, and the person's own
text. They carry no signature: a career is self-asserted, whoever it was about and wherever it came
from, and is never shown as what an organisation stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from standard import taxonomy
from standard.mappings.loss import LossReport, Mapped, Reason
from standard.mappings.phrases import Phrases, phrases
from standard.model import (
    DisclosedPresentation,
    DisclosedStatement,
    Engagement,
    OccupationUri,
    PaperLine,
    PaperStatement,
    Rating,
    RatingHistory,
    Review,
    WorkHistory,
)

_Kind: TypeAlias = tuple[str, str, OccupationUri | None]


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work at one organisation.

    Dates are `yyyy`, `yyyy-mm` or `yyyy-mm-dd`; `last_date` is None while the work goes on.
    `remarks` are sentences for people. `place` tells where the job came from, for loss reports.
    """

    organisation: str | None
    title: str | None
    occupation: OccupationUri | None
    first_date: str | None
    last_date: str | None
    current: bool
    remarks: tuple[str, ...]
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Award:
    """A badge or a certificate."""

    name: str
    organisation: str | None
    awarded_on: str | None
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Testimonial:
    """What a client wrote, and which organisation passed it on."""

    text: str
    organisation: str | None
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Career:
    """One person's career as a CV format can say it. Nobody vouches for it."""

    full_name: str | None
    headline: str | None
    text: str | None
    language: str | None
    jobs: tuple[Job, ...]
    awards: tuple[Award, ...]
    testimonials: tuple[Testimonial, ...]


def career(presentation: DisclosedPresentation) -> Mapped[Career]:
    """Reduce what a reader was shown to a career.

    Losses are places in the presentation. The marks are added to the remarks of the job of the same
    organisation and kind of work; a mark without such a job is lost.
    """
    return _Reduction(presentation).run()


def lose_testimonials(whole: Career, report: LossReport) -> None:
    """Name the testimonials, for a format without a place for them."""
    for testimonial in whole.testimonials:
        report.add(testimonial.place, Reason.NO_PLACE)
        # Nothing else of such a statement is in a career, so its organisation is lost as well.
        if testimonial.organisation is not None:
            report.add(issuer_name_place(testimonial.place), Reason.NO_PLACE)


def issuer_name_place(place: str) -> str:
    """Where the name of the organisation stands that stated what stands at a place."""
    return f"{place.partition('.content')[0]}.issuer_name"


class _Reduction:
    """One reduction; the report fills up on the way."""

    def __init__(self, presentation: DisclosedPresentation) -> None:
        self._presentation = presentation
        self._phrases: Phrases = phrases(presentation.language)
        self._report = LossReport()
        self._ratings: dict[_Kind, list[Rating]] = {}
        self._worked: set[_Kind] = set()
        for said in presentation.statements:
            if isinstance(said.content, WorkHistory):
                self._worked.update(_kind(said, engagement) for engagement in said.content.engagements)
            elif isinstance(said.content, RatingHistory):
                for rating in said.content.ratings:
                    self._ratings.setdefault(_kind(said, rating), []).append(rating)

    def run(self) -> Mapped[Career]:
        presentation, own = self._presentation, self._presentation.own_words
        self._report.add_members(presentation, "", Reason.NO_PLACE, "holder", "created", "own_remarks")
        if own is not None and own.language != presentation.language:
            self._report.add("own_words.language", Reason.NO_PLACE)
        self._proof_and_envelope()
        return self._report.mapped(
            Career(
                full_name=self._full_name(),
                headline=(own.headline or None) if own else None,
                text=(own.text or None) if own else None,
                language=presentation.language,
                jobs=tuple(job for place, said in self._placed() for job in self._jobs(place, said)),
                awards=tuple(award for place, said in self._placed() for award in self._awards(place, said)),
                testimonials=tuple(
                    testimonial
                    for place, said in self._placed()
                    for testimonial in self._testimonials(place, said)
                ),
            )
        )

    def _placed(self) -> Iterator[tuple[str, DisclosedStatement]]:
        for index, statement in enumerate(self._presentation.statements):
            yield f"statements[{index}]", statement

    def _proof_and_envelope(self) -> None:
        """Name what belongs to the statement as a whole, which no CV format knows."""
        for place, said in self._placed():
            envelope = ("copy_id", "form", "issuer", "issued_on", "supersedes")
            self._report.add_members(said, place, Reason.NO_PLACE, *envelope)
            self._report.add_members(said.content, f"{place}.content", Reason.NO_PLACE, "as_of", "totals")
            if isinstance(said.content, WorkHistory):
                lost = ("claim_level", "period")
                self._report.add_members(said.content, f"{place}.content", Reason.NO_PLACE, *lost)
            if not _says_work(said):
                self._report.add_members(said, place, Reason.NO_PLACE, "issuer_name")

    def _full_name(self) -> str | None:
        """Take the first name that an organisation gives; the others are lost where they differ."""
        first: str | None = None
        for place, said in self._placed():
            if said.content.name is None:
                continue
            first = first or said.content.name.full_name
            self._report.add(f"{place}.content.name.check", Reason.NO_PLACE)
            if said.content.name.full_name != first:
                self._report.add(f"{place}.content.name.full_name", Reason.NO_PLACE)
        return first

    def _jobs(self, place: str, said: DisclosedStatement) -> Iterator[Job]:
        if isinstance(said.content, WorkHistory):
            for index, engagement in enumerate(said.content.engagements):
                yield self._job(f"{place}.content.engagements[{index}]", said, said.content, engagement)
        elif isinstance(said.content, PaperStatement):
            for index, line in enumerate(said.content.lines):
                yield self._paper_job(f"{place}.content.lines[{index}]", said, line)
        else:
            self._name_ratings(place, said, said.content)

    def _job(self, place: str, said: DisclosedStatement, history: WorkHistory, engagement: Engagement) -> Job:
        self._report.add_members(
            engagement, place, Reason.TEXT_ONLY, "gig_count", "worked_minutes", "client_count"
        )
        self._report.add_members(engagement, place, Reason.NO_PLACE, "repeat_client_count", "dispute")
        current = history.period.current and engagement.last_date == history.period.end_date
        if current:
            self._report.add(f"{place}.last_date", Reason.NO_PLACE)
        marks = (self._phrases.rating(rating) for rating in self._ratings.get(_kind(said, engagement), ()))
        return Job(
            organisation=said.issuer_name,
            title=engagement.category,
            occupation=engagement.occupation,
            first_date=engagement.first_date.isoformat(),
            last_date=None if current else engagement.last_date.isoformat(),
            current=current,
            remarks=tuple(filter(None, (self._phrases.work(engagement), *marks))),
            place=place,
        )

    def _paper_job(self, place: str, said: DisclosedStatement, line: PaperLine) -> Job:
        self._report.add_members(
            line, place, Reason.TEXT_ONLY,
            "gig_count", "worked_hours", "rating_value", "rating_best", "rating_worst", "rating_count",
        )  # fmt: skip
        remarks = (self._phrases.paper(line), self._phrases.paper_rating(line))
        return Job(
            organisation=said.issuer_name,
            title=line.category or self._label(line.occupation),
            occupation=line.occupation,
            first_date=line.first_month,
            last_date=line.last_month,
            current=False,
            remarks=tuple(remark for remark in remarks if remark),
            place=place,
        )

    def _label(self, occupation: OccupationUri | None) -> str | None:
        if occupation is None:
            return None
        language = self._presentation.language.partition("-")[0]
        return taxonomy.label(occupation, language) or taxonomy.label(occupation, "en") or occupation

    def _name_ratings(self, place: str, said: DisclosedStatement, history: RatingHistory) -> None:
        for index, rating in enumerate(history.ratings):
            reason = Reason.TEXT_ONLY if _kind(said, rating) in self._worked else Reason.NO_PLACE
            self._report.add(f"{place}.content.ratings[{index}]", reason)

    def _awards(self, place: str, said: DisclosedStatement) -> Iterator[Award]:
        if not isinstance(said.content, WorkHistory):
            return
        for index, achievement in enumerate(said.content.achievements):
            at = f"{place}.content.achievements[{index}]"
            self._report.add(f"{at}.language", Reason.NO_PLACE)
            yield Award(achievement.name, said.issuer_name, achievement.awarded_on.isoformat(), at)

    def _testimonials(self, place: str, said: DisclosedStatement) -> Iterator[Testimonial]:
        if not isinstance(said.content, RatingHistory):
            return
        for index, review in enumerate(said.content.reviews):
            at = f"{place}.content.reviews[{index}]"
            self._report.add_members(review, at, Reason.NO_PLACE, *_REVIEW_ENVELOPE)
            yield Testimonial(review.text, said.issuer_name, at)


_REVIEW_ENVELOPE = tuple(name for name in Review.__slots__ if name != "text")


def _kind(said: DisclosedStatement, line: Engagement | Rating) -> _Kind:
    """What a line speaks of: one kind of work at one organisation; unknown ones are never the same."""
    return said.issuer or said.issuer_name or said.copy_id, line.category, line.occupation


def _says_work(said: DisclosedStatement) -> bool:
    """Tell whether anything of a statement reaches a career that names its organisation."""
    content = said.content
    if isinstance(content, WorkHistory):
        return bool(content.engagements or content.achievements)
    return bool(content.lines) if isinstance(content, PaperStatement) else bool(content.reviews)
