"""A column's hours: when somebody is not there though the clinic is open, drawn and in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from registry.models.hours_on_record import HoursOnRecord
from registry.rules.days import days_later
from registry.rules.stretches import MIDNIGHT, NEVER, Stretches, clock_of, without

DASH = "\N{EN DASH}"
OFF, NOT_HERE = "off", "not here"


def hours_apart(
    record: HoursOnRecord,
    clinic_id: int,
    practitioner_id: int,
    days: Sequence[date],
    there: Collection[date],
) -> list[dict[str, Any]]:
    """
    The days on which somebody's hours are not the clinic's: what to shade, and a few words.

    `there`: the days on which they work at the clinic at all.
    """
    found = []
    for day in days:
        opened = record.at(clinic_id).on(day)
        works = record.bookable(practitioner_id, clinic_id, day) if day in there else NEVER
        if works != opened:
            missing = without(opened, works)
            found.append(
                {
                    "day": day.isoformat(),
                    "off": [[wall(day, each.starts), wall(day, each.ends)] for each in missing],
                    "words": _words(works) if day in there else NOT_HERE,
                }
            )
    return found


def wall(day: date, minutes: int) -> str:
    """2027-03-01T14:00, on the clinic's clock; the midnight that ends a day is the next one's."""
    on = days_later(day, 1) if minutes == MIDNIGHT else day
    return f"{on.isoformat()}T{clock_of(minutes)}"


def _words(works: Stretches) -> str:
    """13:00 to 18:00, as short as the head of a column"""
    return ", ".join(f"{clock_of(one.starts)}{DASH}{clock_of(one.ends)}" for one in works) or OFF
