"""Who the page is about, and who knows it how."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from standard.model import NameCheck, PersonName
from templates.cv.model import Voucher
from templates.cv.sources import Source
from templates.cv.words import Words

_STRENGTH = (NameCheck.IDENTITY_DOCUMENT, NameCheck.BANK, NameCheck.NONE)


def best_name(sources: Sequence[Source]) -> str | None:
    """Choose the name that was checked best, the first of equals; None when no name is shown."""
    known = [source.person for source in sources if source.person is not None]
    return min(known, key=lambda person: _STRENGTH.index(person.check)).full_name if known else None


def vouchers(sources: Sequence[Source], title: str, words: Words) -> tuple[Voucher, ...]:
    """List every organisation with what it knows about the name."""
    return tuple(
        Voucher(
            name=source.name,
            name_check=_name_check(source.person, words),
            known_as=_known_as(source.person, title, words),
            address=source.address,
        )
        for source in sources
    )


def as_of_note(sources: Sequence[Source], words: Words) -> str:
    """Say up to which day the statements go: one day when it is the same for all."""
    days = {source.as_of for source in sources}
    if len(days) == 1:
        return words.gettext("Stand van %(day)s.", day=words.formats.date(days.pop()))
    each = (f"{source.name} {words.formats.date(source.as_of)}" for source in sources)
    return words.gettext("Stand: %(list)s.", list=", ".join(each)) if days else ""


def names_note(sources: Sequence[Source], title: str, words: Words) -> str:
    """Warn when organisations know the worker under different names."""
    known = {_key(person.full_name) for source in sources if (person := source.person)}
    if known - {_key(title)}:
        return words.gettext("Let op: niet elke organisatie kent dezelfde naam. Vraag ernaar.")
    return ""


def _name_check(person: PersonName | None, words: Words) -> str:
    """Say how a name was checked."""
    if person is None:
        return words.gettext("naam: niet getoond")
    checks = {
        NameCheck.IDENTITY_DOCUMENT: words.gettext("naam: identiteitsbewijs"),
        NameCheck.BANK: words.gettext("naam: bankrekening"),
        NameCheck.NONE: words.gettext("naam: niet gecontroleerd"),
    }
    return checks[person.check]


def _known_as(person: PersonName | None, title: str, words: Words) -> str:
    """Tell the name that an organisation knows, when it is not the one above the page."""
    if person is None or _key(person.full_name) == _key(title):
        return ""
    return words.gettext("als “%(name)s”", name=person.full_name)


def _key(name: str) -> str:
    """Compare names without regard to case, accent encoding or spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
