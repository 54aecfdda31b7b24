from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from registry.models import Appointment, Engagement, db
from registry.queries.openings import free_openings
from registry.rules.vocabulary import AppointmentState, Treatment
from tests import given

DAY = date(2027, 3, 2)


def at(place, hour, minute=0, day=DAY):
    return given.slot(place, hour, minute, day=day).starts_at


def starts(found):
    return [opening.starts_at for opening in found]


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


def test_starts_are_on_the_quarter_hour_within_opening_hours(harbour, dana):
    found = free_openings([harbour.id], ["thigh"], 45, DAY, DAY, limit=99)

    assert starts(found)[:2] == [at(harbour, 8), at(harbour, 8, 15)]
    assert starts(found)[-1] == at(harbour, 17, 15)


def test_nobody_is_offered_for_a_site_they_may_not_needle(harbour, dana):
    assert free_openings([harbour.id], ["thigh", "neck"], 45, DAY, DAY) == []
    assert free_openings([harbour.id], ["neck"], 45, DAY, DAY) == []


def test_a_privilege_that_ends_is_offered_on_its_last_day_and_not_after(harbour):
    ends_soon = given.practitioner(at=harbour)
    given.certified(ends_soon, last_day=DAY)

    found = free_openings([harbour.id], ["thigh"], 45, DAY, DAY + timedelta(days=9), limit=999)

    assert {opening.starts_at.astimezone(ZoneInfo(harbour.zone)).date() for opening in found} == {
        DAY
    }


def test_other_treatments_are_offered_with_anybody_who_works_there(harbour):
    given.practitioner("Uma Uncertified", at=harbour)
    given.practitioner("Nora Nextdoor", at=given.clinic("Next door"))

    found = free_openings([harbour.id], [], 45, DAY, DAY, limit=99)

    assert {opening.name for opening in found} == {"Uma Uncertified"}


def test_a_booking_at_another_clinic_takes_the_practitioner_too(harbour, dana):
    inland = given.clinic("Inland Clinic", zone="America/Denver", hours=given.ROUND_THE_CLOCK)
    db.session.add(
        Engagement(practitioner_id=dana.id, clinic_id=inland.id, first_day=date(2020, 1, 1))
    )
    db.session.commit()
    given.booked(
        inland,
        dana,
        given.slot(inland, 6, day=DAY, minutes=60),
        treatment=Treatment.ASSESSMENT,
        sites=(),
    )  # 08:00 at the harbour

    found = free_openings([harbour.id], ["thigh"], 45, DAY, DAY)

    assert starts(found)[0] == at(harbour, 9)


def test_without_a_free_room_there_is_no_opening_and_the_free_one_is_named(harbour, dana):
    other = given.practitioner("Olu Other", at=harbour)
    rooms = given.rooms(harbour)
    plain = dict(treatment=Treatment.EXERCISE, sites=())
    given.booked(harbour, other, given.slot(harbour, 8, day=DAY), room_id=rooms[0], **plain)
    third = given.practitioner("Tia Third", at=harbour)
    given.booked(
        harbour, third, given.slot(harbour, 8, day=DAY, minutes=15), room_id=rooms[1], **plain
    )

    found = free_openings([harbour.id], ["thigh"], 15, DAY, DAY)

    assert [(o.starts_at, o.room) for o in found[:2]] == [
        (at(harbour, 8, 15), "Room 2"),
        (at(harbour, 8, 30), "Room 1"),
    ]


def test_a_cancelled_booking_frees_its_time(harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 8, day=DAY))
    db.session.get_one(Appointment, number).state = AppointmentState.CANCELLED
    db.session.commit()

    assert starts(free_openings([harbour.id], ["thigh"], 15, DAY, DAY))[0] == at(harbour, 8)


def test_what_has_passed_is_not_offered(harbour, dana):
    found = free_openings([harbour.id], ["thigh"], 45, DAY, DAY, after=at(harbour, 10, 1))
    assert starts(found)[0] == at(harbour, 10, 15)


def test_the_soonest_comes_first_over_clinics_in_different_zones(harbour, dana):
    """Eight in Berlin is long before eight in New York."""
    berlin = given.clinic("Berlin", zone="Europe/Berlin")
    eva = given.practitioner("Eva", at=berlin)
    given.certified(eva)

    found = free_openings([harbour.id, berlin.id], ["thigh"], 60, DAY, DAY, limit=99)

    assert starts(found) == sorted(starts(found))
    assert found[0].name == "Eva"
    assert {opening.name for opening in found} == {"Eva", "Dana Okafor"}


def test_a_search_that_ends_on_its_first_day_takes_four_statements(harbour, dana, statements):
    statements.clear()
    assert len(free_openings([harbour.id], ["thigh"], 45, DAY, DAY + timedelta(days=29))) == 20
    assert len(statements) == 4


def test_it_finds_what_a_plain_search_finds(harbour):
    chance = Random(7)  # noqa: S311
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(3)]
    rooms = given.rooms(harbour)
    for person in people:
        given.certified(person)
    for _ in range(60):
        hour, minute = chance.randrange(8, 18), chance.choice([0, 5, 7, 15, 20, 30, 50])
        when = given.slot(
            harbour,
            hour,
            minute,
            day=DAY + timedelta(chance.randrange(3)),
            minutes=chance.choice([10, 25, 30, 45, 90]),
        )
        if when.ends_at > at(harbour, 18, day=when.starts_at.date()):
            continue
        if _is_free(when, [person := chance.choice(people)], [room := chance.choice(rooms)]):
            given.booked(harbour, person, when, room_id=room)

    found = free_openings([harbour.id], ["thigh"], 40, DAY, DAY + timedelta(days=2), limit=9999)

    plainly = [
        (when.starts_at, person.name)
        for day in range(3)
        for quarter in range(8 * 4, 18 * 4)
        for person in people
        if (
            when := given.slot(
                harbour, quarter // 4, quarter % 4 * 15, day=DAY + timedelta(day), minutes=40
            )
        )
        if when.ends_at <= at(harbour, 18, day=DAY + timedelta(day))
        and _is_free(when, [person], rooms)
    ]
    assert [(opening.starts_at, opening.name) for opening in found] == plainly
    assert len(plainly) > 50


def _is_free(when, people, rooms):
    booked = db.session.scalars(select(Appointment)).all()
    overlapping = [each for each in booked if each.slot.overlaps(when)]
    taken = {each.room_id for each in overlapping}
    return not any(each.practitioner_id in {p.id for p in people} for each in overlapping) and bool(
        set(rooms) - taken
    )


def test_the_window_may_lie_anywhere_on_the_calendar(harbour, dana):
    far = date(2100, 12, 31)
    assert (
        free_openings([harbour.id], [], 45, far, far, after=datetime(2200, 1, 1, tzinfo=UTC)) == []
    )
