"""Working hours: when a practitioner works at a clinic, and what speaks against a time there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from registry.rules.days import day_after
from registry.rules.diary import Slot
from registry.rules.opening_hours import OpeningHours, lies_within
from registry.rules.stretches import ALL_DAY, Stretch, Stretches, Week, common, in_words, without
from registry.rules.wording import day_in_words

LOOKED_AHEAD = 28  # days, for the next one they work


class Pattern(NamedTuple):
    """Their week from a day on; no week means whenever the clinic is open."""

    first_day: date
    week: Week | None


class Away(NamedTuple):
    """Time off, both days included, at all clinics; of one day perhaps only a part."""

    first_day: date
    last_day: date
    part: Stretch | None = None

    def on(self, day: date) -> Stretches:
        if not self.first_day <= day <= self.last_day:
            return ()
        return (self.part,) if self.part else ALL_DAY


class Outside(StrEnum):
    """What speaks against a time, the widest first."""

    CLOSED = "the clinic is not open"
    AWAY = "on time off"
    NOT_WORKING = "not working then"


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Of one practitioner at one clinic. `patterns` the earliest first."""

    patterns: tuple[Pattern, ...] = ()
    days: Mapping[date, Stretches] = field(default_factory=dict)
    away: tuple[Away, ...] = ()

    def planned(self, day: date, opening: Stretches) -> Stretches:
        """Within the clinic's hours of that day, time off not yet taken away."""
        if day in self.days:
            return common(opening, self.days[day])
        for one in reversed(self.patterns):
            if one.first_day <= day:
                return opening if one.week is None else common(opening, one.week[day.weekday()])
        return opening

    def on(self, day: date, opening: Stretches) -> Stretches:
        """When they can be booked."""
        found = self.planned(day, opening)
        for each in self.away:
            if each.first_day <= day <= each.last_day:
                found = without(found, each.on(day))
        return found


AS_THE_CLINIC = WorkingHours()


def why_outside(
    slot: Slot, zone: ZoneInfo, opening: OpeningHours, working: WorkingHours
) -> Outside | None:
    """None where the clinic is open and they work, from its first moment to its last."""
    if not lies_within(slot, zone, opening.on):
        return Outside.CLOSED
    if not lies_within(slot, zone, lambda day: working.planned(day, opening.on(day))):
        return Outside.NOT_WORKING
    if not lies_within(slot, zone, lambda day: working.on(day, opening.on(day))):
        return Outside.AWAY
    return None


def closed_sentence(clinic: str, day: date, opening: OpeningHours) -> str:
    """Hill Clinic is open from 08:00 to 12:00 on Tue 2 March 2027."""
    hours, name = opening.on(day), opening.name_of(day)
    why = f" ({name})" if name else ""
    if not hours:
        return f"{clinic} is closed on {day_in_words(day)}{why}."
    return f"{clinic} is open {_since(hours)} on {day_in_words(day)}{why}."


def off_sentence(
    name: str, clinic: str, day: date, opening: OpeningHours, working: WorkingHours
) -> str:
    """When they do work there that day, or else on which day next."""
    if hours := working.on(day, opening.on(day)):
        return f"{name} works {_since(hours)} at {clinic} on {day_in_words(day)}."
    planned = working.planned(day, opening.on(day))
    does_not = "is on time off" if planned else f"does not work at {clinic}"
    sentence = f"{name} {does_not} on {day_in_words(day)}."
    found = next_working_day(day, opening, working)
    return (
        f"{sentence} The next day they work there is {day_in_words(found)}." if found else sentence
    )


def next_working_day(day: date, opening: OpeningHours, working: WorkingHours) -> date | None:
    for _ in range(LOOKED_AHEAD):
        day = day_after(day)
        if working.on(day, opening.on(day)):
            return day
    return None


def _since(hours: Stretches) -> str:
    """from 08:00 to 12:00 and 13:00 to 18:00"""
    words = in_words(hours)
    return words if hours == ALL_DAY else f"from {words}"
