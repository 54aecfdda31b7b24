from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import (
    BadInput,
    FallsOutside,
    NotAllowed,
    NotFound,
    NotInThatState,
    NotWorking,
)
from registry.models import AuditEntry, Engagement, TimeOff, WorkingDay, WorkingWeek, db
from registry.queries.working_hours import practitioner_hours
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.archiving import archive_practitioner
from registry.services.scheduling import rebook_appointment
from registry.services.time_off import record_time_off, remove_time_off
from registry.services.working_hours import (
    remove_working_hours,
    set_working_day,
    set_working_week,
)
from tests import given
from tests.given import NOW, TODAY

DAY = TODAY + timedelta(days=1)
ON_FOOT = dict(treatment=Treatment.EXERCISE, sites=())
MORNINGS = {str(n): [["08:00", "12:00"]] for n in range(7)}


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
def week(harbour, mara, dana):
    """Set Dana's week at Harbour."""

    def week(told=MORNINGS, first_day=TODAY, **known):
        ordinary = dict(actor=mara, practitioner_id=dana.id, clinic_id=harbour.id, now=NOW)
        set_working_week(**ordinary | dict(first_day=first_day, week=told) | known)

    return week


@pytest.fixture
def off(mara, dana):
    """Record time off of Dana."""

    def off(first=DAY, last=None, **known):
        ordinary = dict(actor=mara, practitioner_id=dana.id, now=NOW)
        record_time_off(**ordinary | dict(first_day=first, last_day=last or first) | known)

    return off


def last_entry():
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    return entry.action, json.loads(entry.body)


def weeks():
    rows = db.session.scalars(select(WorkingWeek).order_by(WorkingWeek.first_day))
    return [(row.first_day, row.week) for row in rows]


def test_nobody_is_booked_outside_their_working_hours_and_those_are_said(harbour, dana, week):
    week()
    for when in (given.slot(harbour, 12), given.slot(harbour, 11, 45)):
        with pytest.raises(NotWorking) as refusal:
            given.booked(harbour, dana, when, **ON_FOOT)
        assert refusal.value.status == 409
        assert refusal.value.message == (
            "Dana Okafor works from 08:00 to 12:00 at Harbour Clinic on Mon 1 March 2027. "
            "Choose another time, or somebody else."
        )
    assert given.booked(harbour, dana, given.slot(harbour, 11), **ON_FOOT)


def test_needling_is_held_to_working_hours_too_by_somebody_with_the_privilege(harbour, dana, week):
    given.certified(dana)
    week({"1": [["08:00", "12:00"]]})
    with pytest.raises(NotWorking, match="The next day they work there is Tue 2 March 2027"):
        given.booked(harbour, dana, given.slot(harbour, 10))
    assert given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))


def test_an_appointment_is_not_given_to_somebody_who_is_off(harbour, mara, dana, off):
    other = given.practitioner("Olu Other", at=harbour)
    number = given.booked(harbour, other, given.slot(harbour, 10, day=DAY), **ON_FOOT)
    off()
    with pytest.raises(NotWorking, match="Dana Okafor is on time off on Tue 2 March 2027"):
        rebook_appointment(
            actor=mara,
            appointment_id=number,
            seen_version=1,
            practitioner_id=dana.id,
            now=NOW,
        )
    assert given.state_of(number) is AppointmentState.CONFIRMED


def test_a_week_holds_from_its_day_until_the_next_and_none_is_the_clinics(harbour, dana, week):
    week(MORNINGS, TODAY)
    week(None, DAY)
    assert weeks() == [(TODAY, MORNINGS), (DAY, None)]
    with pytest.raises(NotWorking):
        given.booked(harbour, dana, given.slot(harbour, 14), **ON_FOOT)
    assert given.booked(harbour, dana, given.slot(harbour, 14, day=DAY), **ON_FOOT)


def test_another_week_from_the_same_day_replaces_it_and_the_trail_keeps_both(week):
    week(MORNINGS)
    week({})
    assert weeks() == [(TODAY, {})]
    action, told = last_entry()
    assert action == "set working hours"
    assert told["before"]["week"] == MORNINGS
    assert told["after"]["week"] == {}


