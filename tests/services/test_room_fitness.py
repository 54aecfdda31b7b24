"""What rooms are fit for: said by a manager, kept to by every booking and every search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, Overtaken
from registry.models import Appointment, AuditEntry, Room, db
from registry.queries.bookings import free_room
from registry.queries.openings import free_openings
from registry.queries.premises import place
from registry.rules.treatments import Needs
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.room_fitness import set_room_fitness
from registry.services.scheduling import cancel_appointment, rebook_appointment
from tests import given
from tests.given import NOW, TODAY

EXERCISE = dict(treatment=Treatment.EXERCISE, sites=())


def type_of(kind):
    return given.kind_of(kind)["treatment_type_id"]


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


def fit(mara, harbour, room_id, *kinds, seen=(), now=NOW):
    set_room_fitness(
        actor=mara,
        clinic_id=harbour.id,
        room_id=room_id,
        fit_for=[type_of(kind) for kind in kinds],
        seen=seen,
        now=now,
    )


def test_a_manager_says_what_a_room_is_fit_for_and_it_leaves_a_trace(mara, harbour):
    room = given.rooms(harbour)[0]
    fit(mara, harbour, room, "exercise", "assessment")
    found = db.session.get_one(Room, room)
    assert found.fit_for == sorted([type_of("exercise"), type_of("assessment")])
    assert found.fit_since == TODAY
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last.action == "change what a room is fit for"
    assert "Exercise" in last.body
    fit(mara, harbour, room, seen=found.fit_for)
    found = db.session.get_one(Room, room)
    assert (found.fit_for, found.fit_since) == ([], None)


def test_it_is_not_booked_for_anything_else(mara, harbour, dana):
    room = given.rooms(harbour)[0]
    fit(mara, harbour, room, "exercise")
    with pytest.raises(BadInput, match="Room 1 is not fit for “Needling”") as refused:
        given.booked(harbour, dana, room_id=room)
    assert refused.value.field == "room_id"
    assert given.booked(harbour, dana, room_id=room, **EXERCISE)


def test_nothing_is_moved_or_converted_into_it_either(mara, harbour, dana):
    first, second = given.rooms(harbour)[:2]
    fit(mara, harbour, first, "exercise")
    needling = given.booked(harbour, dana, room_id=second)
    exercise = given.booked(harbour, dana, given.slot(harbour, 10), room_id=first, **EXERCISE)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    for number, changed in (
        (needling, dict(room_id=first)),
        (exercise, dict(treatment=Treatment.NEEDLING, sites=("thigh",))),
    ):
        with pytest.raises(BadInput, match="not fit"):
            rebook_appointment(
                actor=desk, appointment_id=number, seen_version=1, now=NOW, **changed
            )
    assert db.session.get_one(Appointment, needling).room_id == second


def test_search_and_any_free_room_offer_only_fit_ones(mara, harbour, dana):
    first, second = given.rooms(harbour)[:2]
    fit(mara, harbour, first, "exercise")
    needs = Needs(type_of("needling"))
    found = free_openings([harbour.id], ["thigh"], 30, TODAY, TODAY, limit=99, needs=needs)
    assert {opening.room_id for opening in found} == {second}
    slot = given.slot(harbour, 10)
    assert free_room(place(harbour.id), slot, needs) == second
    assert free_room(place(harbour.id), slot, Needs(type_of("exercise"))) == first
    given.booked(harbour, dana, slot, room_id=second)
    assert free_room(place(harbour.id), slot, needs) is None


def test_it_does_not_become_unfit_for_what_is_booked_there(mara, harbour, dana):
    room = given.rooms(harbour)[0]
    day = TODAY + timedelta(days=1)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=day), room_id=room)
    given.booked(harbour, dana, given.slot(harbour, 11, day=day), room_id=room)
    with pytest.raises(BadInput, match=r"2 appointments are booked .* first on Tue 2 March") as no:
        fit(mara, harbour, room, "exercise")
    assert no.value.field == "fit_for"
    assert db.session.get_one(Room, room).fit_for == []
    fit(mara, harbour, room, "exercise", "needling")
    assert given.state_of(number) is AppointmentState.CONFIRMED


def test_what_was_there_before_today_or_is_cancelled_keeps_no_room_fit(mara, harbour, dana):
    room = given.rooms(harbour)[0]
    given.booked(harbour, dana, given.slot(harbour, 10), room_id=room)
    later = NOW + timedelta(days=1)
    coming = given.booked(
        harbour, dana, given.slot(harbour, 10, day=TODAY + timedelta(days=2)), room_id=room
    )
    with pytest.raises(BadInput, match="1 appointment is booked"):
        fit(mara, harbour, room, "exercise", now=later)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    cancel_appointment(
        actor=desk, appointment_id=coming, seen_version=1, reason="Better.", now=later
    )
    fit(mara, harbour, room, "exercise", now=later)
    assert db.session.get_one(Room, room).fit_since == TODAY + timedelta(days=1)


def test_two_who_change_it_do_not_overwrite_each_other(mara, harbour):
    room = given.rooms(harbour)[0]
    fit(mara, harbour, room, "exercise")
    with pytest.raises(Overtaken):
        fit(mara, harbour, room, "assessment")
    assert db.session.get_one(Room, room).fit_for == [type_of("exercise")]


def test_a_treatment_that_there_is_not_is_refused(mara, harbour):
    room = given.rooms(harbour)[0]
    with pytest.raises(BadInput, match="no such treatment"):
        set_room_fitness(
            actor=mara, clinic_id=harbour.id, room_id=room, fit_for=[999], seen=[], now=NOW
        )
    assert db.session.get_one(Room, room).fit_for == []


def test_only_who_changes_the_clinic_says_it_and_only_of_its_rooms(mara, harbour):
    hill = given.clinic("Hill Clinic", adopted=False)
    with pytest.raises(NotFound):
        fit(mara, harbour, given.rooms(hill)[0], "exercise")
    with pytest.raises(NotAllowed):
        fit(given.somebody(Role.FRONT_DESK, harbour), harbour, given.rooms(harbour)[0], "exercise")
    assert db.session.scalars(select(Room).where(Room.fit_since.is_not(None))).all() == []
