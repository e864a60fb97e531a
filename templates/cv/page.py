"""From what a worker showed to the page that a reader sees: pure, and the same for wallet and verifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date

from standard.model import DisclosedPresentation, OwnWords, Review
from templates.cv import people
from templates.cv.labels import work_label
from templates.cv.model import Badge, CvPage, Figure, OwnText, Quote
from templates.cv.remarks import dispute_words, review_reply, row_replies
from templates.cv.rows import Line, lines, rows
from templates.cv.scales import mark_words
from templates.cv.sources import Source, sources
from templates.cv.words import Words
from templates.locales import LANGUAGES, SOURCE_LOCALE, script_direction


def page(
    presentation: DisclosedPresentation,
    *,
    locale: str,
    made_on: date,
    checker_host: str,
    demonstration: bool = False,
) -> CvPage:
    """Write out what a presentation shows.

    Whoever checks a page rebuilds it from the signed presentation alone: `page_locale` and `page_day`
    give the first two inputs. The checker's host is not signed, and a comparison passes it over.
    """
    words = Words(locale)
    known = sources(presentation, words)
    name = people.best_name(known)
    told = lines(known, words)
    shown, axis = rows(told, words)
    return CvPage(
        locale=locale,
        title=name or words.gettext("Mijn werk"),
        title_direction=script_direction(name or ""),
        is_named=name is not None,
        own=_own(presentation.own_words),
        figures=tuple(_figures(told, known, words)),
        rows=shown,
        row_replies=tuple(reply for source in known for reply in row_replies(source, words)),
        axis=axis,
        omissions=_omissions(known, words),
        quotes=tuple(_quotes(known, words)),
        quotes_note=_quotes_note(known, words),
        badges=tuple(_badges(known, words)),
        vouchers=people.vouchers(known, name or "", words),
        as_of_note=people.as_of_note(known, words),
        names_note=people.names_note(known, name or "", words),
        made_on=words.formats.date(made_on),
        checker_host=checker_host,
        demonstration=demonstration,
    )


def page_locale(presentation: DisclosedPresentation) -> str:
    """Choose the language of the page: the one asked for, or Dutch where it does not ship."""
    return presentation.language if presentation.language in LANGUAGES else SOURCE_LOCALE


def page_day(presentation: DisclosedPresentation) -> date | None:
    """Give the day on the page, the UTC day of the worker's proof; None when there is no proof."""
    return presentation.created.astimezone(UTC).date() if presentation.created else None


def _own(own: OwnWords | None) -> OwnText | None:
    """Take the worker's words over as they are, paragraph by paragraph."""
    if own is None or not (own.headline.strip() or own.text.strip()):
        return None
    paragraphs = tuple(part.strip() for part in own.text.splitlines() if part.strip())
    return OwnText(headline=own.headline.strip(), paragraphs=paragraphs, language=own.language)


def _figures(told: Sequence[Line], known: Sequence[Source], words: Words) -> Iterator[Figure]:
    """Add up what the rows say, and set it against what there is."""
    if not told:
        return
    worked = [line for line in told if line.gig_count is not None]
    gigs = sum(line.gig_count or 0 for line in worked)
    hours = sum(line.hours or 0 for line in worked)
    number = words.formats.number
    if worked:
        yield Figure(number(gigs), words.ngettext("klus", "klussen", gigs))
        yield Figure(number(hours), words.ngettext("uur gewerkt", "uur gewerkt", hours))
    yield Figure(number(len(known)), words.ngettext("organisatie", "organisaties", len(known)))
    kinds, total = len(worked) or len(told), sum(_kind_total(source) for source in known)
    if kinds < total:
        share = words.gettext("%(shown)s van %(total)s", shown=number(kinds), total=number(total))
        yield Figure(share, words.gettext("soorten werk getoond"))
    else:
        yield Figure(number(kinds), words.ngettext("soort werk", "soorten werk", kinds))


def _kind_total(source: Source) -> int:
    """Count the kinds of work in an organisation's whole statement, as it signed it."""
    if source.work:
        return source.work.totals.occupation_count
    return source.paper.totals.line_count if source.paper else 0


