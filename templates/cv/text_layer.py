"""Compare the text layer of a PDF with the page that was signed for.

The text is followed line by line, in reading order. Spaces, soft hyphens, ligatures and marks of
direction make no difference. Text written from the right is extracted in no dependable order, so
there the characters count, and every number in them as a whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from templates.cv.model import CvPage
from templates.cv.visible import Line, Part, Role, visible_text

_ADDRESS = re.compile(r"[A-Za-z0-9.:/\[\]_-]{1,200}?")
_NUMBER = re.compile(r"[0-9]+")
_LOOK_AHEAD_LINES = 3
_MOST_TEXT_FACTOR = 4
"""A page that says several times more than what was signed is not worth following."""
_UNPRINTED = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the text is not the signed one.

    `expected` is empty where something was added, `found` where something is missing. `page` counts
    from 1.
    """

    expected: str
    found: str
    page: int


def compare(extracted_text_per_page: Sequence[str], page: CvPage) -> Sequence[Difference]:
    """Find every line of the page in the text, in order, and nothing else between them."""
    lines = visible_text(page)
    text, differences = _printed(extracted_text_per_page, lines)
    if len(text.key) > _MOST_TEXT_FACTOR * sum(len(line.text) for line in lines):
        return (*differences, Difference("", text.readable(0, 200), 1))
    reader = _Follower(text, lines)
    expected = [line for line in lines if line.role in (Role.ONCE, Role.HEAD)]
    for index, line in enumerate(expected):
        reader.expect(line, expected[index + 1 : index + 1 + _LOOK_AHEAD_LINES])
    reader.expect_end()
    return (*differences, *reader.differences)


@dataclass(frozen=True, slots=True)
class _Printed:
    """All pages in one string of what counts, with the way back to what was extracted."""

    key: str
    pages: tuple[str, ...]
    origins: tuple[tuple[int, int], ...]
    page_starts: frozenset[int]
    sums: tuple[int, ...]
    """Running sums of code points: equal letters have equal sums, so most places need no sorting."""

    def page_at(self, position: int) -> int:
        """Tell on which page a character stands, counting from 1."""
        if not self.origins:
            return 1
        return self.origins[min(position, len(self.origins) - 1)][0] + 1

    def readable(self, start: int, end: int) -> str:
        """Give a stretch as it was extracted, spaces included."""
        parts: list[str] = []
        for number, text in enumerate(self.pages):
            places = [place for page, place in self.origins[start:end] if page == number]
            if places:
                parts.append(text[places[0] : places[-1] + 1])
        return " ".join(" ".join(parts).split())


def _key(text: str) -> str:
    """Keep of a text what counts."""
    normal = unicodedata.normalize("NFKC", text)
    return "".join(char for char in normal if unicodedata.category(char) not in _UNPRINTED)


def _printed(pages: Sequence[str], lines: Sequence[Line]) -> tuple[_Printed, list[Difference]]:
    """Join the pages without the line at their feet; report a foot that is missing or says else."""
    running = [line.text for line in lines if line.role is Role.RUNNING]
    normal = tuple(unicodedata.normalize("NFKC", text) for text in pages)
    differences: list[Difference] = []
    key: list[str] = []
    origins: list[tuple[int, int]] = []
    starts: set[int] = set()
    for number, text in enumerate(normal):
        starts.add(len(key))
        places = [i for i, char in enumerate(text) if unicodedata.category(char) not in _UNPRINTED]
        page_key = "".join(text[i] for i in places)
        for foot in (*running, f"{number + 1} / {len(pages)}"):
            at = page_key.rfind(_key(foot))
            if at < 0:
                differences.append(Difference(foot, "", number + 1))
                continue
            page_key = page_key[:at] + page_key[at + len(_key(foot)) :]
            del places[at : at + len(_key(foot))]
        key.extend(page_key)
        origins.extend((number, place) for place in places)
    sums = tuple(accumulate(map(ord, key), initial=0))
    return _Printed("".join(key), normal, tuple(origins), frozenset(starts), sums), differences


