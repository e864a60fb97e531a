"""Ratings in words, always on the scale that the organisation uses itself."""

from __future__ import annotations

from fractions import Fraction

from templates.cv.words import Words


def mean_words(value: str, *, worst: str, best: str, words: Words) -> str:
    """Write a mean: `4,7 van 5`, `97% goed` for thumbs, or a scale of its own spelled out."""
    if _is_thumbs(worst, best):
        return words.gettext("%(percent)s%% goed", percent=_percent(value))
    return _on_scale(value, worst, best, words)


def mark_words(value: str, *, worst: str, best: str, words: Words) -> str:
    """Write one client's mark: `5 van 5`, or which way the thumb pointed."""
    if _is_thumbs(worst, best):
        return words.gettext("duim omhoog") if Fraction(value) == 1 else words.gettext("duim omlaag")
    return _on_scale(value, worst, best, words)


def _is_thumbs(worst: str, best: str) -> bool:
    """Tell the scale that knows only down and up."""
    return Fraction(worst) == 0 and Fraction(best) == 1


def _percent(value: str) -> str:
    """Write a share in whole per cents, rounded down: 99.6 never becomes a perfect score."""
    return str(int(Fraction(value) * 100))


def _on_scale(value: str, worst: str, best: str, words: Words) -> str:
    """Write a value with its scale; the usual ones, from 0 or 1 upwards, by their best mark alone."""
    shown = _rounded(value, worst, best, words)
    if Fraction(worst) in (0, 1) and Fraction(best) > Fraction(worst):
        return words.gettext("%(value)s van %(best)s", value=shown, best=words.formats.number(best))
    return words.gettext(
        "%(value)s (%(best)s is het beste, %(worst)s het slechtste)",
        value=shown,
        best=words.formats.number(best),
        worst=words.formats.number(worst),
    )


def _rounded(value: str, worst: str, best: str, words: Words) -> str:
    """Round to one decimal, or keep two where one would reach an end of the scale that was not reached."""
    ends = {words.formats.number(worst), words.formats.number(best)}
    shown = words.formats.rounded(value, 1)
    reached = Fraction(value) in (Fraction(worst), Fraction(best))
    return shown if reached or shown not in ends else words.formats.rounded(value, 2)
