"""The diary over midnight and on the days the clocks change: real minutes, local days."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from registry.errors import BadInput, DiaryClash, NotPrivileged
from registry.models import Appointment, Engagement, Room, db
from registry.rules.diary import Slot, local_moment
from registry.rules.vocabulary import Role, Treatment
from registry.services.scheduling import rebook_appointment
from tests import given

ON_FOOT = dict(treatment=Treatment.EXERCISE, sites=())
#: zone, day, and by how many minutes its clocks go forward (back, where negative).
CHANGES = {
    "New York, forward at 02:00": ("America/New_York", date(2027, 3, 14), 60),
    "New York, back at 02:00": ("America/New_York", date(2027, 11, 7), -60),
    "Lord Howe, forward by half an hour": ("Australia/Lord_Howe", date(2027, 10, 3), 30),
    "Lord Howe, back by half an hour": ("Australia/Lord_Howe", date(2027, 4, 4), -30),
    "Cairo, forward at midnight": ("Africa/Cairo", date(2027, 4, 30), 60),
    "Cairo, back to the day before": ("Africa/Cairo", date(2027, 10, 29), -60),
}
on_each_change = pytest.mark.parametrize(
    ("zone", "day", "forward"), CHANGES.values(), ids=list(CHANGES)
)


def there(zone):
    """Round the clock, with somebody who may needle."""
    clinic = given.clinic(zone=zone, hours=given.ROUND_THE_CLOCK)
    whom = given.practitioner(at=clinic)
    given.certified(whom)
    return clinic, whom


def slot(clinic, day, at, minutes, fold=None):
    start = local_moment(day, at, ZoneInfo(clinic.zone), fold)
    return Slot(start, start + timedelta(minutes=minutes))


def on_record(number):
    db.session.rollback()
    return db.session.get_one(Appointment, number)


@on_each_change
def test_a_booking_over_the_change_is_of_real_minutes_and_ends_when_the_clock_says_so(
    app, zone, day, forward
):
    clinic, whom = there(zone)
    evening = slot(clinic, day - timedelta(days=1), time(22), 6 * 60)
    found = on_record(given.booked(clinic, whom, evening))
    assert found.slot.length == timedelta(hours=6)
    on_the_wall = found.ends_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    shown = on_the_wall - timedelta(minutes=forward)
    assert (shown.date(), shown.time()) == (day, time(4))
    assert (found.first_day, found.last_day) == (day - timedelta(days=1), day)


@on_each_change
def test_clean_up_over_the_change_is_of_real_minutes_and_keeps_others_away_for_just_those(
    app, zone, day, forward
):
    clinic, whom = there(zone)
    cleaned = given.treatment_type("Cleaned", clean_up=60, kind=Treatment.EXERCISE)
    starts = slot(clinic, day - timedelta(days=1), time(22), 90)
    known = dict(ON_FOOT, room_id=given.rooms(clinic)[1])
    given.booked(clinic, whom, starts, treatment_type_id=cleaned.id, **ON_FOOT)
    for minutes, free in ((59, False), (60, True)):
        at = starts.ends_at + timedelta(minutes=minutes)
        next_one = Slot(at, at + timedelta(minutes=15))
        if free:
            assert given.booked(clinic, whom, next_one, **known)
        else:
            with pytest.raises(DiaryClash):
                given.booked(clinic, whom, next_one, **known)


def test_the_two_passings_of_an_hour_are_two_times_in_a_diary(app):
    clinic, whom = there("America/New_York")
    autumn = date(2027, 11, 7)
    first, second = (slot(clinic, autumn, time(1, 30), 30, fold) for fold in (0, 1))
    given.booked(clinic, whom, first)
    given.booked(clinic, whom, second)
    with pytest.raises(DiaryClash):
        given.booked(clinic, whom, Slot(first.ends_at - timedelta(minutes=1), second.starts_at))
    assert given.booked(clinic, whom, Slot(first.ends_at, second.starts_at))


def test_an_hour_that_passes_twice_is_open_both_times_and_one_that_is_skipped_not_at_all(app):
    night = {"6": [["01:00", "03:00"]]}
    clinic = given.clinic(hours=night)
    whom = given.practitioner(at=clinic)
    autumn, spring = date(2027, 11, 7), date(2027, 3, 14)
    three_hours = slot(clinic, autumn, time(1), 180, fold=0)
    assert given.booked(clinic, whom, three_hours, **ON_FOOT)
    only_hour = slot(clinic, spring, time(1), 60)
    assert given.booked(clinic, whom, only_hour, **ON_FOOT)
    with pytest.raises(BadInput, match="is open from 01:00 to 03:00"):
        given.booked(clinic, whom, Slot(only_hour.ends_at, only_hour.ends_at + MINUTES), **ON_FOOT)


MINUTES = timedelta(minutes=15)


def test_who_is_busy_over_midnight_is_busy_on_both_days(app):
    clinic, whom = there("America/New_York")
    prepared = given.treatment_type("Prepared", preparation=30, clean_up=30)
    late = slot(clinic, given.TODAY, time(23, 45), 30)  # busy from 23:15 until 00:45
    given.booked(clinic, whom, late, treatment_type_id=prepared.id)
    tomorrow = given.TODAY + timedelta(days=1)
    for day, at in ((given.TODAY, time(23)), (tomorrow, time(0, 30))):
        with pytest.raises(DiaryClash):
            given.booked(clinic, whom, slot(clinic, day, at, 30))
    assert given.booked(clinic, whom, slot(clinic, given.TODAY, time(22, 45), 30))
    assert given.booked(clinic, whom, slot(clinic, tomorrow, time(0, 45), 30))


@pytest.mark.parametrize(("at", "fits"), [((23, 30), True), ((23, 31), False)])
def test_a_room_that_closes_and_work_that_ends_at_midnight_hold_for_the_last_minute(app, at, fits):
    """The room is closed from 1 July on; the practitioner's last day is 30 June."""
    clinic, _ = there("America/New_York")
    last = date(2027, 6, 30)
    leaving = given.practitioner("Lea Leaving", at=clinic)
    db.session.execute(
        update(Engagement)
        .where(Engagement.practitioner_id == leaving.id)
        .values(last_day=date(2027, 6, 30))
    )
    staying = given.practitioner("Stan Staying", at=clinic)
    first, second = given.rooms(clinic)
    closing = update(Room).where(Room.id == first).values(closed_from=date(2027, 7, 1))
    db.session.execute(closing)
    db.session.commit()
    when = slot(clinic, last, time(*at), 30)
    for whom, room, refusal in ((leaving, second, NotPrivileged), (staying, first, BadInput)):
        if fits:
            assert given.booked(clinic, whom, when, room_id=room, **ON_FOOT)
        else:
            with pytest.raises(refusal):
                given.booked(clinic, whom, when, room_id=room, **ON_FOOT)


