"""Presentations to draw: short and long, with names in several scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from standard import taxonomy
from standard.model import (
    Achievement,
    ClaimLevel,
    Did,
    DisclosedPresentation,
    DisclosedStatement,
    Dispute,
    DisputeStatus,
    Engagement,
    Form,
    NameCheck,
    OccupationUri,
    OwnRemark,
    OwnWords,
    PaperLine,
    PaperStatement,
    PaperTotals,
    Period,
    PersonName,
    Rating,
    RatingHistory,
    RatingTotals,
    RecordList,
    RemarkKind,
    Review,
    WorkHistory,
    WorkTotals,
)

_Record = TypeVar("_Record", Engagement, Rating, Review)

NAMES: Final[Mapping[str, str]] = {
    "short": "Bo Li",
    "plain": "Fatima el Amrani",
    "long": "Maria Wilhelmina Antoinette van den Boogaard-Oude Nijhuis",
    "polish": "Małgorzata Brzęczyszczykiewicz-Żółć",
    "turkish": "Gülşah Çağlayan Işıkoğlu",
    "arabic": "فاطمة الزهراء العمراني",
}
AS_OF = date(2026, 11, 20)
MADE_ON = date(2026, 11, 22)
HOST = "controleer.kluscv.example"


def engagement(
    category: str, gigs: int, hours: int, first: date, last: date, occupation: OccupationUri | None = None
) -> Engagement:
    return Engagement(category, occupation, gigs, hours * 60, max(1, gigs // 5), gigs // 12, first, last)


def rating(
    done: Engagement, value: str, best: str, count: int, worst: str = "1", dimension: str = "overall"
) -> Rating:
    return Rating(
        done.category,
        done.occupation,
        dimension,
        value,
        best,
        worst,
        count,
        done.first_date,
        done.last_date,
        (),
    )


def review(
    done: Engagement,
    month: str,
    text: str,
    kind: str | None,
    mark: tuple[str, str, str] | None,
    language: str = "nl",
) -> Review:
    value, best, worst = mark or (None, None, None)
    return Review(done.category, done.occupation, month, text, language, value, best, worst, kind, True)


def work(
    slug: str,
    organisation: str,
    done: tuple[Engagement, ...],
    name: PersonName | None,
    hidden: int = 0,
    achievements: tuple[Achievement, ...] = (),
) -> DisclosedStatement:
    content = WorkHistory(
        as_of=AS_OF,
        claim_level=ClaimLevel.AGGREGATED,
        period=Period(min(e.first_date for e in done), max(e.last_date for e in done), current=True),
        engagements=done,
        achievements=achievements,
        totals=WorkTotals(
            len(done) + hidden,
            sum(e.gig_count for e in done) + 12 * hidden,
            sum(e.worked_minutes for e in done) + 3000 * hidden,
            len(achievements),
        ),
        name=name,
    )
    return statement(slug, organisation, "work", content)


def ratings(
    slug: str,
    organisation: str,
    given: tuple[Rating, ...],
    reviews: tuple[Review, ...],
    review_count: int,
    name: PersonName | None,
) -> DisclosedStatement:
    totals = RatingTotals(len(given), sum(r.count for r in given), review_count)
    return statement(slug, organisation, "rating", RatingHistory(AS_OF, given, reviews, totals, name))


def statement(
    slug: str, organisation: str, kind: str, content: WorkHistory | RatingHistory | PaperStatement
) -> DisclosedStatement:
    return DisclosedStatement(
        f"urn:uuid:{slug}-{kind}", Form.SD_JWT, Did(f"did:web:{slug}.example"), organisation, MADE_ON, content
    )


def presentation(
    statements: tuple[DisclosedStatement, ...], *, own: OwnWords | None = None, language: str = "nl"
) -> DisclosedPresentation:
    created = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    return DisclosedPresentation(Did("did:key:zDna"), created, language, own, statements)


OWN = OwnWords(
    "Keukenhulp en bediening",
    "Ik werk graag in een team, kom op tijd en blijf rustig als het druk is. Ik zoek vast werk in een keuken "
    "in of rond Utrecht, 24 tot 32 uur.",
    "nl",
)
OWN_ARABIC = OwnWords(
    "مساعدة مطبخ وخدمة",
    "أحب العمل ضمن فريق وأصل دائمًا في الوقت المحدد. أبحث عن عمل ثابت في مطبخ في أوترخت، من 24 إلى 32 ساعة.",
    "ar",
)


def typical(name: str | None, *, own: OwnWords | None = OWN, language: str = "nl") -> DisclosedPresentation:
    """Four organisations, six kinds of work, three reviews: the worker this page was drawn for."""
    known = PersonName(name, NameCheck.IDENTITY_DOCUMENT) if name else None
    by_bank = PersonName(name, NameCheck.BANK) if name else None
    kitchen = engagement("Afwas & spoelkeuken", 148, 1036, date(2021, 3, 12), date(2026, 11, 18), uri(5))
    serving = engagement("Bediening", 96, 612, date(2022, 1, 7), date(2026, 11, 2), uri(1))
    picking = engagement("Orderpicken", 71, 540, date(2023, 6, 1), date(2025, 12, 20), uri(18))
    courier = engagement("Bezorgen", 58, 176, date(2024, 2, 1), date(2026, 11, 19), uri(12))
    cleaning = engagement("Huis schoonmaken", 205, 615, date(2021, 1, 4), date(2026, 11, 19), uri(8))
    hosting = engagement("Gastvrouw evenementen", 33, 210, date(2022, 5, 5), date(2024, 8, 31))
    return presentation(
        (
            work(
                "klusdag",
                "Klusdag B.V.",
                (kitchen, serving),
                known,
                achievements=(
                    Achievement("Hygiëne en HACCP, basis", "nl", date(2022, 3, 4)),
                    Achievement("Werken met kassa", "nl", date(2024, 1, 9)),
                ),
            ),
            ratings(
                "klusdag",
                "Klusdag B.V.",
                (
                    rating(kitchen, "4.72", "5", 148),
                    rating(kitchen, "4.9", "5", 120, dimension="op tijd"),
                    rating(serving, "9.3", "10", 88),
                ),
                (
                    review(
                        kitchen,
                        "2026-08",
                        "Fatima pakte de spoelkeuken op zonder dat iemand iets hoefde te zeggen. Graag weer!",
                        "Restaurant",
                        ("5", "5", "1"),
                    ),
                    review(
                        serving,
                        "2026-05",
                        "Rustig en precies, ook met een volle zaal.",
                        "Congrescentrum",
                        ("9", "10", "1"),
                    ),
                ),
                126,
                known,
            ),
            work(
                "snelgebracht",
                "Snelgebracht B.V.",
                (picking, courier),
                known,
                achievements=(Achievement("Veilig tillen", "nl", date(2023, 6, 6)),),
            ),
            ratings(
                "snelgebracht",
                "Snelgebracht B.V.",
                (
                    rating(picking, "4.8", "5", 70),
                    rating(courier, "0.97", "1", 58, worst="0"),
                ),
                (
                    review(
                        picking,
                        "2025-10",
                        "Betrouwbaar, altijd op tijd.",
                        "Distributiecentrum",
                        ("5", "5", "1"),
                    ),
                ),
                61,
                known,
            ),
            work("helderthuis", "Helder Thuis", (cleaning,), by_bank, hidden=1),
            ratings("helderthuis", "Helder Thuis", (rating(cleaning, "4.9", "5", 190),), (), 19, by_bank),
            work("vakhulp", "Vakhulp (coöperatie)", (hosting,), None),
            ratings("vakhulp", "Vakhulp (coöperatie)", (), (), 8, None),
        ),
        own=own,
        language=language,
    )


def complete() -> DisclosedPresentation:
    """Small, with every kind of fact: two names, something left out, a mark, a review, an achievement."""
    cleaning = engagement("Huis schoonmaken", 205, 615, date(2021, 1, 4), date(2026, 11, 19), uri(8))
    serving = engagement("Bediening", 96, 612, date(2022, 1, 7), date(2024, 11, 2))
    known = PersonName(NAMES["arabic"], NameCheck.IDENTITY_DOCUMENT)
    other = PersonName("F. el Amrani", NameCheck.BANK)
    badge = Achievement("Veilig tillen", "nl", date(2023, 6, 6))
    quote = review(cleaning, "2026-08", "عمل ممتاز، 3 مرات.", "Gezin", ("9", "10", "1"), "ar")
    return presentation(
        (
            work("helderthuis", "Helder Thuis", (cleaning,), known, hidden=1, achievements=(badge,)),
            ratings(
                "helderthuis", "Helder Thuis", (rating(cleaning, "9.25", "10", 190),), (quote,), 19, known
            ),
            work("klusdag", "Klusdag B.V.", (serving,), other),
        ),
        own=OWN_ARABIC,
    )


def single(name: str | None) -> DisclosedPresentation:
    """One organisation, one kind of work, nothing else."""
    done = engagement("Glazenwasser", 1, 3, date(2026, 6, 6), date(2026, 6, 6))
    known = PersonName(name, NameCheck.NONE) if name else None
    return presentation((work("klusdag", "Klusdag B.V.", (done,), known),))


def forty(name: str | None, *, language: str = "nl") -> DisclosedPresentation:
    """Eight organisations with five kinds of work each, and a dozen reviews in four languages."""
    texts = (
        ("Heel prettig, graag nog eens.", "nl"),
        ("Very careful with our children.", "en"),
        ("Bardzo dokładna i punktualna, polecam każdemu.", "pl"),
        ("عمل ممتاز وفي الوقت المحدد، شكرا جزيلا.", "ar"),
        ("Çok çalışkan, işini özenle yapıyor.", "tr"),
    )
    parts: list[DisclosedStatement] = []
    for number in range(8):
        slug, organisation = f"organisatie-{number + 1}", f"Organisatie {number + 1} B.V."
        known = PersonName(name, NameCheck.BANK) if name else None
        done = tuple(
            engagement(
                f"Werksoort {number + 1}.{kind + 1}",
                7 * number + kind + 1,
                31 * kind + number + 2,
                date(2012 + number, 1 + kind, 3),
                date(2019 + number - (kind % 2), 12 - kind, 21),
            )
            for kind in range(5)
        )
        parts.append(work(slug, organisation, done, known))
        quotes = tuple(
            review(
                done[i],
                f"2025-{i + 1:02}",
                *[texts[(number + i) % 5][0]],
                None,
                ("8", "10", "1"),
                texts[(number + i) % 5][1],
            )
            for i in range(number % 3)
        )
        given = tuple(rating(d, f"{7 + i / 10:.1f}", "10", 10 + i) for i, d in enumerate(done))
        parts.append(ratings(slug, organisation, given, quotes, 20 + number, known))
    return presentation(tuple(parts), own=OWN, language=language)


def paper(name: str | None) -> DisclosedPresentation:
    """What a printed code alone tells: whole hours and months."""
    line = PaperLine(uri(8), None, 205, 615, "2021-01", "2026-11", "4.9", "5", "1", 190)
    known = PersonName(name, NameCheck.BANK) if name else None
    content = PaperStatement(AS_OF, (line,), PaperTotals(2, 217, 665, 190, 19), known)
    shown = replace(statement("helderthuis", "Helder Thuis", "paper", content), form=Form.COMPACT)
    return replace(presentation((shown,)), holder=None)


def uri(code: int) -> OccupationUri:
    found = taxonomy.by_code(code)
    assert found is not None
    return found.uri


def disputed(name: str | None, *, language: str = "nl") -> DisclosedPresentation:
    """The typical worker, at odds with the first organisation about one of each kind of record."""
    shown = typical(name, language=language)
    history, marks, *others = shown.statements
    worked, rated = history.content, marks.content
    assert isinstance(worked, WorkHistory) and isinstance(rated, RatingHistory)
    noted = Dispute(DisputeStatus.OPEN, date(2026, 11, 3))
    kept = Dispute(DisputeStatus.MAINTAINED, date(2026, 10, 1))
    history = replace(history, content=replace(worked, engagements=_marked(worked.engagements, noted)))
    rated = replace(rated, ratings=_marked(rated.ratings, kept), reviews=_marked(rated.reviews, noted))
    return replace(
        shown,
        statements=(history, replace(marks, content=rated), *others),
        own_remarks=(
            OwnRemark(
                history.copy_id, RecordList.ENGAGEMENT, 0, RemarkKind.DISPUTE, "Het waren er meer.", "nl"
            ),
            OwnRemark(marks.copy_id, RecordList.RATING, 0, RemarkKind.REPLY, "Ik was toen ziek.", "nl"),
            OwnRemark(
                marks.copy_id, RecordList.REVIEW, 1, RemarkKind.REPLY, "شكراً لكم. De bus was te laat.", "ar"
            ),
        ),
    )


def _marked(records: tuple[_Record, ...], dispute: Dispute) -> tuple[_Record, ...]:
    first, *others = records
    return (replace(first, dispute=dispute), *others)
