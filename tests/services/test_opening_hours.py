from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, FallsOutside, NotAllowed, NotFound, Overtaken
from registry.models import AuditEntry, Clinic, ClinicDay, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.opening_hours import (
    add_clinic_day,
    close_on_holidays,
    remove_clinic_day,
    set_hours,
)
from registry.services.scheduling import book_appointment, rebook_appointment
from tests import given
from tests.given import NOW, TODAY

DAY = TODAY + timedelta(days=1)
LUNCH = {str(n): [["08:00", "12:00"], ["13:00", "18:00"]] for n in range(7)}
ON_FOOT = dict(treatment=Treatment.EXERCISE, sites=())


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


def hours_now(harbour):
    db.session.expire_all()
    return db.session.get_one(Clinic, harbour.id).hours


def last_entry():
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    return json.loads(entry.body)


def different_days():
    return {row.day: (row.name, row.hours) for row in db.session.scalars(select(ClinicDay))}


def test_a_week_with_a_lunch_break_is_kept_and_the_trail_says_what_was(harbour, mara):
    set_hours(actor=mara, clinic_id=harbour.id, hours=LUNCH, now=NOW)
    assert hours_now(harbour) == LUNCH
    told = last_entry()
    assert told["before"]["hours"]["0"] == [["08:00", "18:00"]]
    assert told["after"]["hours"] == LUNCH


def test_nothing_is_booked_while_the_clinic_is_closed_and_its_hours_are_said(harbour, mara, dana):
    set_hours(actor=mara, clinic_id=harbour.id, hours=LUNCH, now=NOW)
    for when in (given.slot(harbour, 12), given.slot(harbour, 11, 45), given.slot(harbour, 19)):
        with pytest.raises(BadInput) as refusal:
            given.booked(harbour, dana, when, **ON_FOOT)
        assert refusal.value.field == "starts_at"
        assert refusal.value.message == (
            "Harbour Clinic is open from 08:00 to 12:00 and 13:00 to 18:00 on Mon 1 March 2027. "
            "Choose another time."
        )
    assert given.booked(harbour, dana, given.slot(harbour, 13), **ON_FOOT)


def test_needling_too_is_refused_on_a_closed_day_with_the_name_of_the_day(harbour, mara, dana):
    given.certified(dana)
    add_clinic_day(actor=mara, clinic_id=harbour.id, day=DAY, name="Town fair", hours=[], now=NOW)
    with pytest.raises(BadInput, match=r"closed on Tue 2 March 2027 \(Town fair\)"):
        given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))


def test_a_day_may_be_open_longer_than_its_weekday(harbour, mara, dana):
    add_clinic_day(
        actor=mara, clinic_id=harbour.id, day=DAY, name="", hours=[["08:00", "21:00"]], now=NOW
    )
    assert given.booked(harbour, dana, given.slot(harbour, 20, day=DAY), **ON_FOOT)


def test_an_appointment_is_not_moved_to_where_it_is_closed(harbour, mara, dana):
    number = given.booked(harbour, dana, **ON_FOOT)
    with pytest.raises(BadInput, match="is open from"):
        rebook_appointment(
            actor=mara,
            appointment_id=number,
            seen_version=1,
            slot=given.slot(harbour, 18),
            now=NOW,
        )
    assert given.state_of(number) is AppointmentState.CONFIRMED


def test_open_round_the_clock_may_be_booked_over_midnight(app):
    night = given.clinic("Night Clinic", hours=given.ROUND_THE_CLOCK)
    whom = given.practitioner(at=night)
    assert given.booked(night, whom, given.slot(night, 23, 45), **ON_FOOT)
    given.clinic_day(night, TODAY + timedelta(days=6))
    with pytest.raises(BadInput, match="is open round the clock on Sat 6 March"):
        given.booked(
            night, whom, given.slot(night, 23, 45, day=TODAY + timedelta(days=5)), **ON_FOOT
        )


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_on_the_day_the_clocks_change_the_clinic_opens_by_its_own_clock(app, zone):
    clinic = given.clinic(zone=zone, hours={"6": [["08:00", "09:00"]]})
    whom = given.practitioner(at=clinic)
    changes = {"America/New_York": date(2027, 3, 14), "Pacific/Auckland": date(2027, 4, 4)}
    when = given.slot(clinic, 8, day=changes[zone], minutes=60)
    assert given.booked(clinic, whom, when, **ON_FOOT)
    with pytest.raises(BadInput, match="is open from 08:00 to 09:00"):
        given.booked(clinic, whom, given.slot(clinic, 7, day=changes[zone]), **ON_FOOT)


