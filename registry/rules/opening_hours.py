"""Opening hours: when a clinic is open on a day, and whether a slot lies within such times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from registry.rules.days import day_after
from registry.rules.diary import Slot
from registry.rules.openings import spans_of
from registry.rules.stretches import NEVER, Stretches, Week

NO_WEEK: Week = (NEVER,) * 7


class DifferentDay(NamedTuple):
    """A day with hours of its own, closed where there are none; `name` says why."""

    name: str
    stretches: Stretches


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A clinic's week, and the days that differ from it."""

    week: Week = NO_WEEK
    days: Mapping[date, DifferentDay] = field(default_factory=dict)

    def on(self, day: date) -> Stretches:
        different = self.days.get(day)
        return self.week[day.weekday()] if different is None else different.stretches

    def name_of(self, day: date) -> str:
        """Why the day differs; "" where it does not, or nobody said."""
        different = self.days.get(day)
        return different.name if different else ""


def lies_within(slot: Slot, zone: ZoneInfo, stretches_on: Callable[[date], Stretches]) -> bool:
    """From its first moment to its last, over midnight too where both days say so."""
    starts, ends = int(slot.starts_at.timestamp()), int(slot.ends_at.timestamp())
    first_day, last_day = slot.days_in(zone)
    days = [first_day] if first_day == last_day else [first_day, day_after(first_day)]
    reached = starts
    for day in days:
        for first, until in spans_of(day, zone, stretches_on(day)):
            if first <= reached < until:
                reached = until
    return reached >= ends
