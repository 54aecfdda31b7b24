"""The search keeps to the hours: of the clinic, of the practitioner, and to time off."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from registry.models import Appointment, ClinicDay, TimeOff, WorkingDay, WorkingWeek, db
from registry.queries.candidates import candidates_on
from registry.queries.colleagues import Wish
from registry.queries.openings import free_openings
from registry.queries.premises import place
from registry.rules.diary import Slot, local_moment
from registry.rules.vocabulary import Role, Treatment
from tests import given

DAY = date(2027, 3, 2)
ON_FOOT = dict(treatment=Treatment.EXERCISE, sites=())


@pytest.fixture
def harbour(app):
    """With a lunch break."""
    week = {str(n): [["08:00", "12:00"], ["13:00", "18:00"]] for n in range(7)}
    return given.clinic(hours=week)


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


def clocks(clinic, found, days=1):
    """The day, where there are several, and the time on the clinic's clock."""
    local = [opening.starts_at.astimezone(ZoneInfo(clinic.zone)) for opening in found]
    return [f"{moment:%H:%M}" if days == 1 else f"{moment:%d %H:%M}" for moment in local]


def openings(clinic, first=DAY, last=None, minutes=60):
    return free_openings([clinic.id], [], minutes, first, last or first, limit=999)


def test_nothing_is_offered_over_a_lunch_break(harbour, dana):
    found = clocks(harbour, openings(harbour))
    assert found[0] == "08:00"
    assert "11:00" in found
    assert not [clock for clock in found if "11:00" < clock < "13:00"]
    assert (found[-1], len(found)) == ("17:00", 13 + 17)


def test_a_day_that_differs_is_searched_by_its_own_hours_and_a_closed_one_not_at_all(harbour, dana):
    given.clinic_day(harbour, DAY, ["10:00", "11:30"])
    given.clinic_day(harbour, DAY + timedelta(days=1), name="Holiday")

    found = openings(harbour, DAY, DAY + timedelta(days=1))

    assert clocks(harbour, found, 2) == ["02 10:00", "02 10:15", "02 10:30"]


def test_a_practitioner_is_offered_when_they_work_and_not_when_they_are_off(harbour, dana):
    given.working_week(dana, harbour, {"1": [["09:00", "11:00"]], "3": [["16:00", "23:00"]]})
    given.working_day(dana, harbour, DAY + timedelta(days=7), ["17:00", "18:00"])
    given.time_off(dana, DAY + timedelta(days=9))

    found = openings(harbour, DAY, DAY + timedelta(days=9))

    assert clocks(harbour, found, 9) == [
        *(f"02 {clock}" for clock in ("09:00", "09:15", "09:30", "09:45", "10:00")),
        *(f"04 {clock}" for clock in ("16:00", "16:15", "16:30", "16:45", "17:00")),
        "09 17:00",
    ]


def test_what_is_on_record_of_another_clinic_is_not_asked_here_but_time_off_is(harbour, dana):
    other = given.clinic("Other Clinic")
    given.working_week(dana, other, {})
    assert clocks(harbour, openings(harbour))[0] == "08:00"
    given.time_off(dana, DAY, DAY, "08:00", "09:10")
    assert clocks(harbour, openings(harbour))[0] == "09:15"


def test_on_the_day_that_the_clocks_change_working_hours_are_those_of_the_wall(app):
    auckland = given.clinic("Auckland", zone="Pacific/Auckland", hours=given.ROUND_THE_CLOCK)
    whom = given.practitioner(at=auckland)
    given.working_week(whom, auckland, {"6": [["01:00", "04:00"]]})
    longer = openings(auckland, date(2027, 4, 4))
    shorter = openings(auckland, date(2027, 9, 26))
    assert clocks(auckland, longer)[-1] == "03:00"
    assert longer[-1].starts_at - longer[0].starts_at == timedelta(hours=3)  # 02:00 came twice
    assert shorter[-1].starts_at - shorter[0].starts_at == timedelta(hours=1)


