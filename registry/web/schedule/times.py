"""Times as people type them, on a clinic's clock: 09:30, or 01:30-05:00 where it occurs twice."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from registry.errors import BadInput
from registry.rules.diary import NoSuchTime, TimeOccursTwice, local_moment
from registry.rules.wording import day_in_words

TYPED = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:([+-])([0-9]{2}):([0-9]{2}))?")


class WhichPassing(BadInput):
    """The time occurs twice; `choices` are the two ways to write it, each with its words."""

    def __init__(self, message: str, choices: list[tuple[str, str]]) -> None:
        super().__init__(message, field="time")
        self.choices = choices


def typed_moment(day: date, typed: str, zone: ZoneInfo) -> datetime:
    """Raises BadInput at `time`, and WhichPassing where the clocks go back over it."""
    found = TYPED.fullmatch(typed.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadInput("Write the time like 09:30.", field="time")
    at = time(int(found[1]), int(found[2]))
    try:
        return local_moment(day, at, zone, _passing(day, at, zone, found))
    except NoSuchTime:
        raise BadInput(
            f"The clocks go forward over {at:%H:%M} on {day_in_words(day)}: there is no such time. "
            "Choose an earlier or a later one.",
            field="time",
        ) from None
    except TimeOccursTwice as twice:
        raise WhichPassing(
            f"The clocks go back on {day_in_words(day)}, so {at:%H:%M} comes twice. Say which.",
            [
                (f"{at:%H:%M}{_offset(offset)}", f"the {which} {at:%H:%M} (UTC{_offset(offset)})")
                for which, offset in zip(("first", "second"), twice.offsets, strict=True)
            ],
        ) from None


def clock_value(moment: datetime, zone: ZoneInfo) -> str:
    """How `typed_moment` would have it written."""
    local = moment.astimezone(zone)
    try:
        local_moment(local.date(), local.time(), zone)
    except TimeOccursTwice:
        return f"{local:%H:%M}{_offset(local.utcoffset() or timedelta(0))}"
    return f"{local:%H:%M}"


def _passing(day: date, at: time, zone: ZoneInfo, found: re.Match[str]) -> int | None:
    """0 or 1 where an offset was written and belongs to one of two passings."""
    if found[3] is None:
        return None
    sign = -1 if found[3] == "-" else 1
    wanted = sign * timedelta(hours=int(found[4]), minutes=int(found[5]))
    for fold in (0, 1):
        if datetime.combine(day, at.replace(fold=fold), zone).utcoffset() == wanted:
            return fold
    raise BadInput("The clinic's clock does not show that time with that offset.", field="time")


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
