"""The exact solver of repairs: HiGHS, in a child process, one goal after the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import accumulate
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from registry.rules.repair import Plan, Problem, Way, ceiling, crowds, is_legal, score

CHILD = Path(__file__).with_name("repair_child.py")
TO_BEGIN = 40  # seconds that a child may take besides solving, where others are busy too
BEAT = 5  # seconds between two calls of what is to be done meanwhile
#: Nothing of ours; and one thread, for the machine has others to serve.
SURROUNDINGS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Goal(IntEnum):
    """What is made as large as possible, in this order; each keeps what those before it reached."""

    TIMES = 0  # as many placed as possible, then times kept
    PATIENTS = 1  # practitioners known, then few days moved
    WORK = 2  # shared


#: How much of a score has been seen to after each goal.
UNTIL = {Goal.TIMES: 2, Goal.PATIENTS: 4, Goal.WORK: 5}


class Found(NamedTuple):
    """
    The plan is better than the one it began from, or that very one. `proven`: none is better in
    this goal.

    `failed`: the solver could not run, or died.
    """

    plan: dict[int, int]
    proven: bool
    seconds: float
    failed: bool = False


def improve(
    problem: Problem,
    plan: Plan,
    goal: Goal,
    seconds: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> Found:
    """
    The best plan for this goal that is as good as `plan` in those before it.

    What the child says is looked at as if a stranger had said it: nothing illegal comes out of
    here, and nothing worse. `meanwhile` is called every few seconds; what it raises ends the child.
    """
    began = monotonic()
    if _is_at_its_best(problem, plan, goal):
        return Found(dict(plan), True, 0.0)
    model = _Model(problem)
    model.keep(plan, goal)
    answer = _ask_child(model.question(goal, seconds), seconds, meanwhile)
    took = monotonic() - began
    chosen = answer.get("chosen") if answer else None
    if answer is None or chosen is None:
        return Found(dict(plan), False, took, failed=answer is None)
    found = model.plan_of(chosen)
    if not is_legal(problem, found):
        return Found(dict(plan), False, took)
    reached, had = score(problem, found), score(problem, plan)
    proven = bool(answer["proven"]) and reached[: UNTIL[goal]] >= had[: UNTIL[goal]]
    return Found(found if reached > had else dict(plan), proven, took)


def _is_at_its_best(problem: Problem, plan: Plan, goal: Goal) -> bool:
    """There is nothing to look for: as when each has its time, and somebody it knows."""
    reached = score(problem, plan)
    most = ceiling(problem, reached.placed)
    since = UNTIL[Goal(goal - 1)] if goal else 0
    return reached[since : UNTIL[goal]] == most[since : UNTIL[goal]]


@dataclass
class _Model:
    """
    A whole column, zero or one, for each way; then, for the work, one for each piece of it that
    somebody might take: the first costs least, so what is taken is what is cheapest.
    """

    problem: Problem
    rows: list[list[tuple[int, int]]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        items = self.problem.items
        self.ways = [Way(at, n) for at, one in enumerate(items) for n in range(len(one.options))]
        self.options = [items[way.at].options[way.which] for way in self.ways]
        self.number = {way: column for column, way in enumerate(self.ways)}
        self.price: list[int] = []
        of_items: list[list[int]] = [[] for _ in items]
        for column, way in enumerate(self.ways):
            of_items[way.at].append(column)
        for columns in of_items:
            self._at_most_one(columns)
        for crowd in crowds(self.problem):
            self._at_most_one([self.number[way] for way in crowd])

    def keep(self, plan: Plan, goal: Goal) -> None:
        """What was reached before this goal is not given up for it."""
        reached = score(self.problem, plan)
        count = len(self.problem.items)
        if goal > Goal.TIMES:
            self._row(((n, 1) for n in range(len(self.ways))), reached.placed, count)
            kept = ((n, 1) for n, one in enumerate(self.options) if one.kept)
            self._row(kept, reached.kept, count)
        if goal > Goal.PATIENTS:
            known = ((n, 1) for n, one in enumerate(self.options) if one.known)
            self._row(known, reached.known, count)
            moved = ((n, one.days) for n, one in enumerate(self.options) if one.days)
            self._row(moved, 0, -reached.near)
            self._share_work()

    def question(self, goal: Goal, seconds: float) -> dict[str, Any]:
        return {
            "gain": [*self._gains(goal), *(-price for price in self.price)],
            "whole": len(self.ways),
            "columns": [column for row in self.rows for column, _ in row],
            "values": [value for row in self.rows for _, value in row],
            "begins": [0, *accumulate(len(row) for row in self.rows)],
            "least": self.least,
            "most": self.most,
            "seconds": max(seconds, 0.5),
        }

    def plan_of(self, chosen: Sequence[int]) -> dict[int, int]:
        return {self.ways[n].at: self.ways[n].which for n in chosen if 0 <= n < len(self.ways)}

    def _gains(self, goal: Goal) -> list[int]:
        """One of the greater outweighs all there can be of the lesser."""
        count = len(self.problem.items)
        if goal is Goal.TIMES:
            return [count + 1 + one.kept for one in self.options]
        if goal is Goal.PATIENTS:
            weight = sum(max((o.days for o in i.options), default=0) for i in self.problem.items)
            return [(weight + 1) * one.known - one.days for one in self.options]
        return [0] * len(self.options)

    def _share_work(self) -> None:
        """The n-th piece of work that somebody with `load` takes over costs 2 * load + 2n - 1."""
        taking: dict[int, dict[int, list[int]]] = {}
        for column, (way, one) in enumerate(zip(self.ways, self.options, strict=True)):
            if not one.own:
                taking.setdefault(one.practitioner_id, {}).setdefault(way.at, []).append(column)
        for who, by_item in taking.items():
            load, first = self.problem.loads.get(who, 0), len(self.ways) + len(self.price)
            pieces = range(1, len(by_item) + 1)
            self.price += [2 * load + 2 * n - 1 for n in pieces]
            row = [(column, 1) for columns in by_item.values() for column in columns]
            self._row([*row, *((first + n - 1, -1) for n in pieces)], 0, 0)

    def _at_most_one(self, columns: Sequence[int]) -> None:
        if len(columns) > 1:
            self._row(((column, 1) for column in columns), 0, 1)

    def _row(self, row: Iterable[tuple[int, int]], least: float, most: float) -> None:
        self.rows.append(list(row))
        self.least.append(least)
        self.most.append(most)


def _ask_child(
    question: dict[str, Any], seconds: float, meanwhile: Callable[[], None]
) -> dict[str, Any] | None:
    """None if it failed, whatever the reason: somebody then looks at the plain answer."""
    with tempfile.TemporaryDirectory(prefix="registry-repair-") as folder:
        try:
            child = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
                [sys.executable, "-I", "-B", str(CHILD)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=SURROUNDINGS,
                cwd=folder,
            )
        except OSError:
            return None
        with child:
            try:
                told = json.dumps(question).encode() + b"\n"
                said = _said(child, told, monotonic() + seconds + TO_BEGIN, meanwhile)
                return dict(json.loads(said)) if child.returncode == 0 else None
            except (subprocess.SubprocessError, ValueError, OSError):
                return None
            finally:
                child.kill()


def _said(
    child: subprocess.Popen[bytes], told: bytes, until: float, meanwhile: Callable[[], None]
) -> bytes:
    """Raises TimeoutExpired where it takes too long, and whatever `meanwhile` raises."""
    tell: bytes | None = told
    while True:
        left = until - monotonic()
        try:
            return child.communicate(tell, timeout=max(min(BEAT, left), 0))[0]
        except subprocess.TimeoutExpired:
            if left <= BEAT:
                raise
        tell = None  # it has it, or is being handed it still
        meanwhile()
