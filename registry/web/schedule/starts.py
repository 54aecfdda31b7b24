"""Free starts to choose from: the next ones of whoever has an appointment that is to be moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from registry.queries.appointments import AppointmentPage
from registry.queries.free_starts import Start
from registry.queries.openings import Opening, free_openings
from registry.queries.premises import RoomName
from registry.rules.parts_of_day import part_of_day

SEARCHED_AHEAD = timedelta(days=14)
MOST_DAYS = 4
MOST_STARTS = 240


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    starts: list[Start]


def by_part_of_day(starts: Sequence[Start], zone: ZoneInfo) -> list[tuple[str, list[Start]]]:
    """Those that there are, for a list that is quick to look through."""
    parts: dict[str, list[Start]] = {}
    for start in starts:
        hour = start.starts_at.astimezone(zone).hour
        parts.setdefault(part_of_day(hour).capitalize(), []).append(start)
    return list(parts.items())


def days_to_move_to(
    seen: AppointmentPage, minutes: int, since: date, now: datetime
) -> list[FreeDay]:
    """The first days from `since` on with time for it, with the same practitioner."""
    first_day = max(since, seen.place.today(now))
    found = free_openings(
        [seen.place.id],
        seen.sites,
        minutes,
        first_day,
        first_day + SEARCHED_AHEAD,
        practitioner_ids=[seen.practitioner_id],
        limit=MOST_STARTS,
        after=now,
        but=seen.id,
        needs=seen.needs,
        patient_id=seen.patient_id,
    )

    def day_of(opening: Opening) -> date:
        return opening.starts_at.astimezone(seen.place.zone).date()

    elsewhen = (one for one in found if one.starts_at != seen.slot.starts_at)
    days = [FreeDay(day, [_start(one) for one in ones]) for day, ones in groupby(elsewhen, day_of)]
    return days[:MOST_DAYS]


def _start(opening: Opening) -> Start:
    return Start(opening.starts_at, RoomName(opening.room_id, opening.room))
