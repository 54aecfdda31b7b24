"""A plot of the year ahead: where its lines run, in weeks across and per cent down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from registry.rules.capacity import Weeks
from registry.rules.forecast import Minutes, Outlook
from registry.web.formats import MONTHS

#: Hours between two lines of the grid.
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000)
MOST_LINES = 4
EVERY = 3  # month is named where there is little room


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    at: float  # per cent across
    minor: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """
    Paths as SVG writes them, a unit across for a week, 100 down for `top` hours.

    `short` runs along `needed` in the weeks that are short.
    """

    weeks: int
    capacity: str
    renewed: str
    needed: str
    short: str
    lines: list[tuple[int, float]]  # hours, and per cent down
    months: list[Month]


def plot_of(outlook: Outlook, weeks: Weeks) -> Plot:
    needed = [outlook.needed(week) for week in range(weeks.number)]
    highest = max(*outlook.renewed, *outlook.capacity, *needed) / 60
    step = next((one for one in STEPS if one * MOST_LINES >= highest), STEPS[-1])
    top = step * max(1, -(-highest // step))
    scale = 100 / (top * 60)
    return Plot(
        weeks.number,
        _area(outlook.capacity, scale),
        _area(outlook.renewed, scale),
        _line(needed, scale, range(weeks.number)),
        " ".join(
            _line(needed, scale, range(run[0], run[-1] + 1)) for run in _runs(outlook.short_weeks)
        ),
        [(hours, 100 - hours * 100 / top) for hours in range(0, int(top) + 1, step)],
        _months(weeks.mondays),
    )


def _area(minutes: Minutes, scale: float) -> str:
    return f"M0 100 {_steps(minutes, scale, 0)} V100 Z"


def _line(minutes: Minutes, scale: float, weeks: range) -> str:
    """A step for each week, from the beginning of the first to the end of the last."""
    height = _down(minutes[weeks.start], scale)
    run = minutes[weeks.start : weeks.stop]
    return f"M{weeks.start} {height} {_steps(run, scale, weeks.start)}"


def _steps(minutes: Minutes, scale: float, first: int) -> str:
    return " ".join(
        f"V{_down(each, scale)} H{week + 1}" for week, each in enumerate(minutes, start=first)
    )


def _down(minutes: int, scale: float) -> str:
    return f"{100 - minutes * scale:.2f}"


def _runs(weeks: Sequence[int]) -> list[list[int]]:
    """Weeks that follow one another, together."""
    found = groupby(enumerate(weeks), key=lambda pair: pair[1] - pair[0])
    return [[week for _, week in run] for _, run in found]


def _months(mondays: Sequence[date]) -> list[Month]:
    """Where each begins, but for the one that is under way; years where they are new."""
    found: list[Month] = []
    for week, (before, monday) in enumerate(pairwise(mondays), start=1):
        if monday.month != before.month:
            year = f" {monday.year}" if monday.month == 1 or not found else ""
            name = MONTHS[monday.month - 1][:3] + year
            found.append(Month(name, week * 100 / len(mondays), len(found) % EVERY != 0))
    return found