def test_who_is_off_is_told_why_beside_those_who_can_take_it(harbour, dana):
    given.time_off(dana, DAY, DAY + timedelta(days=2))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    free = given.practitioner("Free Fiona", at=harbour)

    found = candidates_on(desk, place(harbour.id), Wish((), 30, DAY), given.NOW)

    assert [one.id for one in found.ready] == [free.id]
    [off] = found.taken
    assert off.off == (
        "Dana Okafor is on time off on Tue 2 March 2027. "
        "The next day they work there is Fri 5 March 2027."
    )


def test_a_closed_day_is_told_with_its_name(harbour, dana):
    given.clinic_day(harbour, DAY, name="Town fair")
    desk = given.somebody(Role.FRONT_DESK, harbour)
    found = candidates_on(desk, place(harbour.id), Wish((), 30, DAY), given.NOW)
    assert found.closed == "Harbour Clinic is closed on Tue 2 March 2027 (Town fair)."
    assert not found.ready


def test_the_search_asks_as_often_however_many_hours_are_on_record(harbour, statements):
    counts = []
    for number in range(2):
        for n in range(1 + 9 * number):
            whom = given.practitioner(f"Person {number}{n}", at=harbour)
            given.working_week(whom, harbour, {"1": [["08:00", "09:00"]]})
            given.working_day(whom, harbour, DAY, ["08:00", "08:30"])
            given.time_off(whom, DAY)
        statements.clear()
        openings(harbour)
        counts.append(len(statements))
    assert counts == [4, 4]


@pytest.mark.parametrize(
    ("zone", "first", "seed"),
    [
        ("America/New_York", date(2027, 3, 12), 11),
        ("America/New_York", date(2027, 11, 5), 12),
        ("Pacific/Auckland", date(2027, 4, 2), 13),
        ("Pacific/Auckland", date(2027, 9, 24), 14),
    ],
)
def test_it_finds_what_a_plain_search_finds_in_hours_at_random(app, zone, first, seed):
    """Hours, exceptions, time off and bookings, over a change of the clocks."""
    chance = Random(seed)  # noqa: S311
    week = {str(n): _at_random(chance) for n in range(7)}
    week["6"] = [["00:00", "00:00"]]  # a Sunday, on which the clocks change
    clinic = given.clinic(zone=zone, hours={day: told for day, told in week.items() if told})
    days = [first + timedelta(days=n) for n in range(5)]
    given.clinic_day(clinic, days[1], *_at_random(chance))
    people = [given.practitioner(f"Person {n}", at=clinic) for n in range(3)]
    for whom in people[1:]:
        given.working_week(whom, clinic, {str(n): _at_random(chance) for n in range(7)})
        given.working_day(whom, clinic, chance.choice(days), *_at_random(chance))
        given.time_off(whom, chance.choice(days))
    given.working_week(people[2], clinic, None, since=days[3])
    given.time_off(people[0], days[2], days[2], "10:00", "14:35")
    _book_at_random(chance, clinic, people, days)

    found = free_openings([clinic.id], [], 40, days[0], days[-1], limit=99_999)

    booked, known = db.session.scalars(select(Appointment)).all(), {}
    plainly = [
        (start, whom.name)
        for day in days
        for start in _quarters(day, zone)
        for whom in people
        if _is_possible(clinic, whom, start, booked, known)
    ]
    assert [(opening.starts_at, opening.name) for opening in found] == plainly
    days_found = {start.astimezone(ZoneInfo(zone)).date() for start, _ in plainly}
    assert len(plainly) > 50
    assert first + timedelta(days=2) in days_found, "the day on which the clocks change"


def _at_random(chance):
    """Up to two stretches, of any five minutes."""
    ends = sorted(chance.sample(range(287), chance.choice([0, 2, 2, 4, 4, 4])))
    clocks = [f"{five // 12:02}:{five % 12 * 5:02}" for five in ends]
    return [clocks[n : n + 2] for n in range(0, len(clocks), 2)]


