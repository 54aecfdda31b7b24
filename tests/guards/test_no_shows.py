"""SQL typed straight in: who is here did come, and nobody is late before the start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Privilege, db
from registry.models.guards import missing_guards
from registry.rules.vocabulary import AppointmentState
from tests import given
from tests.guards.taking_off import without
from tests.guards.test_words_in_the_database import migrate

TABLE = Appointment.__table__


@pytest.fixture
def number(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return given.booked(harbour, dana)


def do(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)


def change(number, **values):
    do(update(TABLE).where(TABLE.c.id == number).values(values))


def starts(number):
    db.session.rollback()
    return db.session.scalar(select(TABLE.c.starts_at).where(TABLE.c.id == number))


def missed(number, **values):
    change(number, **dict(state="no_show", missed_at=starts(number)) | values)


def test_it_can_be_recorded_and_taken_back(number):
    missed(number)
    change(number, state="confirmed", missed_at=None)
    assert given.state_of(number) is AppointmentState.CONFIRMED


def before_its_start(number):
    missed(number, missed_at=starts(number) - timedelta(seconds=1))


def while_checked_in(number):
    missed(number, checked_in_at=starts(number))


def with_another_length(number):
    missed(number, ends_at=starts(number) + timedelta(minutes=20))


def of_a_held_one(number):
    change(number, state="held")
    missed(number)


def straight_to_cancelled(number):
    missed(number)
    change(number, state="cancelled", missed_at=None)


def back_and_checked_in_at_once(number):
    missed(number)
    change(number, state="confirmed", missed_at=None, checked_in_at=starts(number))


WAYS = [
    before_its_start,
    while_checked_in,
    with_another_length,
    of_a_held_one,
    straight_to_cancelled,
    back_and_checked_in_at_once,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_database_refuses(number, way):
    with pytest.raises(DBAPIError, match="appointment_no_show"):
        way(number)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_without_the_guard_it_would_pass(number, database, way):
    with without(database, "appointment_no_show"):
        way(number)
        assert given.state_of(number) is not None


def test_what_nobody_came_to_is_not_done(number, database):
    missed(number)
    with pytest.raises(DBAPIError, match=r"appointment_(path|no_show)"):
        change(number, state="done", missed_at=None)
    with without(database, "appointment_no_show"), pytest.raises(DBAPIError, match="_path"):
        change(number, state="done", missed_at=None)


def test_nothing_enters_as_not_come(number):
    row = dict(db.session.execute(select(TABLE).where(TABLE.c.id == number)).one()._mapping)
    del row["id"]
    late = dict(state="no_show", missed_at=row["ends_at"])
    db.session.rollback()
    change(number, state="cancelled")
    with pytest.raises(DBAPIError, match="appointment_path"):
        do(insert(TABLE).values(row | late))


def test_the_way_back_to_confirmed_asks_for_the_privilege(number):
    missed(number)
    do(Privilege.__table__.delete())
    with pytest.raises(DBAPIError, match="appointment_covered"):
        change(number, state="confirmed", missed_at=None)
    change(number, state="begun", missed_at=None)
    assert given.state_of(number) is AppointmentState.BEGUN


@pytest.mark.parametrize("values", [dict(state="no_show"), dict(missed_at="starts_at")])
def test_when_it_was_recorded_stands_with_the_word_and_only_with_it(number, values):
    if "missed_at" in values:
        values = dict(missed_at=starts(number))
    with pytest.raises(DBAPIError, match="missed_no_show"):
        change(number, **values)


def test_back_and_forth_nothing_is_lost_and_there_is_no_way_back_while_it_is_in_use(
    app, database, number
):
    before = as_kept(number)
    migrate(app, database, downgrade, "0012")
    migrate(app, database, upgrade, "head")
    assert as_kept(number) == before
    assert missing_guards(db.session.connection()) == []
    missed(number)
    with pytest.raises(DBAPIError, match="ck_appointments_appointmentstate"):
        migrate(app, database, downgrade, "0012")
    assert given.state_of(number) is AppointmentState.NO_SHOW


def as_kept(number):
    db.session.rollback()
    row = db.session.execute(text(f"SELECT * FROM appointments WHERE id = {number}")).one()
    return dict(row._mapping)
