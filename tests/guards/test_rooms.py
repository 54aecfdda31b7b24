"""SQL typed straight into the database books nothing in a closed room, nor closes a booked one."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Room, db
from tests import given
from tests.guards.taking_off import without

DAY, DAY_AFTER = date(2027, 6, 30), date(2027, 7, 1)


@pytest.fixture
def scene(app):
    """An exercise in the first of two rooms; the second is closed from that day on."""
    harbour = given.clinic()
    slot = given.slot(harbour, 10, day=DAY)
    number = given.booked(
        harbour, given.practitioner(at=harbour), slot, treatment="exercise", sites=()
    )
    first, second = given.rooms(harbour)[:2]
    _do(_closing(second, DAY))
    return number, first, second


def _closing(room_id, day):
    return update(Room).where(Room.id == room_id).values(closed_from=day)


def _into(number, room_id):
    return update(Appointment.__table__).where(Appointment.id == number).values(room_id=room_id)


def _do(statement):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(statement)


def test_nothing_is_put_into_a_closed_room(scene, database):
    number, _, second = scene
    with pytest.raises(DBAPIError, match="room_closed"):
        _do(_into(number, second))
    with without(database, "room_closed"):
        _do(_into(number, second))
        assert db.session.get_one(Appointment, number).room_id == second


def test_it_may_be_put_there_if_the_room_closes_after_its_last_day(scene):
    number, _, second = scene
    _do(_closing(second, DAY_AFTER))
    _do(_into(number, second))
    assert db.session.get_one(Appointment, number).room_id == second


@pytest.mark.parametrize("state", ["confirmed", "held"])
def test_a_room_is_not_closed_under_what_keeps_its_slot_there(scene, database, state):
    number, first, _ = scene
    _do(update(Appointment.__table__).where(Appointment.id == number).values(state=state))
    with pytest.raises(DBAPIError, match="room_in_use"):
        _do(_closing(first, DAY))
    with without(database, "room_in_use"):
        _do(_closing(first, DAY))
        assert db.session.get_one(Room, first).closed_from == DAY


def test_a_room_may_be_closed_after_its_last_appointment_or_once_that_is_cancelled(scene):
    number, first, _ = scene
    _do(_closing(first, DAY_AFTER))
    _do(update(Appointment.__table__).where(Appointment.id == number).values(state="cancelled"))
    _do(_closing(first, DAY))
    assert db.session.get_one(Room, first).closed_from == DAY
