"""The best repair: what is better than what, what is legal, and the plain way beside it."""

from __future__ import annotations

from itertools import combinations

import pytest

from registry.rules.repair import (
    Item,
    Option,
    Problem,
    Score,
    ceiling,
    clash,
    crowds,
    is_legal,
    score,
)
from registry.rules.repair_answers import (
    Placement,
    Why,
    answers,
    answers_kept,
    sharing,
)
from registry.rules.repair_greedy import plain_plan
from registry.rules.repair_kept import as_kept, problem_kept
from tests.repairs_at_random import best_score, every_plan, repair_at_random

NINE, HALF = 9 * 3600, 1800
ANA, BO, CY = 1, 2, 3


def option(who, starts=NINE, **known):
    """Half an hour at nine, by somebody new to the patient, in a room of their own."""
    kept = starts == NINE
    ordinary = dict(
        practitioner_id=who,
        room_id=10 + who,
        starts=starts,
        ends=starts + HALF,
        busy_from=starts,
        busy_until=starts + HALF,
        kept=kept,
        known=False,
        own=False,
        days=0,
    )
    return Option(**ordinary | known)


def item(number, *options, patient=None):
    return Item(number, 1, patient or 100 + number, NINE, options)


def problem(*items, **loads):
    return Problem(items, {ANA: loads.get("ana", 0), BO: loads.get("bo", 0)})


def test_placing_one_more_outweighs_any_time_kept_and_that_any_known_face():
    later = NINE + HALF
    all_moved = [item(n, option(ANA, later + n * HALF, days=9)) for n in range(3)]
    most = problem(*all_moved, item(8, option(BO, known=True)), item(9, option(CY, known=True)))
    three_moved, two_kept = {0: 0, 1: 0, 2: 0}, {3: 0, 4: 0}
    assert score(most, three_moved) > score(most, two_kept)
    one_kept = problem(item(1, option(ANA), option(ANA, later, known=True)))
    assert score(one_kept, {0: 0}) > score(one_kept, {0: 1})
    known_far = problem(item(1, option(ANA, later), option(ANA, later, known=True, days=9)))
    assert score(known_far, {0: 1}) > score(known_far, {0: 0})


def test_work_goes_to_whoever_has_least_and_what_is_theirs_already_is_no_work():
    two = problem(item(1, option(ANA), option(BO)), ana=5, bo=1)
    assert score(two, {0: 0}) == Score(1, 1, 0, 0, -11)
    assert score(two, {0: 1}) == Score(1, 1, 0, 0, -3)
    theirs = problem(item(1, option(ANA, own=True)), ana=5)
    assert score(theirs, {0: 0}).even == 0


@pytest.mark.parametrize(
    ("one", "other", "clashes"),
    [
        (dict(), dict(room_id=99), True),
        (dict(), dict(practitioner_id=BO), True),
        (dict(), dict(practitioner_id=BO, room_id=99), False),
        (dict(), dict(starts=NINE + HALF, ends=NINE + 2 * HALF, busy_from=NINE + HALF,
                      busy_until=NINE + 2 * HALF), False),
        (dict(busy_until=NINE + HALF + 300), dict(starts=NINE + HALF, ends=NINE + 2 * HALF,
                      busy_from=NINE + HALF, busy_until=NINE + 2 * HALF), True),
    ],
)  # fmt: skip
def test_nobody_and_no_room_is_had_twice_at_a_time_with_what_lies_around_it(one, other, clashes):
    first, second = item(1, option(ANA, **one)), item(2, option(ANA)._replace(**other))
    assert clash(first, first.options[0], second, second.options[0]) is clashes
    assert is_legal(problem(first, second), {0: 0, 1: 0}) is not clashes


def test_a_patient_is_at_one_place_at_a_time_but_not_kept_busy_by_what_lies_around_it():
    mine = item(1, option(ANA, busy_until=NINE + HALF + 600), patient=7)
    next_up = option(BO, NINE + HALF, busy_from=NINE + HALF - 600)
    assert is_legal(problem(mine, item(2, next_up, patient=7)), {0: 0, 1: 0})
    assert not is_legal(problem(mine, item(2, option(BO), patient=7)), {0: 0, 1: 0})


