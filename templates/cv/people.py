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
            address=source.address if source.address != source.name else "",
            name_check=_name_check(source.person, title, words),
            as_of=words.gettext("stand %(day)s", day=words.formats.date(source.as_of)),
        )
        for source in sources
    )


def names_note(sources: Sequence[Source], title: str, words: Words) -> str:
    """Warn when organisations know the worker under different names."""
    known = {_key(person.full_name) for source in sources if (person := source.person)}
    if known - {_key(title)}:
        return words.gettext("Let op: niet elke organisatie kent dezelfde naam. Vraag ernaar.")
    return ""


def _name_check(person: PersonName | None, title: str, words: Words) -> str:
    """Say how a name was checked, and which name when it is not the one above the page."""
    if person is None:
        return words.gettext("naam niet getoond")
    checks = {
        NameCheck.IDENTITY_DOCUMENT: words.gettext("naam gecontroleerd met identiteitsbewijs"),
        NameCheck.BANK: words.gettext("naam gecontroleerd met bankrekening"),
        NameCheck.NONE: words.gettext("naam niet gecontroleerd"),
    }
    check = checks[person.check]
    if _key(person.full_name) == _key(title):
        return check
    return words.gettext("kent de naam “%(name)s”; %(check)s", name=person.full_name, check=check)


def _key(name: str) -> str:
    """Compare names without regard to case, accent encoding or spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
