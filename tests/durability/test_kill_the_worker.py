"""Workers killed at any moment lose no letter and no step, and double none of what is ours."""

from __future__ import annotations

import random
import time
from collections import Counter

from sqlalchemy import func, select

from registry.jobs.examinations.diary import confirmed_appointments
from registry.jobs.examinations.privileges import privileges
from registry.models import AuditEntry, Letter, db
from registry.queries.activations import waiting_activation
from registry.services import activations
from registry.services.activations import activate_adoption
from tests import given
from tests.durability.working import (
    PostOffice,
    Workers,
    let_leases_end,
    promise,
    unsent,
    until,
)
from tests.services.activating import asking, derived, stored

LETTERS = 200
PEOPLE = 12
#: How many letters have arrived when a worker is killed. At the first, the very moment a letter
#: was taken: the worker never hears that it was.
KILLS = (20, 70, 120, 170)


def an_activation_under_way(monkeypatch):
    harbour = given.clinic(adopted=False)
    given.adopt("US-MT", asking(50))
    people = [given.practitioner(f"Person {n:02}", at=harbour) for n in range(PEOPLE)]
    for number, who in enumerate(people):
        given.certified(who, hours_total=60 if number % 2 else 90)
    booked = [
        given.booked(harbour, who, given.slot(harbour, 9 + n // 6, 10 * (n % 6), minutes=10))
        for n, who in enumerate(people)
    ]
    monkeypatch.setattr(activations, "AT_ONCE", 2)
    made = given.proposed("US-MT", asking(80))
    activate_adoption(actor=given.adopter(), adoption_id=made.id, now=given.NOW)
    return [who.id for who in people], booked


def two_more(workers):
    for _ in range(2):
        workers.start("work")


def test_workers_killed_again_and_again_lose_nothing_and_double_nothing(app, nursery, monkeypatch):
    people, booked = an_activation_under_way(monkeypatch)
    promise(*range(LETTERS))
    db.session.remove()

    killed = []

    def kill_before_they_hear(number):
        if number == KILLS[0]:
            killed.append(workers.kill_all())

    post, chance = PostOffice(kill_before_they_hear), random.Random(7)  # noqa: S311
    with post.opened() as mail, Workers(nursery, app, mail) as workers:
        two_more(workers)
        until(lambda: killed)
        for moment in KILLS[1:]:
            two_more(workers)
            until(lambda moment=moment: post.has(moment))
            time.sleep(chance.uniform(0, 0.03))
            killed.append(workers.kill_all())
        let_leases_end()
        two_more(workers)
        until(lambda: not unsent() and waiting_activation() is None)

    arrived, went = Counter(post.taken), Letter.last_error == ""
    assert set(arrived) == {
        f"<letter-{number}@registry.test>"
        for number in db.session.scalars(select(Letter.id).where(went))
    }
    # One letter a killed worker, at the most: the one that was just being taken.
    assert 1 <= len(post.taken) - len(arrived) <= sum(killed)
    assert max(arrived.values()) == 2
    db.session.remove()
    assert stored(people) == derived(people)
    assert [given.state_of(one) for one in booked] == ["confirmed", "held"] * (PEOPLE // 2)
    holds = select(func.count()).where(AuditEntry.action == "hold appointment")
    assert db.session.scalar(holds) == PEOPLE // 2
    assert [*privileges(db.session()), *confirmed_appointments(db.session())] == []
