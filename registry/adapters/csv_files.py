"""Tables as CSV that a spreadsheet opens and does not obey."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

#: With these a cell is a formula to a spreadsheet, also behind blanks.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def as_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """UTF-8 text, lines ended as RFC 4180 has it."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([plain(value) for value in row] for row in rows)
    return text.getvalue()


def plain(value: object) -> str:
    """Its words; an apostrophe before what would be a formula."""
    words = "" if value is None else str(value)
    return f"'{words}" if words.lstrip(" ").startswith(FORMULAS) else words
