from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound
from registry.models import AuditEntry, Room, db
from registry.queries.bookings import free_room
from registry.queries.openings import free_openings
from registry.queries.premises import place
from registry.rules.treatments import NOTHING_MORE
from registry.rules.vocabulary import Role, Treatment
from registry.services.rooms import change_room
from registry.services.scheduling import cancel_appointment
from tests import given
from tests.given import NOW, TODAY

DAY = timedelta(days=1)
CLOSED = TODAY + 7 * DAY
ON_FOOT = dict(treatment=Treatment.MANUAL_THERAPY, sites=())


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def close(harbour, mara):
    """Close Room 1 from a day on."""

    def close(day=CLOSED, **known):
        ordinary = dict(actor=mara, clinic_id=harbour.id, room_id=given.rooms(harbour)[0])
        ordinary |= dict(name="Room 1", closed_from=day, now=NOW)
        change_room(**ordinary | known)

    return close


def test_a_room_is_renamed_and_the_trail_says_so(harbour, close):
    close(None, name="The attic")
    assert db.session.get_one(Room, given.rooms(harbour)[0]).name == "The attic"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    told = json.loads(entry.body)
    assert (told["before"]["name"], told["after"]["name"]) == ("Room 1", "The attic")


def test_a_room_does_not_take_the_name_of_another(close):
    with pytest.raises(BadInput) as refusal:
        close(None, name="Room 2")
    assert refusal.value.field == "name"


def test_a_closed_room_is_booked_until_the_day_before(harbour, dana, close):
    close()
    given.booked(harbour, dana, given.slot(harbour, 10, day=CLOSED - DAY), **ON_FOOT)
    with pytest.raises(BadInput, match="Room 1 is closed from Mon 8 March 2027 on") as refusal:
        given.booked(harbour, dana, given.slot(harbour, 10, day=CLOSED), **ON_FOOT)
    assert refusal.value.field == "room_id"


def test_a_closed_room_is_not_offered_from_that_day_on(harbour, dana, close):
    close()
    known, second = place(harbour.id), given.rooms(harbour)[1]

    def rooms_of(day):
        found = free_openings([harbour.id], (), 30, day, day, limit=5)
        return {opening.room_id for opening in found}

    assert rooms_of(CLOSED - DAY) == {given.rooms(harbour)[0]}
    assert rooms_of(CLOSED) == {second}
    assert free_room(known, given.slot(harbour, 10, day=CLOSED), NOTHING_MORE) == second
    assert [room.id for room in known.rooms_on(CLOSED)] == [second]


def test_no_room_is_closed_under_what_is_booked_there(harbour, dana, close):
    early = given.booked(harbour, dana, given.slot(harbour, 10, day=CLOSED - DAY), **ON_FOOT)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=CLOSED), **ON_FOOT)
    with pytest.raises(BadInput, match=r"1 appointment is booked .* Mon 8 March") as refusal:
        close()
    assert refusal.value.field == "closed_from"
    desk = given.somebody(Role.FRONT_DESK, harbour)
    known = dict(actor=desk, seen_version=1, reason="closed", now=NOW)
    cancel_appointment(appointment_id=number, **known)
    close()
    assert db.session.get_one(Room, given.rooms(harbour)[0]).closed_from == CLOSED
    assert early != number


def test_a_room_is_not_closed_from_a_day_that_has_passed_and_may_be_opened_again(harbour, close):
    with pytest.raises(BadInput, match="today or a later"):
        close(TODAY - DAY)
    close(TODAY)
    close(None)
    assert db.session.get_one(Room, given.rooms(harbour)[0]).closed_from is None


def test_only_who_runs_the_clinic_closes_its_rooms(harbour, close):
    with pytest.raises(NotAllowed):
        close(actor=given.somebody(Role.FRONT_DESK, harbour))
    hill = given.clinic("Hill Clinic", adopted=False)
    with pytest.raises(NotFound):
        close(actor=given.somebody(Role.MANAGER, hill))
    with pytest.raises(NotFound):
        close(room_id=given.rooms(hill)[0])


def test_a_new_name_locks_nobodys_diary_nor_does_who_may_not_close_a_room(
    harbour, dana, close, statements
):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    statements.clear()
    close(None, name="The attic")
    with pytest.raises(NotAllowed):
        close(actor=desk)
    assert [each for each in statements if "FROM practitioners" in each] == []
    close()
    assert [each for each in statements if "FROM practitioners" in each] != []
