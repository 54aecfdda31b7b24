"""`python -m tests.benchmarks [NAME ...]`: all sections, or those named; prints, never fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

from tests.benchmarks import (
    activating,
    boards,
    booking,
    crowds,
    forecasting,
    growing,
    judging,
    reading,
    repairing,
    rosters,
    searching,
)
from tests.benchmarks.houses import Street, streets
from tests.benchmarks.kept import cache
from tests.benchmarks.table import Table, say

#: These have no database.
RULES, READING = "rules", "reading"
SECTIONS: dict[str, Callable[[Street], Table]] = {
    "booking": booking.measure,
    "crowd": crowds.measure,
    "board": boards.measure,
    "roster": rosters.measure,
    "rebuild": judging.rebuild,
    "search": searching.measure,
    "forecast": forecasting.measure,
    "growth": growing.measure,
    "activating": activating.measure,
    "repair": repairing.measure,
}


def main(names: list[str]) -> int:
    known = [RULES, READING, *SECTIONS]
    names = names or known
    if unknown := set(names) - {*known}:
        say(f"No such section: {min(unknown)}. There are: {', '.join(known)}.")
        return 2
    began = perf_counter()
    over = judging.judge().over if RULES in names else []
    over += reading.measure() if READING in names else []
    if not set(names) & SECTIONS.keys():
        return told(began, over)
    with cache() as kept, streets(kept) as both:
        for name in SECTIONS:
            for street in both if name in names else ():
                over += SECTIONS[name](street).over
    return told(began, over)


def told(began: float, over: list[str]) -> int:
    say(f"\nTook {perf_counter() - began:.0f} s. {len(over)} over their aim.")
    for line in over:
        say(f"  {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
