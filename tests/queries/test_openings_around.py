"""The search for free starts, where preparation, clean-up and fit rooms count."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from registry.models import Appointment, Room, db
from registry.queries.openings import free_openings
from registry.rules.treatments import Needs
from tests import given
from tests.given import TODAY

DAY = TODAY + timedelta(days=1)
OPENS, CLOSES = 8, 18


@pytest.fixture
def harbour(app):
    return given.clinic()


def test_it_finds_what_a_plain_search_finds_with_time_around_and_rooms_to_fit(harbour):
    chance = Random(11)  # noqa: S311
    types = [
        given.treatment_type(f"Type {n}", preparation=before, clean_up=after)
        for n, (before, after) in enumerate([(0, 0), (5, 10), (20, 0), (0, 60), (7, 3)])
    ]
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(3)]
    for person in people:
        given.certified(person)
    rooms = given.rooms(harbour)
    fit = {rooms[0]: [types[1].id, types[3].id], rooms[1]: []}
    db.session.execute(
        update(Room).where(Room.id == rooms[0]).values(fit_for=fit[rooms[0]], fit_since=TODAY)
    )
    db.session.commit()
    usual = given.open_always(harbour)
    for _ in range(60):
        kind, person, room = chance.choice(types), chance.choice(people), chance.choice(rooms)
        hour, minute = chance.randrange(7, 18), chance.choice([0, 5, 7, 15, 20, 30, 50])
        long = chance.choice([10, 25, 30, 45])
        when = given.slot(harbour, hour, minute, day=DAY, minutes=long)
        if _free_rooms(when, kind, person, [room], fit):
            given.booked(harbour, person, when, room_id=room, treatment_type_id=kind.id)
    given.open_at(harbour, usual)

    for kind in types[:4]:
        found = free_openings([harbour.id], ["thigh"], 40, DAY, DAY, limit=9999, needs=kind.needs)
        assert {(one.starts_at, one.practitioner_id, one.room_id) for one in found} == {
            (when.starts_at, person.id, free[0])
            for when in _quarters(harbour, 40)
            for person in people
            if (free := _free_rooms(when, kind, person, rooms, fit))
        }
        assert found


def _quarters(harbour, minutes):
    last = given.slot(harbour, CLOSES, day=DAY).starts_at
    quarters = (
        given.slot(harbour, number // 4, number % 4 * 15, day=DAY, minutes=minutes)
        for number in range(OPENS * 4, CLOSES * 4)
    )
    return [slot for slot in quarters if slot.ends_at <= last]


def _free_rooms(when, kind, person, rooms, fit):
    """Those that this person could have then; what is booked is read as bare moments."""
    busy = kind.needs.busy(when)
    taken = [
        each
        for each in db.session.scalars(select(Appointment))
        if each.busy_from < busy.ends_at and each.busy_until > busy.starts_at
    ]
    if person.id in {each.practitioner_id for each in taken}:
        return []
    return [
        room
        for room in rooms
        if room not in {each.room_id for each in taken} and (not fit[room] or kind.id in fit[room])
    ]


@pytest.mark.parametrize("minutes", [0, 30])
def test_what_lies_before_midnight_counts_for_who_prepares_after_it(app, minutes):
    """Open round the clock: clean-up of the evening before is still in the way."""
    night = given.clinic("Night Clinic", hours=given.ROUND_THE_CLOCK)
    dana = given.practitioner(at=night)
    given.certified(dana)
    late = given.slot(night, 23, 30, day=DAY, minutes=30)
    cleaned = given.treatment_type("Cleaned", clean_up=minutes)
    given.booked(night, dana, late, treatment_type_id=cleaned.id)
    after = DAY + timedelta(days=1)
    found = free_openings(
        [night.id], ["thigh"], 15, after, after, limit=1, needs=Needs(None, 30, 0)
    )
    assert found[0].starts_at == late.ends_at + timedelta(minutes=minutes + 30)


def test_preparation_may_lie_before_the_clinic_opens_and_clean_up_after_it_closes(harbour):
    given.certified(given.practitioner(at=harbour))
    needs = Needs(None, 30, 30)
    found = free_openings([harbour.id], ["thigh"], 30, DAY, DAY, limit=99, needs=needs)
    assert found[0].starts_at == given.slot(harbour, OPENS, day=DAY).starts_at
    assert found[-1].starts_at == given.slot(harbour, 17, 30, day=DAY).starts_at
