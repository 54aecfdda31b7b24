"""The reader of dates: every day that a printed date may mean, in the languages of certificates."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

LANGUAGES = ["en", "es", "fr", "de"]
ORDERS = ("DMY", "MDY")


@lru_cache(maxsize=4096)
def possible_days(text: str) -> tuple[date, ...]:
    """The earliest first: two for "11/09/2025", none where it is no whole date."""
    try:
        return (date.fromisoformat(text.strip()),)
    except ValueError:
        return tuple(sorted({day for order in ORDERS if (day := _day(text, order)) is not None}))


def _day(text: str, order: str) -> date | None:
    from dateparser import parse  # noqa: PLC0415 - it takes a second to load, and few ask for it

    moment = parse(
        text,
        languages=LANGUAGES,
        settings={
            "DATE_ORDER": order,
            "PREFER_LOCALE_DATE_ORDER": False,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
        },
    )
    return None if moment is None else moment.date()