def test_one_day_may_differ_and_is_removed_again(harbour, mara, dana, week):
    known = dict(actor=mara, practitioner_id=dana.id, now=NOW)
    week()
    set_working_day(clinic_id=harbour.id, day=DAY, hours=[["13:00", "15:00"]], **known)
    assert given.booked(harbour, dana, given.slot(harbour, 14, day=DAY), **ON_FOOT)
    with pytest.raises(NotWorking, match="works from 13:00 to 15:00"):
        given.booked(harbour, dana, given.slot(harbour, 9, day=DAY), **ON_FOOT)

    day = db.session.scalars(select(WorkingDay)).one()
    with pytest.raises(FallsOutside) as refusal:
        remove_working_hours(kind=WorkingDay, number=day.id, **known)
    seen = refusal.value.appointments
    remove_working_hours(kind=WorkingDay, number=day.id, seen=seen, **known)
    assert db.session.scalar(select(WorkingDay.id)) is None
    assert last_entry()[0] == "remove working day"


def test_a_week_that_is_removed_gives_way_to_the_one_before(harbour, mara, dana, week):
    week(MORNINGS, TODAY - timedelta(days=9))
    week({}, TODAY)
    number = db.session.scalar(select(WorkingWeek.id).where(WorkingWeek.first_day == TODAY))
    known = dict(actor=mara, practitioner_id=dana.id, now=NOW)
    remove_working_hours(kind=WorkingWeek, number=number, **known)
    assert given.booked(harbour, dana, given.slot(harbour, 10), **ON_FOOT)


@pytest.mark.parametrize("change", ["week", "day", "time off"])
def test_what_falls_outside_is_told_before_anything_is_saved(
    harbour, mara, dana, week, off, change
):
    number = given.booked(harbour, dana, given.slot(harbour, 14, day=DAY), **ON_FOOT)
    given.booked(harbour, dana, given.slot(harbour, 14, day=DAY + timedelta(days=7)), **ON_FOOT)
    until_then = {"1": [["08:00", "12:00"]]}
    known = dict(actor=mara, practitioner_id=dana.id, clinic_id=harbour.id, now=NOW)
    change = {
        "week": lambda **seen: (week(until_then, **seen), week(None, DAY + timedelta(days=1))),
        "day": lambda **seen: set_working_day(day=DAY, hours=[], **known | seen),
        "time off": lambda **seen: off(**seen),
    }[change]
    if change.__defaults__ is None:
        with pytest.raises(FallsOutside) as refusal:
            change()
    assert number in refusal.value.appointments
    kinds = (WorkingWeek, WorkingDay, TimeOff)
    assert not [kind for kind in kinds if db.session.scalar(select(kind.id))]

    change(seen=refusal.value.appointments)
    assert [kind for kind in kinds if db.session.scalar(select(kind.id))]
    assert given.state_of(number) is AppointmentState.CONFIRMED


def test_time_off_is_at_all_clinics_and_a_part_only_for_its_hours(harbour, dana, off):
    inland = given.clinic("Inland Clinic", zone="America/Denver")
    db.session.add(
        Engagement(practitioner_id=dana.id, clinic_id=inland.id, first_day=date(2020, 1, 1))
    )
    db.session.commit()
    off(DAY, DAY, starts="10:00", ends="11:00")
    for clinic in (harbour, inland):
        with pytest.raises(NotWorking, match="works from 08:00 to 10:00 and 11:00 to 18:00"):
            given.booked(clinic, dana, given.slot(clinic, 10, day=DAY), **ON_FOOT)
        given.booked(clinic, dana, given.slot(clinic, 14, day=DAY), **ON_FOOT)


def test_time_off_that_is_removed_lets_them_be_booked_again(harbour, mara, dana, off):
    off()
    number = db.session.scalar(select(TimeOff.id))
    remove_time_off(actor=mara, practitioner_id=dana.id, time_off_id=number, now=NOW)
    assert given.booked(harbour, dana, given.slot(harbour, 10, day=DAY), **ON_FOOT)
    action, told = last_entry()
    assert "time off" not in action or told["before"]["first_day"] == DAY.isoformat()


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (dict(first=TODAY, last=TODAY - timedelta(days=1)), "last_day"),
        (dict(first=TODAY - timedelta(days=9), last=TODAY - timedelta(days=5)), "last_day"),
        (dict(first=date.max), "first_day"),
        (dict(last=TODAY + timedelta(days=900)), "last_day"),
        (dict(last=DAY + timedelta(days=1), starts="10:00", ends="11:00"), "starts"),
        (dict(starts="10:00"), "ends"),
        (dict(starts="11:00", ends="10:00"), "ends"),
    ],
)
def test_time_off_that_cannot_be_is_refused_at_its_field(off, known, field):
    with pytest.raises(BadInput) as refusal:
        off(**known)
    assert refusal.value.field == field
    assert db.session.scalar(select(TimeOff.id)) is None


