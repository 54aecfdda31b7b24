"""Pages written by hand: a line is a string, " | " parts its columns."""

from __future__ import annotations

from datetime import date

from registry.adapters.date_reader import possible_days
from registry.rules.certificate_fields import read_certificate
from registry.rules.extracts import Extract
from registry.rules.page_words import Box, ReadPages, Word

LETTER, HEIGHT, PITCH = 0.009, 0.018, 0.034
COLUMNS = (0.06, 0.36, 0.66)
TODAY = date(2026, 11, 23)


def pages(*lines: str, sure: float = 1.0, by_eye: bool = False) -> ReadPages:
    """From the top, one under the other; a line "---" begins the next page."""
    words: list[Word] = []
    page, top = 1, 0.05
    for line in lines:
        if line == "---":
            page, top = page + 1, 0.05
            continue
        for left, part in zip(COLUMNS, line.split(" | "), strict=False):
            words += _words(part, page, left, top, sure)
        top += PITCH
    return ReadPages(tuple(words), pages=page, by_eye=by_eye)


def _words(text: str, page: int, left: float, top: float, sure: float) -> list[Word]:
    found = []
    for word in text.split():
        right = left + LETTER * len(word)
        found.append(Word(word, Box(page, left, top, right, top + HEIGHT), sure))
        left = right + LETTER
    return found


def read(*lines: str, holder: str = "Dana Whitfield", sure: float = 1.0) -> Extract:
    return read_certificate(
        pages(*lines, sure=sure), holder=holder, parse_date=possible_days, today=TODAY
    )


def said(extract: Extract) -> dict[str, object]:
    return {one.field: one.value for one in extract.values}
