"""Pages as lines and cells: words that stand together, straightened where a picture is askew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from registry.rules.page_slant import Slant, slant_of
from registry.rules.page_words import Box, ReadPages, Word

WIDE_GAP = 2.2  # letters: what stands further apart on a line is another cell
SAME_LINE = 0.5  # of the lesser height: how far apart the middles of two words may be
#: What a certificate with its syllabus has, and some; the rest is not looked at.
MOST_LETTERS, MOST_CELLS = 20_000, 600
ON_EDGE = 0.3  # of the usual width of a letter by its height: words written up the side


@dataclass(frozen=True, slots=True)
class Passage:
    """Text, and for stretches of it the word they are of: `(start, end, word)`."""

    text: str
    marks: tuple[tuple[int, int, Word], ...]

    def box(self, start: int = 0, end: int | None = None) -> Box | None:
        """Around these letters, as the page has them; of one page if they reach over two."""
        parts = [
            part_of(word, max(start, first) - first, min(last, self._end(end)) - first)
            for first, last, word in self.marks
            if first < self._end(end) and start < last
        ]
        return around(part for part in parts if part.page == parts[0].page) if parts else None

    def sure(self, start: int = 0, end: int | None = None) -> float:
        """As sure as the least sure word among these letters."""
        inside = [
            w.sure for first, last, w in self.marks if first < self._end(end) and start < last
        ]
        return min(inside, default=0.0)

    def _end(self, end: int | None) -> int:
        return len(self.text) if end is None else end


@dataclass(frozen=True, slots=True)
class Cell(Passage):
    """Words beside each other on a line, where they stand once the page is straightened."""

    page: int
    left: float
    right: float
    middle: float
    height: float

    @property
    def top(self) -> float:
        return self.middle - self.height / 2

    @property
    def bottom(self) -> float:
        return self.middle + self.height / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


def cells_of(pages: ReadPages) -> list[Cell]:
    """Of all pages, from the top, on one line from the left; no more than a certificate has."""
    found: list[Cell] = []
    by_page: dict[int, list[Word]] = {}
    letters = 0
    for word in pages.words:
        letters += len(word.text)
        if word.text and letters <= MOST_LETTERS:
            by_page.setdefault(word.box.page, []).append(word)
    for page in sorted(by_page):
        words = _upright(by_page[page])
        slant = slant_of(words) if pages.by_eye else Slant()
        for line in _lines(words, slant):
            found += [_cell(part, slant) for part in _parts(line)]
    return found[:MOST_CELLS]


def flow_of(cells: Sequence[Cell]) -> Passage:
    """All as one text: a sentence that goes on in the next line goes on, all else is on its own."""
    text, marks = "", []
    for cell in cells:
        if text:
            text += " " if _goes_on(text, cell.text) else "\n"
        marks += [(len(text) + first, len(text) + last, word) for first, last, word in cell.marks]
        text += cell.text
    return Passage(text, tuple(marks))


def _goes_on(before: str, after: str) -> bool:
    return before[-1] not in ".:;!?" and after[0].islower()


def _upright(words: list[Word]) -> list[Word]:
    shapes = [_letter_width(word) / _height(word) for word in words if len(word.text) > 2]
    usual = median(shapes) if shapes else 0.0
    return [
        word
        for word in words
        if len(word.text) < 3 or _letter_width(word) / _height(word) > ON_EDGE * usual
    ]


def _lines(words: list[Word], slant: Slant) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=slant.middle):
        for line in reversed(lines[-4:]):
            apart = abs(slant.middle(word) - slant.middle(line[-1]))
            if apart < SAME_LINE * min(slant.height(word), slant.height(line[-1])):
                line.append(word)
                break
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box.left) for line in lines]


def _parts(line: list[Word]) -> list[list[Word]]:
    parts = [line[:1]]
    for before, after in pairwise(line):
        letter = (_letter_width(before) + _letter_width(after)) / 2
        if after.box.left - before.box.right > WIDE_GAP * letter:
            parts.append([])
        parts[-1].append(after)
    return parts


def _cell(words: list[Word], slant: Slant) -> Cell:
    text, marks = "", []
    for word in words:
        text += " " if text else ""
        marks.append((len(text), len(text) + len(word.text), word))
        text += word.text
    return Cell(
        text,
        tuple(marks),
        page=words[0].box.page,
        left=words[0].box.left,
        right=max(word.box.right for word in words),
        middle=sum(map(slant.middle, words)) / len(words),
        height=median(map(slant.height, words)),
    )


def _letter_width(word: Word) -> float:
    return max(word.box.right - word.box.left, 1e-6) / max(len(word.text), 1)


def _height(word: Word) -> float:
    return max(word.box.bottom - word.box.top, 1e-6)


def part_of(word: Word, first: int, last: int) -> Box:
    """Where some letters of a word stand, if all of them are equally wide."""
    box, many = word.box, max(len(word.text), 1)
    wide = box.right - box.left
    return box._replace(left=box.left + wide * first / many, right=box.left + wide * last / many)


def around(boxes: Iterable[Box]) -> Box:
    some = list(boxes)
    return Box(
        some[0].page,
        min(box.left for box in some),
        min(box.top for box in some),
        max(box.right for box in some),
        max(box.bottom for box in some),
    )
