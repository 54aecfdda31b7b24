"""What a certificate says: from words on its pages to fields, each with where it stands.

The least that works: the holder where the paper names them, the first line that speaks of needling
as the course, and days that can be read in one way only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from registry.rules.extracts import Doubt, Extract, Extracted
from registry.rules.page_words import Box, ReadPages, Word

Line = tuple[str, Box, float]
COURSE = re.compile(r"needling", re.IGNORECASE)
COMPLETED = re.compile(r"complet", re.IGNORECASE)
NUMBER = re.compile(r"\b(?:number|no\.?|nr\.?)\s*:?\s*([A-Z]{0,4}-?\d[\w-]*)", re.IGNORECASE)
DAY = re.compile(
    r"\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{4}-\d\d-\d\d|\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4}"
)


def read_certificate(
    pages: ReadPages,
    *,
    holder: str,
    parse_date: Callable[[str], Iterable[date]],
    today: date,
) -> Extract:
    """`parse_date` gives every day a text may mean."""
    lines = list(_lines(pages.words))
    found = [
        *_holder(lines, holder),
        *_first("course", lines, COURSE),
        *_number(lines),
        *_completed(lines, parse_date),
    ]
    return Extract(values=tuple(found), by_eye=pages.by_eye)


def _lines(words: Iterable[Word]) -> Iterator[Line]:
    """Words at about the same height, from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.box.page, word.box.top)):
        middle = (word.box.top + word.box.bottom) / 2
        last = rows[-1][-1] if rows else None
        if last and last.box.page == word.box.page and last.box.top <= middle <= last.box.bottom:
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        row.sort(key=lambda word: word.box.left)
        boxes = [word.box for word in row]
        around = Box(
            boxes[0].page,
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )
        yield " ".join(word.text for word in row), around, min(word.sure for word in row)


def _holder(lines: list[Line], holder: str) -> Iterator[Extracted]:
    for text, box, sure in lines:
        if holder.casefold() in text.casefold():
            yield Extracted("holder", holder, text, box, sure=sure)
            return


def _first(field: str, lines: list[Line], told: re.Pattern[str]) -> Iterator[Extracted]:
    for text, box, sure in lines:
        if told.search(text):
            yield Extracted(field, text, text, box, sure=sure)
            return


def _number(lines: list[Line]) -> Iterator[Extracted]:
    for text, box, sure in lines:
        if found := NUMBER.search(text):
            yield Extracted("number", found[1], text, box, sure=sure)
            return


def _completed(
    lines: list[Line], parse_date: Callable[[str], Iterable[date]]
) -> Iterator[Extracted]:
    for text, box, sure in lines:
        printed = DAY.search(text) if COMPLETED.search(text) else None
        days = sorted(set(parse_date(printed[0]))) if printed else []
        if printed and len(days) == 1:
            yield Extracted("completed_on", days[0].isoformat(), printed[0], box, sure=sure)
        elif printed and days:
            choices = tuple(day.isoformat() for day in days)
            doubts = (Doubt.AMBIGUOUS_DATE,)
            yield Extracted(
                "completed_on", None, printed[0], box, sure=sure, doubts=doubts, choices=choices
            )
        if days:
            return
