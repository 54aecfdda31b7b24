"""Alternating rounds: every case takes its turn in each, so a noisy moment meets them all."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from time import perf_counter

ROUNDS = 7
WARM_UP = 3

Deed = Callable[[], object]
#: Makes the deed of the next call; what it prepares is not timed.
Prepare = Callable[[], Deed]


class Timings:
    """Seconds: for each case and round, the time of every call."""

    def __init__(self, taken: Mapping[str, list[list[float]]]) -> None:
        self._taken = taken

    def seconds(self, case: str) -> float:
        return median(self._rounds(case))

    def ratio(self, case: str, reference: str) -> float:
        """Of the same round to the same round, then the median: what drifts, drifts for both."""
        pairs = zip(self._rounds(case), self._rounds(reference), strict=True)
        return median(ours / theirs for ours, theirs in pairs)

    def p95(self, case: str) -> float:
        calls = sorted(seconds for calls in self._taken[case] for seconds in calls)
        return calls[math.ceil(len(calls) * 0.95) - 1]

    def exponent(self, small: str, large: str, times: int) -> float:
        """e where the cost grows as (size to the power of e); 0 is flat, 1 is in proportion."""
        return math.log(self.ratio(large, small)) / math.log(times)

    def _rounds(self, case: str) -> list[float]:
        return [median(calls) for calls in self._taken[case]]


def alternate(
    cases: Mapping[str, Prepare],
    *,
    calls: int,
    rounds: int = ROUNDS,
    warm_up: int = WARM_UP,
    clock: Callable[[], float] = perf_counter,
) -> Timings:
    """So many calls of each case in each round; the order turns from round to round."""
    for prepare in cases.values():
        for _ in range(warm_up):
            prepare()()
    taken: dict[str, list[list[float]]] = {name: [] for name in cases}
    for number in range(rounds):
        for name in _turned(list(cases), number):
            gc.collect()
            taken[name].append([_timed(cases[name](), clock) for _ in range(calls)])
    return Timings(taken)


def always(deed: Deed) -> Prepare:
    """A deed that needs nothing prepared."""
    return lambda: deed


def _timed(deed: Deed, clock: Callable[[], float]) -> float:
    before = clock()
    deed()
    return clock() - before


def _turned(names: list[str], by: int) -> Iterator[str]:
    for place in range(len(names)):
        yield names[(place + by) % len(names)]