def test_the_same_time_off_sent_twice_is_recorded_once(off):
    off()
    with pytest.raises(BadInput, match="already"):
        off()
    off(starts="10:00", ends="11:00")
    assert len(db.session.scalars(select(TimeOff.id)).all()) == 2


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (dict(first_day=date(1999, 12, 31)), "first_day"),
        (dict(first_day=date.max), "first_day"),
        (dict(told={"0": [["12:00", "08:00"]]}), "hours"),
    ],
)
def test_a_week_that_cannot_be_is_refused_at_its_field(week, known, field):
    with pytest.raises(BadInput) as refusal:
        week(**known)
    assert refusal.value.field == field
    assert weeks() == []


def test_managers_write_and_nobody_else_does_not_even_the_practitioner(harbour, dana, week, off):
    hill = given.clinic("Hill Clinic")
    refused = {
        given.somebody(Role.FRONT_DESK, harbour): NotAllowed,
        given.somebody(Role.PRACTITIONER, harbour, practises_as=dana): NotAllowed,
        given.somebody(Role.AUDITOR): NotAllowed,
        given.somebody(Role.MANAGER, hill): NotFound,
    }
    for actor, error in refused.items():
        with pytest.raises(error):
            week(actor=actor)
        with pytest.raises(error):
            off(actor=actor)
    week(actor=given.somebody(Role.ADMINISTRATOR))
    assert weeks() == [(TODAY, MORNINGS)]


def test_time_off_is_for_whoever_manages_where_they_work_then_or_later(harbour, dana, off):
    hill = given.clinic("Hill Clinic")
    until = TODAY + timedelta(days=5)
    theirs = Engagement(
        practitioner_id=dana.id, clinic_id=hill.id, first_day=date(2020, 1, 1), last_day=until
    )
    db.session.add(theirs)
    db.session.commit()
    otto = given.somebody(Role.MANAGER, hill)
    off(until, actor=otto)
    with pytest.raises(NotFound):
        off(until + timedelta(days=1), actor=otto)
    off(until + timedelta(days=1))

    first, second = db.session.scalars(select(TimeOff.id).order_by(TimeOff.first_day))
    known = dict(actor=otto, practitioner_id=dana.id, now=NOW)
    with pytest.raises(NotFound):
        remove_time_off(time_off_id=second, **known)
    remove_time_off(time_off_id=first, **known)
    assert db.session.scalars(select(TimeOff.id)).all() == [second]
    offered = practitioner_hours(otto, dana.id, NOW)
    assert [line.may_remove for line in offered.time_off] == [False]
    assert offered.may_change


def test_who_works_nowhere_any_more_is_left_to_administrators(harbour, mara, dana, off):
    db.session.get_one(Engagement, dana.engagements[0].id).last_day = TODAY - timedelta(days=1)
    db.session.commit()
    with pytest.raises(NotFound):
        off(actor=mara)
    assert not practitioner_hours(mara, dana.id, NOW).may_change
    off(actor=given.somebody(Role.ADMINISTRATOR))
    assert db.session.scalars(select(TimeOff.first_day)).all() == [DAY]


def test_nothing_is_kept_of_why_somebody_is_off(off):
    off()
    assert set(TimeOff.__table__.columns.keys()) == {
        *("id", "practitioner_id", "first_day", "last_day", "starts", "ends")
    }
    _, told = last_entry()
    assert set(told["after"]) == {"first_day", "last_day", "starts", "ends"}


def test_hours_are_of_a_clinic_they_work_at_and_of_that_practitioner(harbour, mara, dana, week):
    hill = given.clinic("Hill Clinic")
    boss = given.also(mara, Role.MANAGER, hill)
    with pytest.raises(NotFound):
        week(actor=boss, clinic_id=hill.id)
    with pytest.raises(NotFound):
        week(practitioner_id=987654)
    week()
    number = db.session.scalar(select(WorkingWeek.id))
    stranger = given.practitioner("Zoe", at=harbour)
    with pytest.raises(NotFound):
        remove_working_hours(
            actor=mara, practitioner_id=stranger.id, kind=WorkingWeek, number=number, now=NOW
        )
    assert weeks() == [(TODAY, MORNINGS)]


def test_who_is_archived_has_no_hours_to_change(mara, dana, week, off):
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    for change in (week, off):
        with pytest.raises(NotInThatState):
            change()
    assert weeks() == []
