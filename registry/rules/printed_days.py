"""Days as certificates print them, and every day that each may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from registry.rules.folding import plain

ParseDate = Callable[[str], Iterable[date]]

_MONTH = (
    r"(?P<{m}>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|set|oct|nov|dec|ene|abr|mayo|ago|dic|fev|avr|mai|"
    r"juin|juil|aou|okt|dez)[a-z]{{0,8}})\.?"
)
_DAY = r"(?P<{d}>[0-3]?\d)(?:st|nd|rd|th|er|re|o|\.)?"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_OF = r"\s*(?:day\s*)?(?:of|del?)?[\s-]*"
_TO = r"\s*(?:-|to|and|through|thru|until|al?|au|bis|y|et|und|&)\s*(?:el|le|zum)?\s*"
D1, D2, M1, M2 = (
    _DAY.format(d="d"),
    _DAY.format(d="d2"),
    _MONTH.format(m="m"),
    _MONTH.format(m="m2"),
)
#: From the longest; of a range the first day is `d`, `m` and the last one `d2`, `m2` where said.
SHAPES = tuple(
    re.compile(r"(?<![\d/])" + shape)
    for shape in (
        rf"{D1}{_OF}{M1}{_TO}{D2}{_OF}{M2},?{_OF}{_YEAR}",
        rf"{D1}{_TO}{D2}{_OF}{M1},?{_OF}{_YEAR}",
        rf"{D1}{_OF}{M1},?{_OF}{_YEAR}",
        r"(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)",
        r"(?P<plain>[0-3]?\d\s?[/.-]\s?[0-3]?\d\s?[/.-]\s?(?:(?:19|20)\d\d|\d\d))(?![\d/])",
    )
) + tuple(
    re.compile(r"(?<![a-z])" + shape)
    for shape in (
        rf"{M1}\s*{D1}{_TO}{M2}\s*{D2},?\s*{_YEAR}",
        rf"{M1}\s*{D1}\s*(?:-|to|and|through|&)\s*{D2},?\s*{_YEAR}",
        rf"{M1}\s*{D1},?\s*{_YEAR}",
    )
)
BETWEEN = re.compile(_TO)


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """
    Where it stands in the text, and the days it may mean; of a range also those of its start.

    Of two meanings the one with the day before the month comes first. `day_first`: whether the day
    is, where the figures leave no other way.
    """

    start: int
    end: int
    days: tuple[date, ...]
    first: tuple[date, ...] = ()
    day_first: bool | None = None


def printed_days(text: str, parse_date: ParseDate) -> list[PrintedDay]:
    """In the order in which they stand; two with a word between that makes them a range are one."""
    found: list[PrintedDay] = []
    for match in _matches(plain(text)):
        days = _days(match, parse_date)
        if days is not None:
            found.append(days)
    return _joined(found, plain(text))


def _matches(text: str) -> Iterator[re.Match[str]]:
    taken: list[re.Match[str]] = []
    for shape in SHAPES:
        for match in shape.finditer(text):
            if all(match.end() <= one.start() or one.end() <= match.start() for one in taken):
                taken.append(match)
    return iter(sorted(taken, key=lambda match: match.start()))


def _days(match: re.Match[str], parse_date: ParseDate) -> PrintedDay | None:
    said = match.groupdict()
    if said.get("iso"):
        return _iso(match)
    if said.get("plain"):
        return _in_figures(match, parse_date)
    last = _spelt(said.get("d2") or said["d"], said.get("m2") or said["m"], said["y"], parse_date)
    first = _spelt(said["d"], said["m"], said["y"], parse_date) if said.get("d2") else ()
    return PrintedDay(match.start(), match.end(), last, first) if last else None


def _iso(match: re.Match[str]) -> PrintedDay | None:
    try:
        return PrintedDay(match.start(), match.end(), (date.fromisoformat(match["iso"]),))
    except ValueError:
        return None


def _in_figures(match: re.Match[str], parse_date: ParseDate) -> PrintedDay | None:
    figures = re.sub(r"\s", "", match["plain"])
    leading = int(re.split(r"\D", figures)[0])
    days = tuple(sorted(set(parse_date(figures)), key=lambda day: (day.day != leading, day)))
    if not days:
        return None
    settled = len(days) == 1 and days[0].day != days[0].month
    day_first = days[0].day == leading if settled else None
    return PrintedDay(match.start(), match.end(), days, day_first=day_first)


def _spelt(day: str, month: str, year: str, parse_date: ParseDate) -> tuple[date, ...]:
    return tuple(sorted(set(parse_date(f"{day} {month} {year}"))))


def _joined(found: list[PrintedDay], text: str) -> list[PrintedDay]:
    joined: list[PrintedDay] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and not before.first and BETWEEN.fullmatch(text[before.end : one.start]):
            known = before.day_first if one.day_first is None else one.day_first
            joined[-1] = PrintedDay(before.start, one.end, one.days, before.days, known)
        else:
            joined.append(one)
    return joined
