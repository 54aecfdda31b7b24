"""Repair: how all that is on hold could be placed at once, and which of two ways disrupts less."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heapreplace
from itertools import combinations
from typing import NamedTuple


class Nobody(StrEnum):
    """Why something cannot be placed at all, whatever becomes of the rest."""

    FORBIDDEN = "forbidden"
    UNABLE = "unable"
    NO_TIME = "no_time"


IN_WORDS = {
    Nobody.FORBIDDEN: "Something noted forbids needling the patient. Change the treatment.",
    Nobody.UNABLE: "Nobody who works there may give it within two weeks of its time.",
    Nobody.NO_TIME: "Whoever may give it has no time, or no room is free, within two weeks of it.",
}
CONTESTED = "Whoever could take it is needed for others that nobody else can take."


class Option(NamedTuple):
    """
    One way to place one appointment. Moments are epoch seconds.

    `known`: the patient was treated by them before, or was to be now. `own`: nobody takes anything
    over. `days`: how many days of the calendar it moves.
    """

    practitioner_id: int
    room_id: int
    starts: int
    ends: int
    busy_from: int
    busy_until: int
    kept: bool
    known: bool
    own: bool
    days: int


@dataclass(frozen=True, slots=True)
class Item:
    """An appointment on hold; `nobody` where it has no options."""

    id: int
    version: int
    patient_id: int
    starts: int
    options: tuple[Option, ...]
    nobody: Nobody | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """`items`, the soonest first. `loads`: how many each practitioner has on those days already."""

    items: tuple[Item, ...]
    loads: Mapping[int, int]

    def chosen(self, plan: Plan) -> Iterator[tuple[Item, Option]]:
        for at, which in plan.items():
            yield self.items[at], self.items[at].options[which]


#: Which option of which item, by their places. What is not in it stays on hold.
Plan = Mapping[int, int]


class Score(NamedTuple):
    """Of two plans the greater disrupts less. `near` and `even` are zero or less."""

    placed: int
    kept: int
    known: int
    near: int
    even: int


def score(problem: Problem, plan: Plan) -> Score:
    """
    As many placed as possible, then times kept, practitioners known, few days moved, work shared.

    `even` is how much the sum of the squares of everybody's work grows, so that work goes to
    whoever has little.
    """
    chosen = [option for _, option in problem.chosen(plan)]
    taken = Counter(option.practitioner_id for option in chosen if not option.own)
    return Score(
        placed=len(chosen),
        kept=sum(option.kept for option in chosen),
        known=sum(option.known for option in chosen),
        near=-sum(option.days for option in chosen),
        even=-sum(n * (2 * problem.loads.get(who, 0) + n) for who, n in taken.items()),
    )


def ceiling(problem: Problem, placed: int) -> Score:
    """
    What no plan that places so many can be above, whatever clashes: a plan that reaches a part of
    it needs no search. Work that must be taken over goes to whoever has least, piece by piece.
    """
    options = [item.options for item in problem.items if item.options]
    takers = {option.practitioner_id for some in options for option in some if not option.own}
    over = placed - sum(any(option.own for option in some) for some in options)
    pieces = [(2 * problem.loads.get(who, 0) + 1, who) for who in takers]
    heapify(pieces)
    price = 0
    for _ in range(over if pieces else 0):
        cost, who = pieces[0]
        heapreplace(pieces, (cost + 2, who))
        price += cost
    return Score(
        placed=len(options),
        kept=sum(any(option.kept for option in some) for some in options),
        known=sum(any(option.known for option in some) for some in options),
        near=0,
        even=-price,
    )


def clash(item: Item, option: Option, other: Item, theirs: Option) -> bool:
    """They cannot both be: one practitioner, room or patient in two places at a time."""
    at_once = option.starts < theirs.ends and theirs.starts < option.ends
    if at_once and item.patient_id == other.patient_id:
        return True
    if option.practitioner_id != theirs.practitioner_id and option.room_id != theirs.room_id:
        return False
    return option.busy_from < theirs.busy_until and theirs.busy_from < option.busy_until


def is_legal(problem: Problem, plan: Plan) -> bool:
    """
    Nothing in it clashes. What is booked besides was looked at when the options were read.

    What is on hold keeps its time until it is placed, so no option lies on the time of another:
    any part of a legal plan is legal, in any order.
    """
    for at, which in plan.items():
        if not (0 <= at < len(problem.items) and 0 <= which < len(problem.items[at].options)):
            return False
    for members in _by_resource(problem, plan).values():
        for (item, option), (other, theirs) in combinations(members, 2):
            if clash(item, option, other, theirs):
                return False
    return True


def _by_resource(problem: Problem, plan: Plan) -> dict[tuple[str, int], list[tuple[Item, Option]]]:
    found = defaultdict(list)
    for item, option in problem.chosen(plan):
        found["practitioner", option.practitioner_id].append((item, option))
        found["room", option.room_id].append((item, option))
        found["patient", item.patient_id].append((item, option))
    return found


class Way(NamedTuple):
    """Which option of which item, by their places."""

    at: int
    which: int


def crowds(problem: Problem) -> Iterator[list[Way]]:
    """
    Of each of these at most one can be: all that would have somebody, or a room, at one moment.

    These are the largest such crowds of each practitioner, room and patient; whatever clashes is
    in one of them together. Crowds of one item only are left out.
    """
    members: defaultdict[tuple[str, int], list[tuple[int, int, Way]]] = defaultdict(list)
    for at, item in enumerate(problem.items):
        for which, one in enumerate(item.options):
            busy = (one.busy_from, one.busy_until, Way(at, which))
            members["practitioner", one.practitioner_id].append(busy)
            members["room", one.room_id].append(busy)
            members["patient", item.patient_id].append((one.starts, one.ends, Way(at, which)))
    for some in members.values():
        yield from _largest(some)


def _largest(spans: Iterable[tuple[int, int, Way]]) -> Iterator[list[Way]]:
    """Just before somebody leaves, where somebody came since the last one left."""
    turns = [(until, 0, way) for _, until, way in spans]
    turns += [(since, 1, way) for since, _, way in spans]
    here: dict[Way, None] = {}
    grown = False
    for _, comes, way in sorted(turns):
        if comes:
            here[way] = None
            grown = True
            continue
        if grown and len({each.at for each in here}) > 1:
            yield list(here)
        grown = False
        del here[way]
