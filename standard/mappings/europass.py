"""Europass: a KlusCV as the XML of the Europass CV editor, and back.

Europass has a learner model for credentials and an XML for CVs. This is the XML with the root
`Candidate`: what the editor at europass.europa.eu exports and reads, alone or inside its PDF. A title
takes the ESCO address of its occupation.

Source: Europass CV XML Schema Documentation 3.0, "CandidateProfile"; exports of the editor, version 4.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from standard.errors import UnreadableError
from standard.mappings.career import Award, Career, Job, career, issuer_name_place, lose_testimonials
from standard.mappings.foreign import esco_occupation, is_partial_date
from standard.mappings.loss import LossReport, Mapped, Reason
from standard.model import DisclosedPresentation

_EUROPASS = "http://www.europass.eu/1.0"
_PREFIXES = {
    "oa": "http://www.openapplications.org/oagis/9",
    "eures": "http://www.europass_eures.eu/1.0",
    "hr": "http://www.hr-xml.org/3",
}
_NAMES = {"": _EUROPASS, **_PREFIXES}
_LARGEST_BYTES = 8_000_000
_DEEPEST_LEVEL = 64
_LONGEST_HTML = 100_000
# XML has no way to write these, and a carriage return comes back as a line feed.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_europass(presentation: DisclosedPresentation) -> Mapped[bytes]:
    """Write what a reader was shown as Europass XML.

    The worker's own words become the summary. The format wants a first and a family name apart: the
    first word is taken as the first name, and `FormattedName` holds the name as it was.
    """
    reduced = career(presentation)
    writer = _Writer()
    writer.report.extend(reduced.losses)
    lose_testimonials(reduced.value, writer.report)
    if presentation.own_words is not None:
        words = presentation.own_words
        writer.report.add_members(words, "own_words", Reason.TEXT_ONLY, "headline", "text")
    for index, statement in enumerate(presentation.statements):
        name = statement.content.name
        if name is not None and _NOT_XML.search(name.full_name):
            writer.report.add(f"statements[{index}].content.name.full_name", Reason.PRECISION)
    primary = presentation.language.partition("-")[0]
    if primary != presentation.language:
        writer.report.add("language", Reason.PRECISION)
        if presentation.own_words is not None:
            writer.report.add("own_words.language", Reason.PRECISION)
    root = writer.candidate(reduced.value, primary)
    return writer.report.mapped(tostring(root, encoding="utf-8", xml_declaration=True))


def read_europass(data: bytes) -> Mapped[Career]:
    """Read Europass XML as a self-asserted career.

    Losses are paths of elements; an element that is not read is named once, however often it occurs.

    Raises:
        UnreadableError: it is no Europass XML, is too large, or declares a document type.
    """
    return _Reader(_parse(data)).career()


class _Writer:
    """Builds the elements; what XML cannot write goes to the report."""

    def __init__(self) -> None:
        self.report = LossReport()

    def candidate(self, whole: Career, language: str) -> Element:
        root = Element("Candidate", {"xmlns": _EUROPASS})
        root.attrib.update({f"xmlns:{prefix}": address for prefix, address in _PREFIXES.items()})
        SubElement(root, "hr:DocumentID", {"schemeAgencyName": "EUROPASS", "schemeVersionID": "4.0"})
        self._person(SubElement(root, "CandidatePerson"), whole)
        profile = SubElement(root, "CandidateProfile", {"languageCode": language})
        self._html(profile, "hr:ExecutiveSummary", [text for text in (whole.headline, whole.text) if text])
        history = SubElement(profile, "EmploymentHistory")
        for job in whole.jobs:
            self._job(history, job)
        certifications = SubElement(profile, "Certifications")
        for award in whole.awards:
            self._award(certifications, award)
        return root

    def _person(self, person: Element, whole: Career) -> None:
        if whole.full_name is None:
            return
        name = SubElement(person, "PersonName")
        self._text(name, "FormattedName", whole.full_name)
        first, _, family = whole.full_name.strip().partition(" ")
        self._text(name, "oa:GivenName", first)
        self._text(name, "hr:FamilyName", family.strip())

    def _job(self, history: Element, job: Job) -> None:
        employer = SubElement(history, "EmployerHistory")
        self._text(employer, "hr:OrganizationName", job.organisation, issuer_name_place(job.place))
        position = SubElement(employer, "PositionHistory")
        title = self._text(position, "PositionTitle", job.title, f"{job.place}.category")
        if job.occupation is not None:
            # The editor's own exports put the address of the occupation into this attribute.
            title = SubElement(position, "PositionTitle") if title is None else title
            title.attrib.update(typeCode="URI", languageID=job.occupation)
        period = SubElement(position, "eures:EmploymentPeriod")
        self._date(period, "eures:StartDate", job.first_date)
        self._date(period, "eures:EndDate", job.last_date)
        self._text(period, "hr:CurrentIndicator", "true" if job.current else "false")
        self._html(position, "oa:Description", job.remarks)

    def _award(self, certifications: Element, award: Award) -> None:
        certification = Element("Certification")
        if self._text(certification, "hr:CertificationName", award.name, f"{award.place}.name") is None:
            self.report.add(award.place, Reason.NO_PLACE)
            return
        certifications.append(certification)
        self._date(certification, "FirstIssuedDate", award.awarded_on)
        if award.organisation:
            authority = SubElement(certification, "IssuingAuthority")
            self._text(authority, "Name", award.organisation, issuer_name_place(award.place))

    def _date(self, parent: Element, tag: str, value: str | None) -> None:
        if value is not None:
            self._text(SubElement(parent, tag), "hr:FormattedDateTime", value)

    def _html(self, parent: Element, tag: str, paragraphs: Sequence[str]) -> None:
        """Write paragraphs as the editor does: as HTML inside a text."""
        self._text(parent, tag, "".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs))

    def _text(self, parent: Element, tag: str, value: str | None, place: str = "") -> Element | None:
        """Write a text, less what XML cannot write; nothing when nothing is left."""
        plain = _NOT_XML.sub("", value or "")
        if place and plain != (value or ""):
            self.report.add(place, Reason.PRECISION)
        if not plain.strip():
            return None
        element = SubElement(parent, tag)
        element.text = plain
        return element


def _parse(data: bytes) -> Element:
    if len(data) > _LARGEST_BYTES:
        raise UnreadableError(f"more than {_LARGEST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError("not UTF-8") from error
    # Entities are declared in a document type: without one nothing can grow or be fetched.
    if "<!DOCTYPE" in text:
        raise UnreadableError("declares a document type")
    try:
        root = fromstring(text)  # noqa: S314 - see above
    except (ParseError, RecursionError, ValueError) as error:
        raise UnreadableError("not well-formed XML") from error
    if root.tag != f"{{{_EUROPASS}}}Candidate":
        raise UnreadableError("not a Europass CV: the root is no Candidate")
    _refuse_depth(root)
    return root


def _refuse_depth(root: Element) -> None:
    level = [root]
    for _ in range(_DEEPEST_LEVEL):
        level = [child for element in level for child in element]
    if level:
        raise UnreadableError(f"elements are nested more than {_DEEPEST_LEVEL} deep")


class _Reader:
    """Reads the elements of a career, and names every other path that says something."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._read: set[Element] = set()
        self._report = LossReport()

    def career(self) -> Mapped[Career]:
        profile = self._root.find("CandidateProfile", _NAMES)
        history = "CandidateProfile/EmploymentHistory/EmployerHistory"
        whole = Career(
            full_name=self._name(),
            headline=None,
            text="\n".join(self._paragraphs(profile, "hr:ExecutiveSummary")) or None,
            language=profile.get("languageCode") if profile is not None else None,
            jobs=tuple(
                job for employer in self._root.iterfind(history, _NAMES) for job in self._jobs(employer)
            ),
            awards=tuple(self._awards()),
            testimonials=(),
        )
        self._name_the_rest(self._root, "")
        return self._report.mapped(whole)

    def _name(self) -> str | None:
        name = self._root.find("CandidatePerson/PersonName", _NAMES)
        formatted = self._text(name, "FormattedName")
        parts = [self._text(name, "oa:GivenName"), self._text(name, "hr:FamilyName")]
        return formatted or " ".join(part for part in parts if part) or None

    def _jobs(self, employer: Element) -> Iterator[Job]:
        organisation = self._text(employer, "hr:OrganizationName")
        for position in employer.iterfind("PositionHistory", _NAMES):
            title = position.find("PositionTitle", _NAMES)
            last_date = self._date(position, "eures:EmploymentPeriod/eures:EndDate")
            current = self._text(position, "eures:EmploymentPeriod/hr:CurrentIndicator") == "true"
            yield Job(
                organisation=organisation,
                title=self._text(position, "PositionTitle"),
                occupation=esco_occupation(title.get("languageID") if title is not None else None),
                first_date=self._date(position, "eures:EmploymentPeriod/eures:StartDate"),
                last_date=last_date,
                current=current,
                remarks=self._paragraphs(position, "oa:Description"),
            )

    def _awards(self) -> Iterator[Award]:
        for found in self._root.iterfind("CandidateProfile/Certifications/Certification", _NAMES):
            name = self._text(found, "hr:CertificationName")
            if name is not None:
                issued_on = self._date(found, "FirstIssuedDate")
                yield Award(name, self._text(found, "IssuingAuthority/Name"), issued_on)

    def _text(self, parent: Element | None, path: str) -> str | None:
        element = parent.find(path, _NAMES) if parent is not None else None
        if element is None:
            return None
        self._read.add(element)
        return element.text if element.text and element.text.strip() else None

    def _date(self, parent: Element, path: str) -> str | None:
        said = self._text(parent, f"{path}/hr:FormattedDateTime")
        day = (said or "").partition("T")[0]
        if said and not is_partial_date(day):
            self._report.add(path, Reason.MALFORMED)
        return day if is_partial_date(day) else None

    def _paragraphs(self, parent: Element | None, path: str) -> tuple[str, ...]:
        said = self._text(parent, path)
        if said is None or len(said) > _LONGEST_HTML:
            if said is not None:
                self._report.add(path, Reason.MALFORMED)
            return ()
        reader = _Paragraphs()
        reader.feed(said)
        reader.close()
        return reader.paragraphs()

    def _name_the_rest(self, element: Element, path: str) -> None:
        for child in element:
            here = f"{path}/{child.tag.rpartition('}')[2]}".lstrip("/")
            if child not in self._read and child.text and child.text.strip():
                self._report.add(here, Reason.NOT_READ)
            self._name_the_rest(child, here)


class _Paragraphs(HTMLParser):
    """Takes the text out of the editor's HTML, one paragraph or list item at a time."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._texts = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("p", "li", "br"):
            self._texts.append("")

    def handle_data(self, data: str) -> None:
        self._texts[-1] += data

    def paragraphs(self) -> tuple[str, ...]:
        return tuple(text.strip() for text in self._texts if text.strip())
