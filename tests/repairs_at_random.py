"""Random repairs, and the plainest way to find their best answer: try everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from registry.rules.repair import Item, Option, Problem, is_legal, score

QUARTER = 900


def repair_at_random(seed: int, items: int, people: int, first: int = 0) -> Problem:
    """Crowded on purpose. Numbers of people, rooms and patients begin after `first`."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    made = [_item(dice, first + n, first, people) for n in range(1, items + 1)]
    loads = {first + who: dice.randrange(4) for who in range(people)}
    return Problem(tuple(sorted(made, key=lambda one: one.starts)), loads)


def _item(dice: random.Random, number: int, first: int, people: int) -> Item:
    starts, length = dice.randrange(6) * QUARTER, dice.choice([2, 3, 4]) * QUARTER
    own = first + dice.randrange(people)
    options = []
    for _ in range(dice.randrange(5)):
        who, kept = first + dice.randrange(people), dice.random() < 0.6
        at = starts if kept else dice.randrange(10) * QUARTER
        room = first + dice.randrange(people)
        around = dice.choice([0, 300])
        known = dice.random() < 0.5
        days = 0 if at == starts else dice.randrange(3)
        busy = (at - around, at + length + around)
        options.append(
            Option(who, room, at, at + length, *busy, at == starts, known, who == own, days)
        )
    return Item(number, 1, first + dice.randrange(3), starts, tuple(options))


def every_plan(problem: Problem) -> Iterator[dict[int, int]]:
    """All that are legal."""
    choices = [[None, *range(len(item.options))] for item in problem.items]
    for chosen in product(*choices):
        plan = {at: which for at, which in enumerate(chosen) if which is not None}
        if is_legal(problem, plan):
            yield plan


def best_score(problem: Problem):
    return max(score(problem, plan) for plan in every_plan(problem))


def side_by_side(problems: list[Problem]) -> Problem:
    """Of which none knows of another: the best of all is the best of each."""
    items = [item for one in problems for item in one.items]
    loads = {who: load for one in problems for who, load in one.loads.items()}
    return Problem(tuple(items), loads)
