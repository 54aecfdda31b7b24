"""Forecast: hours of privileged work against the hours needed, and what a lapse takes away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from registry.rules.capacity import Weeks
from registry.rules.days import Span, cover, day_before, days_later
from registry.rules.regions import REGIONS

WEEKS = 52
QUARTERS = 4
LOOKED_BACK = 8  # whole weeks, of which the mean is expected to go on
ANY = ""  # needling as a whole: each hour once, whatever regions it is for
LINES = (ANY, *REGIONS)

Minutes = Sequence[int]


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    Of one region at one clinic, or of several clinics together: minutes, week by week.

    `renewed` is the capacity if nothing lapsed; `expected` is None where needling has no history.
    """

    capacity: Minutes
    renewed: Minutes
    booked: Minutes
    expected: int | None

    def needed(self, week: int) -> int:
        """What is expected, or what is booked already if that is more."""
        return max(self.expected or 0, self.booked[week])

    def short_by(self, week: int) -> int:
        return max(0, self.needed(week) - self.capacity[week])

    @property
    def asked_for(self) -> bool:
        return bool(self.expected) or any(self.booked)

    @property
    def short_weeks(self) -> list[int]:
        return [week for week in range(len(self.capacity)) if self.short_by(week)]

    @property
    def first_to_renew_for(self) -> int | None:
        """The first week that is short and would be less so if nothing lapsed."""
        worse = (week for week in self.short_weeks if self.renewed[week] > self.capacity[week])
        return next(worse, None)

    def quarter(self, number: int) -> range:
        each = len(self.capacity) // QUARTERS
        return range(number * each, (number + 1) * each)


def together(outlooks: Iterable[Outlook]) -> Outlook:
    """Of several clinics as one: what one has too many of makes up for another's want."""
    every = list(outlooks)
    known = [one.expected for one in every if one.expected is not None]
    return Outlook(
        added([one.capacity for one in every]),
        added([one.renewed for one in every]),
        added([one.booked for one in every]),
        sum(known) if known else None,
    )


def added(rows: Iterable[Minutes]) -> list[int]:
    """Week by week. There is at least one row."""
    return [sum(week) for week in zip(*rows, strict=True)]


def days_lost(spans: Iterable[Span], engaged: Iterable[Span], after: Span) -> list[Span]:
    """
    Days on which a privilege is missing because it ended, while its holder works there.

    `after` are the days that follow its end, as far as one looks; a later span of the same
    privilege gives the rest of them back.
    """
    later = [span.first for span in spans if span.first >= after.first]
    until = min([after.last, *map(day_before, later)])
    both = (Span(max(one.first, after.first), min(one.last, until)) for one in engaged)
    return [span for span in both if span.first <= span.last]


def usual_week(minutes: Minutes, weeks: Weeks, days: Sequence[Span]) -> int:
    """The mean of the weeks that lie wholly in the days; all there is, where none does."""
    whole = [
        minutes[week]
        for week, monday in enumerate(weeks.mondays)
        if cover(days, Span(monday, days_later(monday, 6)))
    ]
    return round(sum(whole) / len(whole)) if whole else sum(minutes)


class Shortage(NamedTuple):
    """A region that is short because of a lapse: from which week, how it then stands."""

    site: str
    week: int
    capacity: int
    needed: int
    weeks: int  # in how many it is
    minutes: int  # short in all of them, as far as the lapse is to blame


def shortages(outlooks: Mapping[str, Outlook], lost: Mapping[str, Minutes]) -> list[Shortage]:
    """What would not be short, or less so, had it not lapsed; the worst first."""
    found = []
    for site, minutes in lost.items():
        outlook = outlooks[site]
        blamed = [gone and min(gone, outlook.short_by(week)) for week, gone in enumerate(minutes)]
        if weeks := [week for week, short in enumerate(blamed) if short]:
            first = weeks[0]
            found.append(
                Shortage(
                    site,
                    first,
                    outlook.capacity[first],
                    outlook.needed(first),
                    len(weeks),
                    sum(blamed),
                )
            )
    return sorted(found, key=lambda one: (-one.minutes, one.week, one.site))