def _book_at_random(chance, clinic, people, days):
    """Put on record as they are: hours may have been others when they were booked."""
    rooms, who = given.rooms(clinic), given.patient(clinic)
    taken = []
    for _ in range(40):
        start = chance.choice(_quarters(chance.choice(days), clinic.zone))
        ends = start + timedelta(minutes=chance.choice([15, 30, 55]))
        clash = any(start < other[1] and other[0] < ends for other in taken)
        if clash or ends.astimezone(ZoneInfo(clinic.zone)).date() > days[-1]:
            continue
        taken.append((start, ends))
        first, last = (
            moment.astimezone(ZoneInfo(clinic.zone)).date()
            for moment in (start, ends - timedelta(seconds=1))
        )
        db.session.add(
            Appointment(
                clinic_id=clinic.id,
                room_id=chance.choice(rooms),
                practitioner_id=chance.choice(people).id,
                patient_id=who.id,
                sites=[],
                **given.kind_of("exercise"),
                **given.taken_by(Slot(start, ends)),
                first_day=first,
                last_day=last,
                state="confirmed",
                ground_lost_because="",
                version=1,
            )
        )
    db.session.commit()


def _quarters(day, zone):
    """Every quarter of a real hour from the first moment of the day on."""
    start = local_moment(day, time(0), ZoneInfo(zone))
    moments = (start + timedelta(minutes=15 * n) for n in range(100))
    return [m for m in moments if m.astimezone(ZoneInfo(zone)).date() == day]


def _is_possible(clinic, whom, start, booked, known):
    """Every minute of it, asked of the tables one by one."""
    zone = ZoneInfo(clinic.zone)
    ends = start + timedelta(minutes=40)
    if ends.astimezone(zone).date() != start.astimezone(zone).date():
        midnight = ends.astimezone(zone).time() == time(0)
        if not midnight:
            return False
    minutes = [(start + timedelta(minutes=n)).astimezone(zone) for n in range(40)]
    if not all(_works_at(clinic, whom, minute, known) for minute in minutes):
        return False
    there = [one for one in booked if one.starts_at < ends and start < one.ends_at]
    if any(one.practitioner_id == whom.id for one in there):
        return False
    return bool(set(given.rooms(clinic)) - {one.room_id for one in there})


def _works_at(clinic, whom, minute: datetime, known):
    key = (whom.id, minute.date())
    if key not in known:
        known[key] = _hours_of_the_day(clinic, whom, minute.date())
    opened, works, away = known[key]
    shown = f"{minute:%H:%M}"
    return _in(opened, shown) and (works is None or _in(works, shown)) and not _in(away, shown)


def _in(pairs, shown):
    return any(opens <= shown and (shown < closes or closes == "00:00") for opens, closes in pairs)


def _hours_of_the_day(clinic, whom, day):
    different = db.session.scalar(
        select(ClinicDay).where(ClinicDay.clinic_id == clinic.id, ClinicDay.day == day)
    )
    opened = different.hours if different else clinic.hours.get(str(day.weekday()), [])
    exception = db.session.scalar(
        select(WorkingDay).where(WorkingDay.practitioner_id == whom.id, WorkingDay.day == day)
    )
    weeks = db.session.scalars(
        select(WorkingWeek)
        .where(WorkingWeek.practitioner_id == whom.id, WorkingWeek.first_day <= day)
        .order_by(WorkingWeek.first_day)
    ).all()
    works = None
    if exception:
        works = exception.hours
    elif weeks and weeks[-1].week is not None:
        works = weeks[-1].week.get(str(day.weekday()), [])
    off = db.session.scalars(
        select(TimeOff).where(
            TimeOff.practitioner_id == whom.id, TimeOff.first_day <= day, TimeOff.last_day >= day
        )
    ).all()
    return opened, works, [[one.starts or "00:00", one.ends or "00:00"] for one in off]
