"""Labels on a page, and the passages that may be their values: after, beside, below or above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from registry.rules.certificate_words import label_words
from registry.rules.folding import plain, squeezed
from registry.rules.page_lines import Cell, Passage, part_of
from registry.rules.page_words import Word

COLON = re.compile(r"\s*[:：]\s*")  # noqa: RUF001
#: A few words with hours among them and no figure are a label too: "Hands-on hours".
HOURS = re.compile(
    r"(?:[a-z'./()-]+ ){0,3}(?:\w*hours|horas|heures|\w*stunden)(?: [a-z'./()-]+){0,2}"
)
ASIDE = re.compile(r"\s*\([^)]*\)\s*$")
LONGEST_LABEL = 44
#: Their values cannot be taken for more of the label's words.
WITHOUT_COLON = ("number", "completed_on", "issued_on", "last_day", "course_started", "else")
LONG_ENOUGH = 7  # letters of a label before one of them may be misread
ALIKE = 0.9
IN_FIGURES = ("number", "completed_on", "issued_on", "last_day", "course_started", "hours")
FAR_BELOW = 3.2  # heights of the label or the value, whichever is more
FAR_BESIDE = 0.62  # of the page's width


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label's field, and where its value may stand: the likeliest place first."""

    field: str
    label: str
    at: Cell
    rest: Passage | None
    beside: Cell | None
    stacked: tuple[Cell, ...]

    @property
    def values(self) -> Iterator[Passage]:
        if self.rest is not None:
            yield self.rest
            return
        if self.beside is not None:
            yield self.beside
        yield from self.stacked


@lru_cache(maxsize=4096)
def field_of(text: str) -> str | None:
    """Of a label and nothing else, with a letter misread at most."""
    key = squeezed(ASIDE.sub("", text))
    known = label_words()
    if key in known:
        return known[key]
    if HOURS.fullmatch(plain(text).strip()):
        return "hours"
    if not LONG_ENOUGH <= len(key) <= LONGEST_LABEL:
        return None
    as_long = [label for label in known if abs(len(label) - len(key)) < 3]
    near = get_close_matches(key, as_long, 1, ALIKE)
    return known[near[0]] if near else None


class LabelledCells:
    """The labels among some cells, and what stands around them."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        bare = ((cell, field_of(cell.text.rstrip(" :."))) for cell in cells)
        self.bare = {id(cell): field for cell, field in bare if field}
        self.under = self._stand_under()

    def all(self) -> Iterator[Labelled]:
        for cell in self.cells:
            if field := self.bare.get(id(cell)):
                yield Labelled(field, cell.text, cell, None, *self._places(cell))
            elif split := _split(cell):
                yield split

    def near(self, cell: Cell) -> list[Cell]:
        """What stands beside it, then what stands under or over it."""
        beside, stacked = self._places(cell)
        return [*([beside] if beside else []), *stacked]

    def _stand_under(self) -> bool:
        """Whether labels stand under their values here, by those that a figure goes with."""
        votes = 0
        for label in self.cells:
            if self.bare.get(id(label)) in IN_FIGURES:
                around = [c for c in self._others(label) if _stacked(label, c)]
                above = {c.middle < label.middle for c in around if re.search(r"\d", c.text)}
                votes += (above == {True}) - (above == {False})
        return votes > 0

    def _others(self, label: Cell) -> list[Cell]:
        """Of the same page, without labels."""
        return [
            cell
            for cell in self.cells
            if cell.page == label.page and id(cell) not in self.bare and cell is not label
        ]

    def _places(self, label: Cell) -> tuple[Cell | None, tuple[Cell, ...]]:
        others = self._others(label)
        beside = [
            cell
            for cell in self.cells
            if cell.page == label.page
            and 0 <= cell.left - label.right < FAR_BESIDE
            and abs(cell.middle - label.middle) < 0.5 * max(cell.height, label.height)
        ]
        near = min(beside, key=lambda cell: cell.left, default=None)
        if near is not None and id(near) in self.bare:
            near = None  # the next label, not a value

        def distance(cell: Cell) -> float:
            wrong_side = (cell.middle < label.middle) is not self.under
            return _apart(label, cell) + (label.height if wrong_side else 0.0)

        stacked = sorted((cell for cell in others if _stacked(label, cell)), key=distance)
        return near, tuple(stacked[:2])


def _split(cell: Cell) -> Labelled | None:
    """A label with its value after it: behind a colon, or a known label before other words."""
    colon = COLON.search(cell.text)
    if colon and colon.end() < len(cell.text) and (field := field_of(cell.text[: colon.start()])):
        rest = cut(cell, colon.end(), len(cell.text))
        return Labelled(field, cell.text[: colon.start()], cell, rest, None, ())
    for space in reversed(
        [m.end() for m in re.finditer(r"[ .]\s*|#\s*", cell.text[:LONGEST_LABEL])]
    ):
        label = cell.text[:space]
        field = label_words().get(squeezed(label))
        if field in WITHOUT_COLON and space < len(cell.text):
            return Labelled(field, label, cell, cut(cell, space, len(cell.text)), None, ())
    return None


def _stacked(label: Cell, cell: Cell) -> bool:
    """Above or below it, near, and sharing its left edge or its middle, or wholly over it."""
    apart = _apart(label, cell)
    reach = FAR_BELOW * max(cell.height, label.height)
    aligned = (
        abs(cell.left - label.left) < 0.03
        or abs(cell.centre - label.centre) < 0.04
        or abs(cell.right - label.right) < 0.02
    )
    return -0.4 * label.height <= apart < reach and aligned and cell.middle != label.middle


def _apart(label: Cell, cell: Cell) -> float:
    return cell.top - label.bottom if cell.middle > label.middle else label.top - cell.bottom


def cut(passage: Passage, start: int, end: int) -> Passage:
    """A part of it, with its marks."""
    marks = tuple(
        (max(first, start) - start, min(last, end) - start, _within(word, first, last, start, end))
        for first, last, word in passage.marks
        if first < end and start < last
    )
    return Passage(passage.text[start:end], marks)


def _within(word: Word, first: int, last: int, start: int, end: int) -> Word:
    """What of the word, which reaches from `first` to `last`, lies between `start` and `end`."""
    begin, stop = max(first, start) - first, min(last, end) - first
    return Word(word.text[begin:stop], part_of(word, begin, stop), word.sure)