def _omissions(known: Sequence[Source], words: Words) -> str:
    """Say what the signed totals hold beyond what is shown."""
    left_out = [
        f"{source.name}: {', '.join(parts)}" for source in known if (parts := _left_out(source, words))
    ]
    if not left_out:
        return ""
    return words.gettext("Niet alles is getoond. %(list)s.", list="; ".join(left_out))


def _left_out(source: Source, words: Words) -> list[str]:
    """Count, for one organisation, what is shown of kinds of work, ratings and achievements."""
    kinds = words.gettext("%(shown)s van %(total)s soorten werk")
    counts: list[tuple[int, int, str]] = []
    if work := source.work:
        badges = words.gettext("%(shown)s van %(total)s behaalde punten")
        counts.append((len(work.engagements), work.totals.occupation_count, kinds))
        counts.append((len(work.achievements), work.totals.achievement_count, badges))
    if ratings := source.ratings:
        marks = words.gettext("%(shown)s van %(total)s beoordelingen")
        counts.append((len(ratings.ratings), ratings.totals.rating_line_count, marks))
    if paper := source.paper:
        counts.append((len(paper.lines), paper.totals.line_count, kinds))
    number = words.formats.number
    return [
        sentence % {"shown": number(shown), "total": number(total)}
        for shown, total, sentence in counts
        if shown < total
    ]


def _quotes(known: Sequence[Source], words: Words) -> Iterator[Quote]:
    """Tell the chosen reviews, each with its kind of client, work, organisation, month and mark,
    the organisation's note that the worker disputes it, and the worker's own answer.
    """
    for source in known:
        for place, review in enumerate(source.ratings.reviews if source.ratings else ()):
            yield Quote(
                text=" ".join(review.text.split()),
                language=review.language,
                source=" · ".join(_quote_source(review, source, words)),
                dispute=dispute_words(review.dispute, source.name, words),
                reply=review_reply(source, place, words),
            )


def _quote_source(review: Review, source: Source, words: Words) -> Iterator[str]:
    """Say where a review comes from."""
    if review.client_kind:
        yield review.client_kind[0].upper() + review.client_kind[1:]
    yield work_label(review.category, review.occupation, words)
    yield source.name
    yield words.formats.short_month(review.month)
    if review.rating is not None and review.worst is not None and review.best is not None:
        yield mark_words(review.rating, worst=review.worst, best=review.best, words=words)
    if not review.transaction_bound:
        yield words.gettext("niet aan een klus gekoppeld")


def _quotes_note(known: Sequence[Source], words: Words) -> str:
    """Say how many reviews there are beside the chosen ones, by organisation."""
    counts = [
        (source.name, len(source.ratings.reviews), source.ratings.totals.review_count)
        for source in known
        if source.ratings and source.ratings.totals.review_count
    ]
    if not counts:
        return ""
    number = words.formats.number
    if len(counts) == 1:
        return words.gettext(
            "%(shown)s van %(total)s reviews getoond. Zelf gekozen; de organisatie ondertekende het totaal.",
            shown=number(counts[0][1]),
            total=number(counts[0][2]),
        )
    parts = [
        words.gettext("%(name)s %(shown)s van %(total)s", name=name, shown=number(shown), total=number(total))
        for name, shown, total in counts
    ]
    return words.gettext(
        "%(shown)s van %(total)s reviews getoond: %(list)s. Zelf gekozen; "
        "elke organisatie ondertekende haar eigen totaal.",
        shown=number(sum(shown for _, shown, _ in counts)),
        total=number(sum(total for _, _, total in counts)),
        list=", ".join(parts),
    )


def _badges(known: Sequence[Source], words: Words) -> Iterator[Badge]:
    """Tell the chosen achievements."""
    for source in known:
        for badge in source.work.achievements if source.work else ():
            month = words.formats.month(badge.awarded_on)
            yield Badge(badge.name, badge.language, f"{source.name} · {month}")
