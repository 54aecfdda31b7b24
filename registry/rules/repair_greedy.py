"""The plain repair: one after the other, the soonest first, each to the best that is still free."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict

from registry.rules.repair import Item, Option, Problem

Key = tuple[str, int]


def plain_plan(problem: Problem) -> dict[int, int]:
    """
    As somebody would do it by hand: the time kept before a known face, then near, then who has
    least to do. It never goes back on what it gave away.
    """
    busy, load = _Busy(), Counter(problem.loads)
    plan: dict[int, int] = {}
    for at, item in enumerate(problem.items):
        ranked = sorted(range(len(item.options)), key=lambda which: _rank(item, which, load))
        for which in ranked:
            option = item.options[which]
            if busy.is_free(item, option):
                busy.take(item, option)
                load[option.practitioner_id] += not option.own
                plan[at] = which
                break
    return plan


def _rank(item: Item, which: int, load: Counter[int]) -> tuple[bool, bool, int, int, int]:
    one = item.options[which]
    own_load = 0 if one.own else load[one.practitioner_id] + 1
    return not one.kept, not one.known, one.days, own_load, which


class _Busy:
    """What was given away so far: of one key nothing overlaps, so two neighbours are looked at."""

    def __init__(self) -> None:
        self._spans: defaultdict[Key, list[tuple[int, int]]] = defaultdict(list)

    def is_free(self, item: Item, option: Option) -> bool:
        return all(self._is_free(key, span) for key, span in _keys(item, option))

    def take(self, item: Item, option: Option) -> None:
        for key, span in _keys(item, option):
            insort(self._spans[key], span)

    def _is_free(self, key: Key, span: tuple[int, int]) -> bool:
        spans = self._spans.get(key, [])
        place = bisect_left(spans, span)
        before = spans[place - 1] if place else None
        after = spans[place] if place < len(spans) else None
        return (before is None or before[1] <= span[0]) and (after is None or after[0] >= span[1])


def _keys(item: Item, option: Option) -> list[tuple[Key, tuple[int, int]]]:
    busy = (option.busy_from, option.busy_until)
    return [
        (("practitioner", option.practitioner_id), busy),
        (("room", option.room_id), busy),
        (("patient", item.patient_id), (option.starts, option.ends)),
    ]
