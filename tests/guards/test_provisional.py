"""SQL typed straight in: provisional is needling at a clinic that takes such bookings, no more."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Clinic, db
from registry.rules.vocabulary import AppointmentState
from tests import given
from tests.guards.taking_off import without

TABLE = Appointment.__table__


@pytest.fixture
def harbour(app):
    made = given.clinic()
    do(update(Clinic.__table__).values(takes_provisional=True))
    return made


@pytest.fixture
def number(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return given.booked(harbour, dana)


def do(statement):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(statement)


def change(number, **values):
    do(update(TABLE).where(TABLE.c.id == number).values(values))


def uncovered(number):
    """Nothing that anybody holds covers the neck."""
    change(number, state="provisional", sites=["neck"])


def takes_none(harbour):
    do(update(Clinic.__table__).values(takes_provisional=False))


def another(number, **values):
    db.session.rollback()
    row = dict(db.session.execute(select(TABLE).where(TABLE.c.id == number)).mappings().one())
    del row["id"]
    later = {
        name: row[name].replace(hour=22) if row[name].hour < 20 else row[name]
        for name in ("starts_at", "ends_at", "busy_from", "busy_until")
    }
    do(insert(TABLE).values(row | later | values))


def test_what_nobody_covers_can_be_provisional_and_enter_so(number):
    uncovered(number)
    assert given.state_of(number) is AppointmentState.PROVISIONAL


@pytest.mark.parametrize("state", ["begun", "done", "confirmed"])
def test_it_becomes_neither_begun_nor_done_nor_confirmed_without_cover(number, state):
    uncovered(number)
    with pytest.raises(DBAPIError, match=r"guard:appointment_(path|covered)"):
        change(number, state=state)
    assert given.state_of(number) is AppointmentState.PROVISIONAL


def test_nor_did_its_patient_not_come(number):
    uncovered(number)
    starts = db.session.scalar(select(TABLE.c.starts_at).where(TABLE.c.id == number))
    with pytest.raises(DBAPIError, match="guard:appointment_no_show"):
        change(number, state="no_show", missed_at=starts)


def test_it_keeps_its_slot(number):
    uncovered(number)
    db.session.rollback()
    row = dict(db.session.execute(select(TABLE).where(TABLE.c.id == number)).mappings().one())
    del row["id"]
    with pytest.raises(DBAPIError, match="_taken"):
        do(insert(TABLE).values(row))


def where_none_is_taken(number, harbour):
    takes_none(harbour)
    change(number, state="provisional")


def as_another_treatment(number, harbour):
    exercise = given.kind_of("exercise")["treatment_type_id"]
    change(number, state="provisional", treatment="exercise", sites=[], treatment_type_id=exercise)


def with_somebody_let_in(number, harbour):
    starts = db.session.scalar(select(TABLE.c.starts_at).where(TABLE.c.id == number))
    change(number, state="provisional", checked_in_at=starts)


@pytest.mark.parametrize("deed", [where_none_is_taken, as_another_treatment, with_somebody_let_in])
def test_otherwise_nothing_is_provisional(number, harbour, database, deed):
    with pytest.raises(DBAPIError, match="guard:appointment_provisional"):
        deed(number, harbour)
    with without(database, "appointment_provisional"):
        deed(number, harbour)
        assert given.state_of(number) is AppointmentState.PROVISIONAL
