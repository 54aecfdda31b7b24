"""Repair answers: the best plan beside the plain one, and where and why they part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from registry.rules.repair import Item, Option, Plan, Problem, clash


class Why(StrEnum):
    """Why the best plan does something else with it than the plain one."""

    PLACED = "placed"  # the plain one leaves it on hold
    MAKES_WAY = "makes_way"  # whom or what the plain one gives it is for another
    KEPT = "kept"
    KNOWN = "known"
    NEAR = "near"
    EVEN = "even"


class Parting(NamedTuple):
    """`rival` is the appointment that it makes way for."""

    why: Why
    rival: int | None = None


class Placement(NamedTuple):
    """What becomes of one appointment. Moments are epoch seconds."""

    practitioner_id: int
    room_id: int
    starts: int
    ends: int
    kept: bool
    known: bool
    own: bool
    days: int


class Answer(NamedTuple):
    """Of one appointment; None leaves it on hold. `nobody` is why nothing else can be done."""

    id: int
    version: int
    best: Placement | None
    plain: Placement | None
    parting: Parting | None
    nobody: str | None


class Sharing(NamedTuple):
    """How many people take something over, and how many whoever takes most."""

    people: int
    most: int


def answers(problem: Problem, best: Plan, plain: Plan) -> list[Answer]:
    """In the order of the items."""
    return [
        Answer(
            item.id,
            item.version,
            _placement(_option(problem, best, at)),
            _placement(_option(problem, plain, at)),
            _parting(problem, best, plain, at),
            item.nobody,
        )
        for at, item in enumerate(problem.items)
    ]


def sharing(placed: Iterable[Placement | None]) -> Sharing:
    taken = Counter(one.practitioner_id for one in placed if one and not one.own)
    return Sharing(len(taken), max(taken.values(), default=0))


def answers_kept(kept: Iterable[list[Any]]) -> list[Answer]:
    """As they were kept in a row: lists of lists."""
    return [
        Answer(
            number,
            version,
            Placement(*best) if best else None,
            Placement(*plain) if plain else None,
            Parting(Why(parting[0]), parting[1]) if parting else None,
            nobody,
        )
        for number, version, best, plain, parting, nobody in kept
    ]


def _option(problem: Problem, plan: Plan, at: int) -> Option | None:
    which = plan.get(at)
    return None if which is None else problem.items[at].options[which]


def _placement(one: Option | None) -> Placement | None:
    if one is None:
        return None
    where = (one.practitioner_id, one.room_id, one.starts, one.ends)
    return Placement(*where, one.kept, one.known, one.own, one.days)


def _parting(problem: Problem, best: Plan, plain: Plan, at: int) -> Parting | None:
    if best.get(at) == plain.get(at):
        return None
    item, here, there = problem.items[at], _option(problem, best, at), _option(problem, plain, at)
    if there is None:
        return Parting(Why.PLACED)
    if (rival := _rival(problem, best, item, there)) is not None:
        return Parting(Why.MAKES_WAY, rival)
    if here is None or here.kept > there.kept:
        return Parting(Why.KEPT)
    if here.known > there.known:
        return Parting(Why.KNOWN)
    return Parting(Why.NEAR if here.days < there.days else Why.EVEN)


def _rival(problem: Problem, best: Plan, item: Item, wanted: Option) -> int | None:
    """Who has in the best plan what the plain one gives this appointment."""
    others = ((other, option) for other, option in problem.chosen(best) if other is not item)
    found = (other.id for other, option in others if clash(item, wanted, other, option))
    return next(found, None)
