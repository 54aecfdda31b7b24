"""Several processes at one diary: whatever the order, a plain count finds nobody in two places."""

from __future__ import annotations

import json
import subprocess
import sys

from sqlalchemy import func, select

from registry.models import Appointment, AuditEntry, db
from tests.guards.taking_off import without
from tests.plain_diary import TIMES, apart, double_booked, scene_of

PLAIN = (str, int, bool)
PROCESSES, STEPS = 4, 40
CLOSE = 30  # steps of 5 minutes: so near that they meet


def crowd(app, scene, *, within=100, careless=False):
    """What became of each deed of each process; they begin together."""
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    told = dict(
        clinic=scene.clinic.id,
        desk=scene.desk.account_id,
        rooms=scene.rooms,
        people=scene.people,
        patients=scene.patients,
        types=[scene.kinds[2].type_id],  # which both rooms are fit for, and anybody may give
        begins=scene.begins.timestamp() + 3600,
        within=within,
        steps=STEPS,
        careless=careless,
    )
    db.session.remove()
    done = subprocess.run(
        [sys.executable, "-m", "tests.concurrency.crowd", json.dumps([settings, told, PROCESSES])],
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    outcomes = done.stdout.splitlines()
    assert len(outcomes) == PROCESSES * STEPS
    assert [each for each in outcomes if each.startswith("failed")] == []
    return outcomes


def traced():
    """Changes of appointments that the audit trail tells of."""
    db.session.rollback()
    return db.session.scalar(
        select(func.count(AuditEntry.id)).where(AuditEntry.action.endswith(" appointment"))
    )


def test_processes_that_book_move_give_and_cancel_at_random_put_nobody_in_two_places(app):
    scene = scene_of(TIMES["a day"])

    outcomes = crowd(app, scene)

    assert double_booked(scene.on_record().values()) == []
    words = [each.split()[0] for each in outcomes]
    booked = {int(each.split()[1]) for each in outcomes if each.startswith("booked")}
    assert booked == set(db.session.scalars(select(Appointment.id)))
    assert len(booked) > 10
    assert {"refused", "changed", "cancelled"} <= set(words)
    done = sum(word in {"booked", "changed", "cancelled"} for word in words)
    assert traced() == done, "each that was acknowledged is on record once"
    refused = {each.split()[1] for each in outcomes if each.startswith("refused")}
    assert refused <= {"DiaryClash", "Overtaken", "NotInThatState"}, outcomes


def test_without_locks_and_guards_processes_would_book_somebody_twice(app, database):
    scene = scene_of(TIMES["a day"])
    with without(database, *apart(database)):
        crowd(app, scene, within=CLOSE, careless=True)
        assert double_booked(scene.on_record().values()) != []


def test_the_guards_alone_keep_processes_apart_that_do_not_wait_for_each_other(app):
    scene = scene_of(TIMES["a day"])
    outcomes = crowd(app, scene, within=CLOSE, careless=True)
    assert double_booked(scene.on_record().values()) == []
    assert sum(each.startswith("booked") for each in outcomes) > 2
