"""A span cannot be taken from under a confirmed appointment."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Privilege, db
from tests import given
from tests.guards.taking_off import without

DAY = date(2027, 6, 30)
TABLE = Privilege.__table__


@pytest.fixture
def booked(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana, taught=frozenset({"thigh"}))
    return given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))


TAKING = {
    "deleted": delete(TABLE).where(TABLE.c.site == "thigh"),
    "all deleted": delete(TABLE),
    "shortened": update(TABLE).where(TABLE.c.site == "thigh").values(last_day=date(2027, 6, 29)),
    "started later": update(TABLE)
    .where(TABLE.c.site == "thigh")
    .values(first_day=date(2027, 7, 1)),
    "given to another site": update(TABLE).where(TABLE.c.site == "thigh").values(site="neck"),
}


def _do(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)


def spans():
    """The first days of those for the thigh."""
    db.session.rollback()
    return db.session.scalars(select(Privilege.first_day).where(Privilege.site == "thigh")).all()


@pytest.mark.parametrize("statement", TAKING.values(), ids=TAKING)
def test_the_database_refuses(booked, statement):
    with pytest.raises(DBAPIError, match="privilege_in_use"):
        _do(statement)


@pytest.mark.parametrize("statement", TAKING.values(), ids=TAKING)
def test_without_the_guard_it_would_pass(booked, database, statement):
    with without(database, "privilege_in_use"):
        _do(statement)
        db.session.rollback()
        left = db.session.scalar(
            select(Privilege.site).where(
                Privilege.site == "thigh", Privilege.first_day <= DAY, Privilege.last_day >= DAY
            )
        )
        assert left is None


def test_a_span_may_go_once_the_appointment_is_held(booked):
    _do(update(Appointment.__table__).values(state="held"))
    _do(TAKING["deleted"])
    assert spans() == []


def test_a_span_may_go_where_another_covers_the_appointment(booked):
    row = db.session.execute(select(TABLE).where(TABLE.c.site == "thigh")).one()._mapping
    _do(insert(TABLE).values({**row, "first_day": date(2027, 6, 1)}))
    _do(delete(TABLE).where(TABLE.c.site == "thigh", TABLE.c.first_day == row["first_day"]))
    assert spans() == [date(2027, 6, 1)]
