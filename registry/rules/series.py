"""Series: the days a series falls on, and the same local time on another day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from registry.rules.diary import NoSuchTime, Slot, TimeOccursTwice, local_moment
from registry.rules.wording import day_in_words

#: Weeks from one to the next.
EVERY = (1, 2, 3, 4)
MOST_DATES = 60
MOST_APPOINTMENTS = 200
UNDO_FOR = timedelta(minutes=10)


class Occurrence(NamedTuple):
    """
    A day, and the slot there unless the clock speaks against it: then `trouble` says why.

    `around` is when it would be, to look for something near it.
    """

    day: date
    around: datetime
    slot: Slot | None
    trouble: str = ""


def days_of_series(
    after: date, every_weeks: int, *, times: int | None = None, until: date | None = None
) -> list[date]:
    """
    The days that follow, one more than can be booked at once at most, so that it shows.

    So many `times`, or up to and with a day.
    """
    days: list[date] = []
    for number in range(1, MOST_DATES + 2):
        try:
            day = after + timedelta(weeks=every_weeks * number)
        except OverflowError:
            break
        if (until is not None and day > until) or (times is not None and number > times):
            break
        days.append(day)
    return days


def same_time_on(day: date, pattern: Slot, zone: ZoneInfo) -> Occurrence:
    """The same time on the clinic's clock, and as many real minutes. Never shifted silently."""
    at = pattern.starts_at.astimezone(zone).time().replace(fold=0)
    around = datetime.combine(day, at, zone).astimezone(UTC)
    try:
        starts = local_moment(day, at, zone)
    except NoSuchTime:
        return Occurrence(
            day,
            around,
            None,
            f"The clocks go forward over {at:%H:%M} on {day_in_words(day)}: there is no such time.",
        )
    except TimeOccursTwice:
        return Occurrence(
            day,
            around,
            None,
            f"The clocks go back on {day_in_words(day)}, so {at:%H:%M} comes twice: "
            "book it by itself and say which.",
        )
    return Occurrence(day, around, Slot(starts, starts + pattern.length))