def test_what_falls_outside_is_told_first_and_nothing_saved_then_saved_and_kept(
    harbour, mara, dana
):
    at_noon = given.booked(harbour, dana, given.slot(harbour, 12, day=DAY), **ON_FOOT)
    given.booked(harbour, dana, given.slot(harbour, 14, day=DAY), **ON_FOOT)
    was = hours_now(harbour)
    with pytest.raises(FallsOutside) as refusal:
        set_hours(actor=mara, clinic_id=harbour.id, hours=LUNCH, now=NOW)
    assert refusal.value.appointments == (at_noon,)
    assert (
        refusal.value.message == "1 appointment would lie outside the hours. Nothing is saved yet."
    )
    assert hours_now(harbour) == was

    set_hours(actor=mara, clinic_id=harbour.id, hours=LUNCH, seen=[at_noon], now=NOW)
    assert hours_now(harbour) == LUNCH
    assert given.state_of(at_noon) is AppointmentState.CONFIRMED


def test_what_was_booked_after_one_looked_is_told_too(harbour, mara, dana):
    seen = given.booked(harbour, dana, given.slot(harbour, 12, day=DAY), **ON_FOOT)
    later = given.booked(harbour, dana, given.slot(harbour, 12, 30, day=DAY), **ON_FOOT)
    with pytest.raises(FallsOutside) as refusal:
        set_hours(actor=mara, clinic_id=harbour.id, hours=LUNCH, seen=[seen], now=NOW)
    assert refusal.value.appointments == (seen, later)


def test_what_was_outside_already_or_is_over_is_not_told(harbour, mara, dana):
    given.booked(harbour, dana, given.slot(harbour, 17, day=DAY), **ON_FOOT)
    earlier = {str(n): [["08:00", "17:00"]] for n in range(7)}
    number = given.booked(harbour, dana, given.slot(harbour, 9), **ON_FOOT)
    seen = [number - 1]
    set_hours(actor=mara, clinic_id=harbour.id, hours=earlier, seen=seen, now=NOW)
    later = given.slot(harbour, 10).starts_at
    late = {str(n): [["10:00", "17:00"]] for n in range(7)}
    set_hours(actor=mara, clinic_id=harbour.id, hours=late, now=later)
    assert hours_now(harbour) == late


def test_hours_that_somebody_else_changed_meanwhile_are_not_overwritten(harbour, mara):
    was = hours_now(harbour)
    set_hours(actor=mara, clinic_id=harbour.id, hours=LUNCH, seen_hours=was, now=NOW)
    with pytest.raises(Overtaken):
        set_hours(actor=mara, clinic_id=harbour.id, hours={}, seen_hours=was, now=NOW)
    assert hours_now(harbour) == LUNCH


def test_only_who_may_change_the_clinic_changes_its_hours(harbour, mara):
    hill = given.clinic("Hill Clinic")
    desk = given.somebody(Role.FRONT_DESK, harbour)
    told = dict(hours=LUNCH, now=NOW)
    for actor, clinic, error in ((desk, harbour, NotAllowed), (mara, hill, NotFound)):
        with pytest.raises(error):
            set_hours(actor=actor, clinic_id=clinic.id, **told)
        with pytest.raises(error):
            close_on_holidays(actor=actor, clinic_id=clinic.id, days=[], now=NOW)
    assert "2" in hours_now(hill)


