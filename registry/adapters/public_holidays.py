"""Public holidays of a jurisdiction, as far as the library of them knows the place."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from registry.rules.days import days_later

SHOWN_IN = "en_US"
AHEAD = 731  # days: two years


class Holiday(NamedTuple):
    day: date
    name: str


def public_holidays(jurisdiction: str, first: date, last: date) -> list[Holiday] | None:
    """On these days, both included, by day; None where the library does not know the place."""
    years = [_of_year(jurisdiction, year) for year in range(first.year, last.year + 1)]
    if None in years:
        return None
    return [one for found in years for one in found or () if first <= one.day <= last]


def coming_holidays(jurisdiction: str, today: date) -> list[Holiday] | None:
    """Of the next two years; None where nobody knows those of the place."""
    return public_holidays(jurisdiction, today, days_later(today, AHEAD))


@lru_cache(maxsize=256)
def _of_year(jurisdiction: str, year: int) -> tuple[Holiday, ...] | None:
    """`jurisdiction`: a country, or one of its parts: GB, US-GA (ISO 3166-2)."""
    import holidays  # noqa: PLC0415 - it takes a second to load, and few ask for it

    country, _, part = jurisdiction.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=part or None, years=year, language=SHOWN_IN
        )
    except NotImplementedError:  # so the library says that it does not know the place
        return None
    return tuple(Holiday(day, found[day]) for day in sorted(found))