@dataclass(slots=True)
class _Follower:
    """Walks along the text; what it cannot place becomes a difference."""

    text: _Printed
    lines: Sequence[Line]
    position: int = 0
    differences: list[Difference] = field(default_factory=list)
    _seen_heads: list[Line] = field(default_factory=list)
    _missing: list[Line] = field(default_factory=list)

    def expect(self, line: Line, following: Sequence[Line]) -> None:
        """Step over a line here or further on; remember it as missing when it is nowhere.

        Where one of the following lines stands, this one is missing: it is not looked for further on.
        """
        if self._arrive(line):
            return
        if not any(_match(self.text.key, self.position, other) for other in following):
            start = next(self._places(line), None)
            if start is not None:
                self._settle(start)
                self.position = start
                self._arrive(line)
                return
        self._missing.append(line)

    def expect_end(self) -> None:
        """Report what is left over, and what was never found."""
        self._step_over_allowed()
        self._settle(len(self.text.key))

    def _arrive(self, line: Line) -> bool:
        """Match a line at the position, after what may stand before it, and step over it."""
        while (end := _match(self.text.key, self.position, line)) is None:
            if not self._step_over_one():
                return False
        self._settle(self.position)
        self.position = end
        if line.role is Role.HEAD:
            self._seen_heads.append(line)
        return True

    def _places(self, line: Line) -> Iterator[int]:
        """Find where a line stands further on; only there is it matched in full."""
        wanted, key = _key(line.parts[0].text), self.text.key
        if _is_right_to_left(wanted):
            weight = sum(map(ord, wanted))
            sums = self.text.sums
            starts: Iterable[int] = (
                start
                for start in range(self.position + 1, len(key) - len(wanted) + 1)
                if sums[start + len(wanted)] - sums[start] == weight
            )
        else:
            starts = _occurrences(key, wanted, self.position + 1)
        return (start for start in starts if _match(key, start, line) is not None)

    def _settle(self, start: int) -> None:
        """Report the stretch up to `start` against the lines that are missing there."""
        found = self.text.readable(self.position, start)
        page = self.text.page_at(self.position)
        expected = " ".join(line.text for line in self._missing)
        if found or expected:
            self.differences.append(Difference(expected, found, page))
        self._missing.clear()

    def _step_over_allowed(self) -> None:
        """Step over everything that may stand here."""
        while self._step_over_one():
            pass

    def _step_over_one(self) -> bool:
        """Step over one optional line, or a table's head that is repeated on a new page."""
        heads = self._seen_heads if self.position in self.text.page_starts else []
        for line in (*heads, *(line for line in self.lines if line.role is Role.OPTIONAL)):
            end = _match(self.text.key, self.position, line)
            if end is not None and not self._missing:
                self.position = end
                return True
        return False


def _occurrences(text: str, wanted: str, start: int) -> Iterator[int]:
    """Find every place of a string in another."""
    at = text.find(wanted, start)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _match(key: str, start: int, line: Line) -> int | None:
    """Match all parts of a line in order; give the position after them."""
    position = start
    for index, part in enumerate(line.parts):
        following = line.parts[index + 1] if index + 1 < len(line.parts) else None
        end = _match_open(key, position, following) if part.open else _match_part(key, position, part.text)
        if end is None:
            return None
        position = end
    return position


def _match_part(key: str, start: int, text: str) -> int | None:
    """Match one stretch of signed or fixed text."""
    wanted = _key(text)
    end = start + len(wanted)
    found = key[start:end]
    if found == wanted:
        return end
    if _is_right_to_left(text) and sorted(found) == sorted(wanted):
        numbers = _NUMBER.findall(unicodedata.normalize("NFKC", text))
        return end if all(number in found for number in numbers) else None
    return None


def _match_open(key: str, start: int, following: Part | None) -> int | None:
    """Match an address that is not signed, up to the words after it."""
    after = re.escape(_key(following.text)) if following else r"\Z"
    found = re.compile(f"{_ADDRESS.pattern}(?={after})").match(key, start)
    return found.end() if found else None


def _is_right_to_left(text: str) -> bool:
    """Tell whether a text holds letters that are written from the right."""
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