@pytest.mark.parametrize(
    ("known", "field"),
    [
        (dict(day=TODAY - timedelta(days=1)), "day"),
        (dict(day=TODAY + timedelta(days=732)), "day"),
        (dict(hours=[["18:00", "08:00"]]), "hours"),
        (dict(hours=[["morning", ""]]), "hours"),
        (dict(name="x" * 101), "name"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(harbour, mara, known, field):
    told = dict(day=DAY, name="Fair", hours=[]) | known
    with pytest.raises(BadInput) as refusal:
        add_clinic_day(actor=mara, clinic_id=harbour.id, now=NOW, **told)
    assert refusal.value.field == field
    assert different_days() == {}


def test_a_day_differs_once_and_is_removed_again(harbour, mara):
    told = dict(actor=mara, clinic_id=harbour.id, now=NOW)
    add_clinic_day(day=DAY, name="Fair", hours=[], **told)
    with pytest.raises(BadInput, match="differs already"):
        add_clinic_day(day=DAY, name="Fair", hours=[], **told)
    number = db.session.scalar(select(ClinicDay.id))
    hill = given.clinic("Hill Clinic")
    with pytest.raises(NotFound):
        remove_clinic_day(
            actor=given.somebody(Role.MANAGER, hill),
            clinic_id=hill.id,
            clinic_day_id=number,
            now=NOW,
        )
    remove_clinic_day(clinic_day_id=number, **told)
    assert different_days() == {}
    assert last_entry()["before"]["name"] == "Fair"


def test_a_day_of_longer_hours_is_not_removed_under_what_is_booked_unseen(harbour, mara, dana):
    told = dict(actor=mara, clinic_id=harbour.id, now=NOW)
    add_clinic_day(day=DAY, name="", hours=[["08:00", "21:00"]], **told)
    late = given.booked(harbour, dana, given.slot(harbour, 20, day=DAY), **ON_FOOT)
    number = db.session.scalar(select(ClinicDay.id))
    with pytest.raises(FallsOutside):
        remove_clinic_day(clinic_day_id=number, **told)
    remove_clinic_day(clinic_day_id=number, seen=[late], **told)
    assert given.state_of(late) is AppointmentState.CONFIRMED


LABOR, CHRISTMAS = date(2027, 9, 6), date(2027, 12, 25)


def test_the_clinic_closes_on_the_holidays_that_are_chosen_and_on_no_other(harbour, mara):
    told = dict(actor=mara, clinic_id=harbour.id, now=NOW)
    close_on_holidays(days=[LABOR, CHRISTMAS], **told)
    assert different_days() == {LABOR: ("Labor Day", []), CHRISTMAS: ("Christmas Day", [])}
    assert last_entry()["after"] == {"closed": ["2027-09-06", "2027-12-25"]}
    close_on_holidays(days=[CHRISTMAS], **told)
    assert set(different_days()) == {CHRISTMAS}


def test_a_holiday_with_hours_of_its_own_keeps_them_chosen_or_not(harbour, mara):
    told = dict(actor=mara, clinic_id=harbour.id, now=NOW)
    given.clinic_day(harbour, CHRISTMAS, ["09:00", "12:00"])
    for days in ([CHRISTMAS], []):
        close_on_holidays(days=days, **told)
        assert different_days()[CHRISTMAS][1] == [["09:00", "12:00"]]


def test_what_is_no_holiday_there_is_refused(harbour, mara):
    nowhere = given.clinic("Nowhere", jurisdiction="US-ZZ", adopted=False)
    boss = given.somebody(Role.ADMINISTRATOR)
    for clinic, days in ((harbour, [DAY]), (nowhere, [CHRISTMAS]), (harbour, [date.min])):
        with pytest.raises(BadInput):
            close_on_holidays(actor=boss, clinic_id=clinic.id, days=days, now=NOW)
    assert different_days() == {}


def test_closing_on_a_holiday_tells_first_what_is_booked_then(harbour, mara, dana):
    when = given.slot(harbour, 10, day=LABOR)
    number = given.booked(harbour, dana, when, **ON_FOOT)
    told = dict(actor=mara, clinic_id=harbour.id, days=[LABOR], now=NOW)
    with pytest.raises(FallsOutside):
        close_on_holidays(**told)
    assert different_days() == {}
    close_on_holidays(seen=[number], **told)
    assert given.state_of(number) is AppointmentState.CONFIRMED


def test_a_booking_is_as_quick_however_many_hours_are_on_record(harbour, dana, statements):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    counts = []
    for hour in (9, 10):
        wanted = given.booking(
            harbour, dana, given.patient(harbour), given.slot(harbour, hour), **ON_FOOT
        )
        statements.clear()
        book_appointment(actor=desk, booking=wanted, now=NOW)
        counts.append(len(statements))
        for n in range(20):
            day = DAY + timedelta(days=hour * 20 + n)
            given.time_off(dana, day)
            given.clinic_day(harbour, day)
    assert counts[0] == counts[1]


def test_the_clinics_today_is_that_of_its_clock(app):
    auckland = given.clinic("Auckland", zone="Pacific/Auckland")
    boss = given.somebody(Role.ADMINISTRATOR)
    late = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)  # 2 March there
    with pytest.raises(BadInput):
        add_clinic_day(actor=boss, clinic_id=auckland.id, day=TODAY, name="", hours=[], now=late)
    add_clinic_day(actor=boss, clinic_id=auckland.id, day=DAY, name="", hours=[], now=late)
    assert set(different_days()) == {DAY}