def test_what_is_no_plan_for_it_is_not_legal():
    assert not is_legal(problem(item(1, option(ANA))), {0: 1})
    assert not is_legal(problem(item(1, option(ANA))), {1: 0})


def test_any_part_of_a_legal_plan_is_legal():
    for seed in range(30):
        made = repair_at_random(seed, items=6, people=3)
        plan = plain_plan(made)
        assert all(
            is_legal(made, dict(part))
            for size in range(len(plan))
            for part in combinations(plan.items(), size)
        )


def test_the_plain_way_is_legal_and_no_better_than_trying_everything():
    worse = 0
    for seed in range(120):
        made = repair_at_random(seed, items=5, people=3)
        plan, best = plain_plan(made), best_score(made)
        assert is_legal(made, plan)
        assert score(made, plan) <= best
        worse += score(made, plan) < best
    assert worse > 10, "the random repairs are too easy"


def test_the_plain_way_keeps_the_time_before_a_known_face_and_takes_who_has_least_to_do():
    choice = problem(
        item(1, option(ANA, NINE + HALF, known=True), option(ANA), option(BO)), ana=4, bo=2
    )
    assert plain_plan(choice) == {0: 2}


def test_whatever_clashes_is_in_one_crowd_together():
    for seed in range(60):
        made = repair_at_random(seed, items=6, people=3)
        together = {pair for crowd in crowds(made) for pair in combinations(sorted(crowd), 2)}
        ways = sorted(
            (at, which) for at, one in enumerate(made.items) for which in range(len(one.options))
        )
        for one, other in combinations(ways, 2):
            if one[0] == other[0]:
                continue
            first, second = made.items[one[0]], made.items[other[0]]
            clashes = clash(first, first.options[one[1]], second, second.options[other[1]])
            assert clashes == ((one, other) in together), (seed, one, other)


def test_no_plan_is_above_the_ceiling_in_anything():
    reached = 0
    for seed in range(60):
        made = repair_at_random(seed, items=5, people=3)
        for plan in every_plan(made):
            got = score(made, plan)
            most = ceiling(made, got.placed)
            assert all(one <= other for one, other in zip(got, most, strict=True))
            reached += got.even == most.even < 0
    assert reached > 40


def test_kept_in_a_row_it_is_the_same():
    made = repair_at_random(3, items=6, people=3)
    assert problem_kept(as_kept(made)) == made
    told = answers(made, plain_plan(made), {})
    assert answers_kept([list(one) for one in told]) == told


def test_it_is_said_why_the_best_way_parts_from_the_plain_one():
    only_ana = item(2, option(ANA))
    either = item(1, option(ANA, known=True), option(BO))
    both = problem(either, only_ana)
    plain = plain_plan(both)
    assert plain == {0: 0}
    first, second = answers(both, {0: 1, 1: 0}, plain)
    assert first.parting == (Why.MAKES_WAY, 2)
    assert second.parting == (Why.PLACED, None)
    known = problem(item(1, option(ANA, known=True), option(BO)))
    assert answers(known, {0: 0}, {0: 1})[0].parting == (Why.KNOWN, None)
    even = problem(item(1, option(ANA), option(BO)))
    assert answers(even, {0: 0}, {0: 1})[0].parting == (Why.EVEN, None)
    near = problem(item(1, option(ANA, NINE + HALF), option(BO, NINE + HALF, days=1)))
    assert answers(near, {0: 0}, {0: 1})[0].parting == (Why.NEAR, None)
    assert answers(even, {0: 0}, {0: 0})[0].parting is None


def test_how_the_work_is_shared_counts_what_is_taken_over():
    def placed(who, own=False):
        return Placement(who, 1, 0, 1, True, True, own, 0)

    assert sharing([placed(ANA), placed(ANA), placed(BO), placed(CY, own=True), None]) == (2, 2)
    assert sharing([]) == (0, 0)
