"""Stretches of a day: from when until when, on the clock of the place, and what several share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from registry.rules.wording import every

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MIDNIGHT = 24 * 60
MOST = 3  # stretches of one day
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Stretch(NamedTuple):
    """Minutes since midnight, `ends` not included; 1440 is the midnight that ends the day."""

    starts: int
    ends: int


#: In their order, none touching the next.
Stretches = tuple[Stretch, ...]
#: What each weekday has, from Monday.
Week = tuple[Stretches, ...]
NEVER: Stretches = ()
ALL_DAY: Stretches = (Stretch(0, MIDNIGHT),)
#: As it is kept: a weekday ("0" is Monday) to pairs of "HH:MM"; "00:00" as an end is midnight.
WeekTold = Mapping[str, Sequence[Sequence[str]]]


def stretches_told(pairs: Iterable[Sequence[str]]) -> Stretches:
    """Of pairs such as 08:00, 12:00. Raises ValueError with what is wrong with them."""
    found = sorted(_stretch(pair) for pair in pairs)
    if len(found) > MOST:
        raise ValueError(f"{MOST} stretches a day at most.")
    if any(later.starts < earlier.ends for earlier, later in pairwise(found)):
        raise ValueError("two of the times overlap.")
    return joined(found)


def week_told(told: WeekTold) -> Week:
    """Raises ValueError with the day, and what is wrong with it."""
    if set(told) - set("0123456"):
        raise ValueError("There are seven days in a week.")
    return tuple(_weekday(number, told.get(str(number), ())) for number in range(7))


def week_kept(week: Week) -> dict[str, list[list[str]]]:
    """As it is kept; a day without any is left out."""
    return {str(number): pairs_of(day) for number, day in enumerate(week) if day}


def pairs_of(stretches: Stretches) -> list[list[str]]:
    return [[clock_of(each.starts), clock_of(each.ends)] for each in stretches]


def clock_of(minutes: int) -> str:
    """08:00; 00:00 for midnight, at either end of a day."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def in_words(stretches: Stretches) -> str:
    """08:00 to 12:00 and 13:00 to midnight"""
    if stretches == ALL_DAY:
        return "round the clock"
    ends = {MIDNIGHT: "midnight"}
    return every(
        f"{clock_of(each.starts)} to {ends.get(each.ends, clock_of(each.ends))}"
        for each in stretches
    )


@lru_cache(maxsize=4096)
def common(some: Stretches, others: Stretches) -> Stretches:
    """What lies in both."""
    both = (
        Stretch(max(one.starts, other.starts), min(one.ends, other.ends))
        for one in some
        for other in others
    )
    return joined(sorted(each for each in both if each.starts < each.ends))


def without(some: Stretches, others: Stretches) -> Stretches:
    return common(some, _rest(others)) if others else some


def joined(stretches: Iterable[Stretch]) -> Stretches:
    """Those that touch or overlap as one. They come sorted."""
    found: list[Stretch] = []
    for each in stretches:
        if found and each.starts <= found[-1].ends:
            found[-1] = Stretch(found[-1].starts, max(found[-1].ends, each.ends))
        else:
            found.append(each)
    return tuple(found)


def _rest(stretches: Stretches) -> Stretches:
    return tuple(_gaps(stretches))


def _gaps(stretches: Stretches) -> Iterator[Stretch]:
    since = 0
    for each in joined(sorted(stretches)):
        if since < each.starts:
            yield Stretch(since, each.starts)
        since = each.ends
    if since < MIDNIGHT:
        yield Stretch(since, MIDNIGHT)


def _weekday(number: int, pairs: Iterable[Sequence[str]]) -> Stretches:
    try:
        return stretches_told(pairs)
    except ValueError as error:
        raise ValueError(f"{WEEKDAYS[number]}: {error}") from error


def _stretch(pair: Sequence[str]) -> Stretch:
    if isinstance(pair, str) or len(pair) != 2 or not all(CLOCK.fullmatch(time) for time in pair):
        raise ValueError("give both times as 08:00 and 17:30.")
    starts, ends = (int(time[:2]) * 60 + int(time[3:]) for time in pair)
    found = Stretch(starts, ends or MIDNIGHT)
    if found.starts >= found.ends:
        raise ValueError("it ends before it begins.")
    return found
