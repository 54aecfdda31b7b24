"""The forecast: as the plainest count has it, week by week; and what a lapse takes away."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from registry.models import Appointment, Credential, CredentialVersion, Engagement, Privilege, db
from registry.queries.forecast import forecast_of
from registry.queries.scope import ClinicSeen
from registry.rules.capacity import Weeks
from registry.rules.diary import Slot
from registry.rules.forecast import LINES
from registry.rules.vocabulary import CredentialKind, VersionState
from tests import given
from tests.plain_forecast import PlainForecast

#: With the nights in which the clocks change: New York on 14 March, Lord Howe on 4 April 2027.
MONDAY = date(2027, 3, 8)
AHEAD = Weeks(MONDAY, 6)
DAYS = [MONDAY + timedelta(days=number) for number in range(-7, 7 * AHEAD.number + 7)]
TIMES = ["00:00", "01:00", "01:45", "02:30", "08:05", "12:00", "17:55", "23:30", "00:00"]
SITES = ("neck", "thorax", "thigh")
NAMED = (["neck"], ["neck", "thigh"], ["rhomboids"], ["levator_scapulae", "neck"])


def stretches(random):
    """None, one or two, none touching another; sometimes up to midnight."""
    places = sorted(random.sample(range(len(TIMES)), random.choice((0, 2, 2, 4))))
    return [
        [TIMES[one], TIMES[other]] for one, other in zip(places[::2], places[1::2], strict=True)
    ]


def week(random):
    return {str(day): stretches(random) for day in range(7)}


def seen(clinic):
    return ClinicSeen(clinic.id, clinic.name, clinic.zone, clinic.jurisdiction, True)


def spans(random):
    """Apart from one another, most of them longer than what is looked at."""
    turns = sorted(random.sample(range(len(DAYS)), random.choice((1, 2, 3, 4))))
    days = [DAYS[turn] for turn in turns]
    firsts, lasts = days[::2], days[1::2]
    lasts += [date.max] * (len(firsts) - len(lasts))
    found = []
    for first, last in zip(firsts, lasts, strict=True):
        if not found or (first - found[-1][1]).days > 1:
            found.append((first, last))
    return found


def settle(random, clinics):
    """Three people at two clinics, with hours, time off, privileges and what these end with."""
    for clinic in clinics:
        for day in random.sample(DAYS, 3):
            given.clinic_day(clinic, day, *stretches(random))
    for number in range(3):
        whom = given.practitioner(f"Person {number}")
        for clinic in random.sample(clinics, random.choice((1, 2))):
            _work(random, whom, clinic)
        for day in random.sample(DAYS, 2):
            given.time_off(whom, day, day + timedelta(days=random.choice((0, 3, 20))))
        given.time_off(whom, random.choice(DAYS), None, "01:30", "12:00")
    db.session.commit()


def _work(random, whom, clinic):
    until = random.choice((None, random.choice(DAYS)))
    db.session.add(
        Engagement(
            practitioner_id=whom.id,
            clinic_id=clinic.id,
            first_day=date(2020, 1, 1),
            last_day=until,
        )
    )
    for since in random.sample(DAYS, random.choice((0, 1, 2))):
        given.working_week(whom, clinic, random.choice((None, week(random))), since)
    for day in random.sample(DAYS, random.choice((0, 2))):
        given.working_day(whom, clinic, day, *stretches(random))
    alike = spans(random)
    ends = set()
    for site in SITES:
        for first, last in random.choice((alike, spans(random))):
            last = min(last, until or last)
            if first <= last:
                db.session.add(privilege(whom, clinic, site, first, last))
                ends.add(last)
    for day in sorted(ends):
        if day < date.max and random.random() < 0.8:
            ending(whom, day)


def ending(whom, day):
    held = Credential(practitioner_id=whom.id, kind=CredentialKind.CPR)
    db.session.add(held)
    db.session.flush()
    db.session.add(
        CredentialVersion(
            credential_id=held.id,
            version=1,
            state=VersionState.VERIFIED,
            first_day=date(2020, 1, 1),
            last_day=day,
            particulars={},
            entered_by=given.adopter().account_id,
            entered_at=given.NOW,
        )
    )


def appointments(random, clinic, whom, patient):
    """Held, given, or cancelled, from nine weeks before to the end, over midnight too."""
    for site in {site for sites in NAMED for site in sites}:
        db.session.add(privilege(whom, clinic, site, date(2020, 1, 1), date.max))
    db.session.commit()
    for number in random.sample(range(-63, 7 * AHEAD.number + 3), 40):
        made = _booked(random, clinic, whom, patient, MONDAY + timedelta(days=number))
        db.session.add(made)
        db.session.commit()
        made.state = random.choice(("held", "done", "cancelled", "confirmed"))
        db.session.commit()


def _booked(random, clinic, whom, patient, day):
    zone = ZoneInfo(clinic.zone)
    hour, minute = random.choice(((1, 0), (9, 30), (23, 20)))
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    slot = Slot(start, start + timedelta(minutes=random.choice((30, 45, 60))))
    first_day, last_day = slot.days_in(zone)
    kind = random.choice(("needling", "needling", "exercise"))
    return Appointment(
        clinic_id=clinic.id,
        room_id=given.rooms(clinic)[0],
        practitioner_id=whom.id,
        patient_id=patient.id,
        sites=random.choice(NAMED) if kind == "needling" else [],
        first_day=first_day,
        last_day=last_day,
        state="confirmed",
        **given.kind_of(kind),
        **given.taken_by(slot, random.choice((0, 10)), random.choice((0, 5))),
    )


def privilege(whom, clinic, site, first, last):
    return Privilege(
        practitioner_id=whom.id, clinic_id=clinic.id, site=site, first_day=first, last_day=last
    )


def as_rows(count, site):
    return [count[site, monday] for monday in AHEAD.mondays]


@pytest.fixture
def houses(app):
    def made(random):
        return [
            given.clinic("Harbour Clinic", hours=week(random), adopted=False),
            given.clinic(
                "Isle Clinic", hours=week(random), zone="Australia/Lord_Howe", adopted=False
            ),
        ]

    return made


@pytest.mark.parametrize("seed", range(6))
def test_capacity_and_losses_are_what_a_plain_count_of_every_five_minutes_finds(houses, seed):
    random = Random(seed)  # noqa: S311 - a test's
    clinics = houses(random)
    settle(random, clinics)
    found = forecast_of([seen(one) for one in clinics], AHEAD, today=MONDAY)
    for clinic, forecast in zip(clinics, found.clinics, strict=True):
        plain = PlainForecast(clinic.id, MONDAY, AHEAD.number)
        capacity = plain.capacity()
        taken = [one for one in found.taken if one.clinic.id == clinic.id]
        back = {(one.ending.practitioner_id, one.ending.last_day): None for one in taken}
        lost = [plain.lost(*each) for each in back]
        for site in LINES:
            outlook = forecast.outlooks[site]
            assert list(outlook.capacity) == as_rows(capacity, site), (clinic.name, site)
            assert list(outlook.renewed) == as_rows(sum(lost, capacity.copy()), site), site


@pytest.mark.parametrize("seed", range(3))
def test_demand_is_what_a_plain_count_of_the_appointments_finds(houses, seed):
    random = Random(seed)  # noqa: S311 - a test's
    clinics = houses(random)
    for clinic in clinics:
        whom = given.practitioner(at=clinic)
        appointments(random, clinic, whom, given.patient(clinic))
    found = forecast_of([seen(one) for one in clinics], AHEAD, today=MONDAY)
    for clinic, forecast in zip(clinics, found.clinics, strict=True):
        needed = PlainForecast(clinic.id, MONDAY, AHEAD.number).needed()
        before = [MONDAY - timedelta(days=7 * week) for week in range(1, 9)]
        counted = max(number for number, week in enumerate(before, start=1) if needed["", week])
        assert forecast.counted == counted
        for site in LINES:
            mean = round(sum(needed[site, week] for week in before) / counted)
            assert forecast.outlooks[site].expected == mean, site
            assert list(forecast.outlooks[site].booked) == as_rows(needed, site), site
