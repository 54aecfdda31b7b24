"""Repairs worked out in the background: reading, the plain way, then one goal after the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from registry.adapters.clock import ticks
from registry.adapters.repair_solver import Found, Goal, improve
from registry.errors import Overtaken
from registry.models import RepairPhase, db
from registry.models.base import TRY_AGAIN
from registry.queries.repair_options import read_problem
from registry.queries.repairs import RepairStep, step_of_repair
from registry.rules.repair import Plan, Problem, score
from registry.rules.repair_answers import answers
from registry.rules.repair_greedy import plain_plan
from registry.rules.repair_kept import as_kept, problem_kept
from registry.services.repairs import claim_repair, keep_claim, keep_repair_step

GOALS = {
    RepairPhase.TIMES: Goal.TIMES,
    RepairPhase.PATIENTS: Goal.PATIENTS,
    RepairPhase.WORK: Goal.WORK,
}
AFTER = dict(zip(RepairPhase, list(RepairPhase)[1:], strict=False))
SHORTEST = 1.0  # seconds a goal has, even if those before took all
#: So long a step is whoever claimed it, and anew while the solver works: of whoever died over it
#: another takes over then. Reading and keeping take a few seconds; done twice, one is dropped.
LEASE = timedelta(seconds=30)


def take_repair_step(*, repair_id: int, seconds: float, now: datetime) -> None:
    """
    One step. `seconds` are for all goals together. Raises Overtaken where somebody else has it.

    No transaction is open while it is thought.
    """
    claim = _Claim(repair_id, now)
    if (step := step_of_repair(repair_id)) is None:
        return
    if step.phase is RepairPhase.READING:
        _keep(step, *_read(step, now), as_of=now, now=now)
        return
    db.session.rollback()
    work = step.work or {}
    problem, best = problem_kept(work["problem"]), dict(work["best"])
    left = max(seconds - work["seconds"], SHORTEST)
    found = improve(problem, best, GOALS[step.phase], left, claim.renew)
    _keep(step, problem, _further(work, found), as_of=step.as_of, now=now)


class _Claim:
    """A step is ours for a while, and longer each time it is renewed."""

    def __init__(self, repair_id: int, now: datetime) -> None:
        """Raises Overtaken where somebody else has it."""
        self.repair_id, self.now, self.began = repair_id, now, ticks()
        self.until = now + LEASE
        if not claim_repair(repair_id=repair_id, now=now, until=self.until):
            raise Overtaken(TRY_AGAIN)

    def renew(self) -> None:
        """Raises Overtaken where somebody else took it over: then it is not gone on with."""
        held, self.until = self.until, self._now() + LEASE
        if not keep_claim(repair_id=self.repair_id, held=held, until=self.until):
            raise Overtaken(TRY_AGAIN)

    def _now(self) -> datetime:
        return self.now + timedelta(seconds=ticks() - self.began)


def _read(step: RepairStep, now: datetime) -> tuple[Problem, dict[str, Any]]:
    problem = read_problem(step.clinic_id, step.practitioner_id, now)
    db.session.rollback()
    plain = plain_plan(problem)
    kept = [list(each) for each in plain.items()]
    work = {"problem": as_kept(problem), "plain": kept, "best": kept, "seconds": 0.0}
    return problem, {**work, "proven": [], "failed": False}


def _further(work: dict[str, Any], found: Found) -> dict[str, Any]:
    return {
        **work,
        "best": [list(each) for each in found.plan.items()],
        "seconds": work["seconds"] + found.seconds,
        "proven": [*work["proven"], found.proven],
        "failed": work["failed"] or found.failed,
    }


def _keep(
    step: RepairStep,
    problem: Problem,
    work: dict[str, Any],
    *,
    as_of: datetime | None,
    now: datetime,
) -> None:
    reached, result = AFTER[step.phase], None
    if not any(item.options for item in problem.items):  # there is nothing to choose from
        reached, work = RepairPhase.ANSWERED, {**work, "proven": [True] * len(GOALS)}
    if reached is RepairPhase.ANSWERED:
        result = _result(problem, dict(work["best"]), dict(work["plain"]), work)
    keep_repair_step(
        repair_id=step.id,
        after=step.phase,
        reached=reached,
        work=None if result else work,
        result=result,
        as_of=as_of,
        now=now,
    )


def _result(problem: Problem, best: Plan, plain: Plan, work: dict[str, Any]) -> dict[str, Any]:
    return {
        "answers": [list(one) for one in answers(problem, best, plain)],
        "best": list(score(problem, best)),
        "plain": list(score(problem, plain)),
        "proven": all(work["proven"]),
        "failed": work["failed"],
        "seconds": round(work["seconds"], 1),
    }
