"""Parts of a day on the clinic's clock: an appointment belongs to the one it starts in."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from registry.rules.stretches import ALL_DAY, MIDNIGHT, Stretch, Stretches, joined


class PartOfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


#: In their order; together they are the whole day.
WHEN = {
    PartOfDay.MORNING: Stretch(0, 12 * 60),
    PartOfDay.AFTERNOON: Stretch(12 * 60, 17 * 60),
    PartOfDay.EVENING: Stretch(17 * 60, MIDNIGHT),
}


def part_of_day(hour: int) -> PartOfDay:
    """Of what starts within that hour of the clock."""
    return next(part for part, when in WHEN.items() if hour * 60 < when.ends)


def starts_within(parts: Collection[PartOfDay]) -> Stretches:
    """When an appointment starts that belongs to one of them; none stands for any."""
    return joined(sorted(WHEN[part] for part in parts)) if parts else ALL_DAY
