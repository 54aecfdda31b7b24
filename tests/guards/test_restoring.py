"""A cancelled appointment stands again only through the guards that a new one has to pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Engagement, Privilege, Room, db
from registry.rules.vocabulary import AppointmentState, Treatment
from tests import given
from tests.guards.taking_off import without

DAY = date(2027, 6, 30)
TABLE = Appointment.__table__


def _do(statement: Any) -> None:
    with db.engine.begin() as connection:
        connection.execute(statement)


class Scene:
    """Two that were cancelled: needling in the morning, exercise in the afternoon."""

    def __init__(self) -> None:
        self.clinic = given.clinic()
        self.dana = given.practitioner(at=self.clinic)
        given.certified(self.dana)
        self.needling = given.booked(self.clinic, self.dana, given.slot(self.clinic, 10, day=DAY))
        on_foot = dict(treatment=Treatment.EXERCISE, sites=())
        afternoon = given.slot(self.clinic, 14, day=DAY)
        self.exercise = given.booked(self.clinic, self.dana, afternoon, **on_foot)
        for number in (self.needling, self.exercise):
            _do(update(TABLE).where(TABLE.c.id == number).values(state="cancelled"))

    def somebody_else(self, **known: Any) -> None:
        """Another booking in the morning, that shares only what is named."""
        ana = given.practitioner("Ana Ruiz", at=self.clinic)
        given.certified(ana)
        ordinary = dict(room_id=given.rooms(self.clinic)[1])
        if patient := known.pop("patient", None):
            ordinary["patient_id"] = patient
        when = given.slot(self.clinic, 10, 15, day=DAY)
        given.booked(self.clinic, known.pop("whom", ana), when, **ordinary | known)

    @property
    def patient(self) -> int:
        return db.session.get_one(Appointment, self.needling).patient_id


def _privilege_gone(s: Scene) -> int:
    _do(Privilege.__table__.delete())
    return s.needling


def _works_no_more(s: Scene) -> int:
    _do(update(Engagement.__table__).values(last_day=date(2027, 6, 29)))
    return s.exercise


def _room_closed(s: Scene) -> int:
    room = given.rooms(s.clinic)[0]
    _do(update(Room.__table__).where(Room.__table__.c.id == room).values(closed_from=DAY))
    return s.needling


def _practitioner_taken(s: Scene) -> int:
    s.somebody_else(whom=s.dana)
    return s.needling


def _room_taken(s: Scene) -> int:
    s.somebody_else(room_id=given.rooms(s.clinic)[0])
    return s.needling


def _patient_taken(s: Scene) -> int:
    s.somebody_else(patient=s.patient)
    return s.needling


WAYS: dict[str, Callable[[Scene], int]] = {
    "appointment_covered": _privilege_gone,
    "appointment_engaged": _works_no_more,
    "room_closed": _room_closed,
    "practitioner_taken": _practitioner_taken,
    "room_taken": _room_taken,
    "patient_taken": _patient_taken,
}


@pytest.fixture
def scene(app):
    return Scene()


def restore(number: int) -> None:
    _do(update(TABLE).where(TABLE.c.id == number).values(state="confirmed"))


@pytest.mark.parametrize("guard", WAYS)
def test_the_database_does_not_restore_it(scene, guard):
    number = WAYS[guard](scene)
    with pytest.raises(DBAPIError, match=guard):
        restore(number)
    assert given.state_of(number) is AppointmentState.CANCELLED


@pytest.mark.parametrize("guard", WAYS)
def test_without_the_guard_it_would_be_restored(scene, database, guard):
    number = WAYS[guard](scene)
    with without(database, guard):
        restore(number)
        assert given.state_of(number) is AppointmentState.CONFIRMED


def test_it_is_restored_where_nothing_speaks_against_it(scene):
    for number in (scene.needling, scene.exercise):
        restore(number)
        assert given.state_of(number) is AppointmentState.CONFIRMED


@pytest.mark.parametrize("state", ["begun", "done"])
def test_a_cancelled_one_never_begins_or_is_done(scene, state):
    with pytest.raises(DBAPIError, match="appointment_path"):
        _do(update(TABLE).where(TABLE.c.id == scene.needling).values(state=state))
    assert given.state_of(scene.needling) is AppointmentState.CANCELLED
