"""The exact solver: never worse than the plain way, never illegal, as good as trying everything."""

from __future__ import annotations

import time

import pytest

from registry.adapters import repair_solver
from registry.adapters.repair_solver import Goal, improve
from registry.rules.repair import Item, Problem, is_legal, score
from registry.rules.repair_greedy import plain_plan
from tests.repairs_at_random import best_score, repair_at_random, side_by_side

TINY, APART = 40, 1000


def solved(problem, seconds=20):
    """After all goals; whether each was proven."""
    plan, proven = plain_plan(problem), []
    for goal in Goal:
        found = improve(problem, plan, goal, seconds)
        assert not found.failed
        assert score(problem, found.plan) >= score(problem, plan)
        plan = found.plan
        proven.append(found.proven)
    return plan, proven


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_as_good_as_trying_everything_and_never_worse_than_the_plain_way(seed):
    """Many tiny ones side by side: the best of all is the best of each."""
    tiny = [
        repair_at_random(seed * TINY + n, items=5, people=3, first=n * APART) for n in range(TINY)
    ]
    whole = side_by_side(tiny)
    plan, proven = solved(whole)
    assert is_legal(whole, plan)
    assert proven == [True, True, True]
    best = [best_score(one) for one in tiny]
    assert score(whole, plan) == tuple(sum(column) for column in zip(*best, strict=True))
    assert score(whole, plan) > score(whole, plain_plan(whole))


def test_a_crowded_clinic_is_solved_legally_and_better_than_the_plain_way():
    crowded = repair_at_random(7, items=60, people=12)
    plan, _ = solved(crowded)
    assert is_legal(crowded, plan)
    assert score(crowded, plan) > score(crowded, plain_plan(crowded))


def test_a_plan_that_is_as_good_stays_as_it_is_and_is_proven():
    crowded = repair_at_random(7, items=12, people=4)
    plan, _ = solved(crowded)
    for goal in Goal:
        found = improve(crowded, plan, goal, 20)
        assert (found.plan, found.proven) == (plan, True)


def test_where_there_is_nothing_to_choose_from_nothing_is_solved():
    nobody = Problem((Item(1, 1, 1, 0, ()),), {})
    assert improve(nobody, {}, Goal.TIMES, 5) == ({}, True, 0.0, False)


def test_one_that_can_only_be_placed_in_one_way_is():
    item = next(one for one in repair_at_random(5, items=9, people=2).items if one.options)
    alone = Problem((Item(1, 1, 1, 0, item.options[:1]),), {})
    assert improve(alone, {}, Goal.TIMES, 5).plan == {0: 0}
    assert improve(alone, {0: 0}, Goal.WORK, 5).plan == {0: 0}


def test_a_solver_that_dies_leaves_the_plain_answer_and_says_so(tmp_path, monkeypatch):
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit(3)\n")
    monkeypatch.setattr(repair_solver, "CHILD", broken)
    made = repair_at_random(7, items=10, people=3)
    found = improve(made, plain_plan(made), Goal.TIMES, 5)
    assert (found.plan, found.proven, found.failed) == (plain_plan(made), False, True)


def test_a_solver_that_hangs_is_stopped(tmp_path, monkeypatch):
    slow = tmp_path / "child.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(repair_solver, "CHILD", slow)
    monkeypatch.setattr(repair_solver, "TO_BEGIN", 0.2)
    made = repair_at_random(7, items=10, people=3)
    found = improve(made, plain_plan(made), Goal.TIMES, 0.3)
    assert found.failed
    assert found.seconds < 10


@pytest.mark.parametrize("said", ["[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", "[999]", "[]"])
def test_what_the_child_says_is_not_believed(tmp_path, monkeypatch, said):
    liar = tmp_path / "child.py"
    liar.write_text(f'print(\'{{"chosen": {said}, "proven": true}}\')\n')
    monkeypatch.setattr(repair_solver, "CHILD", liar)
    made = repair_at_random(7, items=10, people=3)
    found = improve(made, plain_plan(made), Goal.TIMES, 5)
    assert is_legal(made, found.plan)
    assert score(made, found.plan) >= score(made, plain_plan(made))


def test_while_the_child_works_what_is_to_be_done_meanwhile_is_and_its_answer_is_still_heard(
    tmp_path, monkeypatch
):
    slow = tmp_path / "child.py"
    slow.write_text("import sys, time\nsys.stdin.read()\ntime.sleep(1)\nprint('{}')\n")
    monkeypatch.setattr(repair_solver, "CHILD", slow)
    monkeypatch.setattr(repair_solver, "BEAT", 0.1)
    made, called = repair_at_random(7, items=10, people=3), []
    found = improve(made, plain_plan(made), Goal.TIMES, 5, lambda: called.append("again"))
    assert called.count("again") >= 3
    assert (found.plan, found.proven, found.failed) == (plain_plan(made), False, False)


def test_what_is_raised_meanwhile_ends_the_child(tmp_path, monkeypatch):
    slow = tmp_path / "child.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(repair_solver, "CHILD", slow)
    monkeypatch.setattr(repair_solver, "BEAT", 0.1)

    def overtaken():
        raise RuntimeError("somebody else has it")

    made = repair_at_random(7, items=10, people=3)
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="somebody else has it"):
        improve(made, plain_plan(made), Goal.TIMES, 30, overtaken)
    assert time.monotonic() - began < 20
