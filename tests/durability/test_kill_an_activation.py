"""An activation killed in its midst goes on from where it was, and the gate was never wider."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

from sqlalchemy import func, select

from registry.jobs.examinations.diary import confirmed_appointments
from registry.jobs.examinations.privileges import privileges
from registry.models import Adoption, AdoptionState, AuditEntry, db
from registry.services import activations
from registry.services.activations import activate_adoption
from tests import given
from tests.services.activating import asking, derived, finish, stored, within

PEOPLE = 24
PLAIN = (str, int, bool)


def go_on_until_killed(app, after):
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    db.session.remove()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.durability.activator", json.dumps(settings)],
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        for _ in range(after):
            assert worker.stdout.readline() == "a step\n"
        worker.send_signal(signal.SIGKILL)


def test_it_goes_on_from_where_it_was_killed(app, monkeypatch):
    harbour = given.clinic(adopted=False)
    given.adopt("US-MT", asking(50))
    people = [given.practitioner(f"Person {n:02}", at=harbour) for n in range(PEOPLE)]
    for number, who in enumerate(people):
        given.certified(who, hours_total=60 if number % 2 else 90)
    booked = [
        given.booked(harbour, who, given.slot(harbour, 9 + n // 6, 10 * (n % 6), minutes=10))
        for n, who in enumerate(people)
    ]
    ids = [who.id for who in people]
    old = stored(ids)
    monkeypatch.setattr(activations, "AT_ONCE", 2)
    made = given.proposed("US-MT", asking(80))
    activate_adoption(actor=given.adopter(), adoption_id=made.id, now=given.NOW)

    for after in (1, 4, 9):
        go_on_until_killed(app, after)
        held, new = stored(ids), derived(ids)
        switched = db.session.get_one(Adoption, made.id).state is AdoptionState.ACTIVE
        for who in ids:
            assert within(held.get(who, {}), (new if switched else old).get(who, {})), who
        assert [*privileges(db.session()), *confirmed_appointments(db.session())] == []

    finish()
    assert stored(ids) == derived(ids)
    states = [given.state_of(one) for one in booked]
    assert states == ["confirmed", "held"] * (PEOPLE // 2)
    holds = select(func.count()).where(AuditEntry.action == "hold appointment")
    assert db.session.scalar(holds) == PEOPLE // 2
