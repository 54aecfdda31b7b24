"""The reader of dates: every day that a printed date may mean, in four languages."""

from __future__ import annotations

from datetime import date
from importlib import import_module

LANGUAGES = ["en", "es", "fr", "de"]
ORDERS = ("DMY", "MDY")


def possible_days(text: str) -> tuple[date, ...]:
    """The earliest first; none where it is no date. The library is loaded when first asked."""
    search = import_module("dateparser")
    found = set()
    for order in ORDERS:
        manners = {"DATE_ORDER": order, "REQUIRE_PARTS": ["day", "month", "year"]}
        moment = search.parse(text, languages=LANGUAGES, settings=manners)
        if moment is not None:
            found.add(moment.date())
    return tuple(sorted(found))