def test_a_certificate_from_monday_on_is_booked_today_for_monday_and_not_for_sunday(app):
    clinic, _ = there("America/New_York")
    soon = given.practitioner("Mona Monday", at=clinic)
    monday = given.TODAY + timedelta(days=7)
    given.certified(soon, first_day=monday)
    sunday = slot(clinic, monday - timedelta(days=1), time(23, 30), 30)
    assert given.booked(clinic, soon, slot(clinic, monday, time(0), 30))
    with pytest.raises(NotPrivileged):
        given.booked(clinic, soon, sunday)
    with pytest.raises(NotPrivileged):
        given.booked(clinic, soon, Slot(sunday.starts_at, sunday.ends_at + timedelta(minutes=1)))


def test_a_move_over_the_change_keeps_the_length_in_real_minutes(app):
    clinic, whom = there("America/New_York")
    number = given.booked(clinic, whom, slot(clinic, date(2027, 3, 13), time(1, 30), 90))
    spring = date(2027, 3, 14)
    rebook_appointment(
        actor=given.somebody(Role.FRONT_DESK, clinic),
        appointment_id=number,
        seen_version=1,
        slot=slot(clinic, spring, time(1, 30), 90),
        now=given.NOW,
    )
    found = on_record(number)
    assert found.slot.length == timedelta(minutes=90)
    assert f"{found.ends_at.astimezone(ZoneInfo(clinic.zone)):%H:%M}" == "04:00"


@on_each_change
def test_the_database_knows_the_local_days_on_each_side_of_each_change(app, zone, day, forward):
    """SQL typed in: an hour before the day's first moment, at it, and in its last minute."""
    clinic, whom = there(zone)
    number = given.booked(clinic, whom, slot(clinic, day - timedelta(days=9), time(12), 30))
    begins, ends = first_moment(day, zone), first_moment(day + timedelta(days=1), zone)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    for starts, ends_at, days in (
        (begins - timedelta(minutes=60), begins, (before, before)),
        (begins - timedelta(minutes=1), begins + timedelta(minutes=1), (before, day)),
        (begins, begins + timedelta(minutes=30), (day, day)),
        (ends - timedelta(minutes=30), ends, (day, day)),
        (ends - timedelta(minutes=30), ends + timedelta(seconds=1), (day, after)),
    ):
        for first_day, last_day in {(before, before), (before, day), (day, day), (day, after)}:
            values = given.taken_by(Slot(starts, ends_at))
            told = dict(values, first_day=first_day, last_day=last_day)
            assert typed_in(number, told) == ((first_day, last_day) == days)


def first_moment(day, zone):
    """Minute by minute: the first at which the clock shows that day."""
    moment = local_moment(day - timedelta(days=1), time(12), ZoneInfo(zone))
    while moment.astimezone(ZoneInfo(zone)).date() < day:
        moment += timedelta(minutes=1)
    return moment


def typed_in(number, values):
    db.session.rollback()
    try:
        with db.engine.begin() as connection:
            connection.execute(
                update(Appointment.__table__)
                .where(Appointment.__table__.c.id == number)
                .values(values)
            )
    except DBAPIError as no:
        if "appointment_days" in str(no.orig):
            return False
        raise
    return True
