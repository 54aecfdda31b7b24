"""The search over clinics, against a slow one written plainly: minutes, people, rooms, patient."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from registry.models import (
    Appointment,
    Clinic,
    ClinicDay,
    Engagement,
    Practitioner,
    Privilege,
    Room,
    TimeOff,
    WorkingDay,
    WorkingWeek,
    db,
)
from registry.queries.offers import offers, open_days
from registry.queries.searched_days import Search
from registry.rules.access import Actor, Grant
from registry.rules.days import Span
from registry.rules.diary import Slot
from registry.rules.parts_of_day import PartOfDay, starts_within
from registry.rules.treatments import Needs
from registry.rules.vocabulary import Role, Treatment
from tests import given

FIVE = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)
MORNING, EVENING = PartOfDay.MORNING, PartOfDay.EVENING
HOURS = {MORNING: range(12), PartOfDay.AFTERNOON: range(12, 17), EVENING: range(17, 24)}
#: Books at every clinic.
ANYWHERE = Actor(None, "The test itself", (Grant(Role.FRONT_DESK),))


class World:
    """Two clinics, three who work at one or both, hours and bookings at random over four days."""

    def __init__(self, seed, zones, first):
        self.chance = Random(seed)  # noqa: S311
        self.days = [first + timedelta(days=n) for n in range(4)]
        self.clinics = [self.clinic(name, zone) for name, zone in zones]
        self.people = [self.person(n) for n in range(3)]
        self.patient = given.patient(self.clinics[0], "Pat Doe")
        self.types = [
            given.treatment_type(f"Type {n}", preparation=before, clean_up=after)
            for n, (before, after) in enumerate([(0, 0), (10, 15), (5, 0), (7, 3)])
        ]
        self.rooms()
        for _ in range(60):
            self.book()
        db.session.commit()

    def clinic(self, name, zone):
        hours = {str(n): self.stretches() for n in range(7)}
        for n in self.chance.sample(range(7), 4):
            hours[str(n)] = [["00:00", "00:00"]]
        made = given.clinic(name, zone=zone, hours=hours)
        given.clinic_day(made, self.chance.choice(self.days), *self.stretches())
        return made

    def person(self, number):
        home = self.clinics[number % 2]
        whom = given.practitioner(f"Person {2 - number}", at=home)
        if number:
            there = self.clinics[(number + 1) % 2]
            since = self.chance.choice(self.days[:2])
            db.session.add(Engagement(practitioner_id=whom.id, clinic_id=there.id, first_day=since))
            db.session.commit()
            given.working_week(whom, home, {str(n): self.stretches(wide=True) for n in range(7)})
            given.working_day(whom, home, self.chance.choice(self.days), *self.stretches())
            given.time_off(whom, self.days[number], self.days[number], "10:00", "14:35")
        given.licence(whom)
        given.certificate(whom, last_day=self.chance.choice([None, None, self.days[2]]))
        given.certificate(
            whom, taught=frozenset({"neck"}), first_day=self.chance.choice(self.days[:3])
        )
        return whom

    def rooms(self):
        first = given.rooms(self.clinics[0])[0]
        exercise = given.kind_of(Treatment.EXERCISE)["treatment_type_id"]
        fit = [self.types[0].id, self.types[2].id, exercise]
        db.session.execute(
            update(Room).where(Room.id == first).values(fit_for=fit, fit_since=given.TODAY)
        )
        last = given.rooms(self.clinics[1])[1]
        db.session.execute(update(Room).where(Room.id == last).values(closed_from=self.days[2]))
        db.session.commit()

    def stretches(self, wide=False):
        """Up to two, of any five minutes."""
        if wide and self.chance.random() < 0.5:
            return [["00:00", "00:00"]]
        ends = sorted(self.chance.sample(range(287), self.chance.choice([0, 2, 4, 4])))
        clocks = [f"{five // 12:02}:{five % 12 * 5:02}" for five in ends]
        return [clocks[n : n + 2] for n in range(0, len(clocks), 2)]

    def works_there(self, whom, at, day):
        return any(one.clinic_id == at.id and one.first_day <= day for one in whom.engagements)

    def book(self):
        """Put on record as it is: hours may have been others when it was booked."""
        at, whom = self.chance.choice(self.clinics), self.chance.choice(self.people)
        kind, zone = self.chance.choice(self.types), ZoneInfo(at.zone)
        who = self.patient if at is self.clinics[0] else given.patient(at)
        start = datetime.combine(self.chance.choice(self.days), time(0), zone).astimezone(UTC)
        start += FIVE * self.chance.randrange(-20, 300) + timedelta(
            minutes=self.chance.choice([0, 0, 2])
        )
        when = Slot(start, start + timedelta(minutes=self.chance.choice([15, 30, 55])))
        busy, room = kind.needs.busy(when), self.chance.choice(given.rooms(at))
        for each in db.session.scalars(select(Appointment)):
            shared = each.practitioner_id == whom.id or each.room_id == room
            shared = shared or each.patient_id == who.id
            if shared and each.busy_from < busy.ends_at and each.busy_until > busy.starts_at:
                return
        first_day, last_day = when.days_in(zone)
        closes = db.session.get_one(Room, room).closed_from or date.max
        if closes <= last_day or not self.works_there(whom, at, first_day):
            return
        made = Appointment(
            clinic_id=at.id,
            room_id=room,
            practitioner_id=whom.id,
            patient_id=who.id,
            **given.kind_of(Treatment.EXERCISE),
            **given.taken_by(when, kind.preparation, kind.clean_up),
            sites=[],
            first_day=first_day,
            last_day=last_day,
            state="confirmed",
            ground_lost_because="",
        )
        db.session.add(made)
        db.session.commit()
        made.state = self.chance.choice(["confirmed", "confirmed", "done", "cancelled"])
        db.session.commit()


class Plainly:
    """Every quarter of an hour of every day, everybody, every room, asked one by one."""

    def __init__(self, search, parts):
        self.search, self.parts = search, parts
        self.length = timedelta(minutes=search.minutes)
        self.clinics = [db.session.get_one(Clinic, each) for each in search.clinic_ids]
        self.engaged = db.session.scalars(select(Engagement)).all()
        self.everybody = db.session.scalars(select(Practitioner)).all()
        self.privileges = db.session.scalars(select(Privilege)).all()
        booked = db.session.scalars(select(Appointment)).all()
        self.booked = [one for one in booked if one.state != "cancelled"]
        self.done = {
            one.practitioner_id
            for one in booked
            if one.state == "done" and one.patient_id == search.patient_id
        }
        self.hours, self.known = {}, {}

    def offers(self):
        found = []
        for clinic, day in product(self.clinics, _days(self.search.days)):
            for start in _quarters(day, clinic.zone):
                for whom in self.everybody:
                    if room := self.room_for(clinic, whom, start):
                        idle = self.idle(clinic, whom, start, day)
                        known = whom.id in self.done
                        rank = (not known, day, start, idle, whom.name, whom.id, clinic.id)
                        found.append((*rank, room))
        return sorted(found)

    def people(self, clinic):
        return [one for one in self.engaged if one.clinic_id == clinic.id]

    def room_for(self, clinic, whom, start):
        search, zone = self.search, ZoneInfo(clinic.zone)
        minutes = [start + FIVE * n for n in range(search.minutes // 5)]
        local = [minute.astimezone(zone) for minute in minutes]
        busy = search.needs.busy(Slot(start, start + self.length))
        hours = [hour for part in self.parts for hour in HOURS[part]]
        if start < search.after or (hours and local[0].hour not in hours):
            return None
        if search.until and local[-1].date() >= search.until:
            return None
        if not all(self.may_and_works(clinic, whom, minute) for minute in local):
            return None
        if any(
            one.patient_id == search.patient_id
            and one.starts_at < start + self.length
            and start < one.ends_at
            for one in self.booked
        ):
            return None
        there = self.taken(busy.starts_at, busy.ends_at)
        if whom.id in {one.practitioner_id for one in there}:
            return None
        taken = {one.room_id for one in there}
        for room in sorted(clinic.rooms, key=lambda room: room.name):
            fit = not room.fit_for or search.needs.type_id in room.fit_for
            opened = room.closed_from is None or room.closed_from > local[-1].date()
            if fit and opened and room.id not in taken:
                return room.id
        return None

    def taken(self, starts, ends):
        return [one for one in self.booked if one.busy_from < ends and starts < one.busy_until]

    def may_and_works(self, clinic, whom, minute):
        key = (clinic.id, whom.id, minute.astimezone(UTC))
        if key not in self.known:
            self.known[key] = self._may_and_works(clinic, whom, minute)
        return self.known[key]

    def _may_and_works(self, clinic, whom, minute):
        return self.may(clinic, whom, minute.date()) and self.works(clinic, whom, minute)

    def may(self, clinic, whom, day):
        spans = self.people(clinic)
        if self.search.sites:
            spans = [one for one in self.privileges if one.clinic_id == clinic.id]
        mine = [one for one in spans if one.practitioner_id == whom.id]
        mine = [one for one in mine if one.first_day <= day <= (one.last_day or date.max)]
        return bool(mine) and set(self.search.sites) <= {getattr(one, "site", "") for one in mine}

    def works(self, clinic, whom, minute):
        key = (clinic.id, whom.id, minute.date())
        if key not in self.hours:
            self.hours[key] = _hours_of(clinic, whom, minute.date())
        opened, works, away = self.hours[key]
        shown = f"{minute:%H:%M}"
        return _in(opened, shown) and (works is None or _in(works, shown)) and not _in(away, shown)

    def idle(self, clinic, whom, start, day):
        """Five minutes at a time, away from it on both sides, as long as nothing is there."""
        busy = self.search.needs.busy(Slot(start, start + self.length))
        begins = start - _whole_steps(start - busy.starts_at)
        ends = start + _whole_steps(busy.ends_at - start)
        before, after = begins - FIVE, ends
        while self.is_idle(clinic, whom, before, day):
            before -= FIVE
        while self.is_idle(clinic, whom, after, day):
            after += FIVE
        return int((begins - before - FIVE + after - ends).total_seconds()) // 60

    def is_idle(self, clinic, whom, moment, day):
        key = (clinic.id, whom.id, moment, day)
        if key not in self.known:
            self.known[key] = self._is_idle(clinic, whom, moment, day)
        return self.known[key]

    def _is_idle(self, clinic, whom, moment, day):
        local = moment.astimezone(ZoneInfo(clinic.zone))
        there = [one for one in self.taken(moment, moment + FIVE) if one.practitioner_id == whom.id]
        return local.date() == day and self.works(clinic, whom, local) and not there


def _whole_steps(length):
    return FIVE * -(-length // FIVE)


def _days(span):
    return [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]


def _quarters(day, zone):
    """Every quarter of a real hour from the first moment of the day on."""
    start = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    moments = (start + QUARTER * n for n in range(101))
    return [one for one in moments if one.astimezone(ZoneInfo(zone)).date() == day]


def _in(pairs, shown):
    return any(opens <= shown and (shown < closes or closes == "00:00") for opens, closes in pairs)


def _hours_of(clinic, whom, day):
    different = db.session.scalar(
        select(ClinicDay).where(ClinicDay.clinic_id == clinic.id, ClinicDay.day == day)
    )
    opened = different.hours if different else clinic.hours.get(str(day.weekday()), [])
    mine = (WorkingDay.practitioner_id == whom.id, WorkingDay.clinic_id == clinic.id)
    exception = db.session.scalar(select(WorkingDay).where(*mine, WorkingDay.day == day))
    weeks = db.session.scalars(
        select(WorkingWeek)
        .where(WorkingWeek.practitioner_id == whom.id, WorkingWeek.clinic_id == clinic.id)
        .where(WorkingWeek.first_day <= day)
        .order_by(WorkingWeek.first_day)
    ).all()
    works = None
    if exception:
        works = exception.hours
    elif weeks:
        works = weeks[-1].week.get(str(day.weekday()), [])
    off = db.session.scalars(
        select(TimeOff).where(
            TimeOff.practitioner_id == whom.id, TimeOff.first_day <= day, TimeOff.last_day >= day
        )
    ).all()
    return opened, works, [[one.starts or "00:00", one.ends or "00:00"] for one in off]


SPRING, AUTUMN = date(2027, 3, 13), date(2027, 11, 6)
AMERICA = (("Harbour Clinic", "America/New_York"), ("Hill Clinic", "America/Denver"))
FAR = (("Harbour Clinic", "America/New_York"), ("Quay Clinic", "Pacific/Auckland"))


@pytest.mark.parametrize(
    ("seed", "zones", "first"),
    [
        (1, AMERICA, SPRING),
        (2, AMERICA, AUTUMN),
        (3, FAR, date(2027, 4, 2)),
        (4, FAR, date(2027, 9, 25)),
        (5, (AMERICA[0], ("Hill Clinic", "America/New_York")), date(2027, 6, 1)),
    ],
)
def test_it_finds_and_ranks_what_a_plain_search_finds(app, seed, zones, first):
    world = World(seed, zones, first)
    after = datetime.combine(first, time(9, 7), UTC)
    days = Span(world.days[0], world.days[-1])
    both = tuple(each.id for each in world.clinics)
    found_at_all = 0
    for sites, parts, kind, minutes, patient_id, until in (
        (("thigh",), (), world.types[0], 40, None, None),
        (("thigh", "neck"), (), world.types[1], 45, world.patient.id, None),
        ((), (MORNING,), world.types[1], 30, world.patient.id, None),
        ((), (MORNING, EVENING), world.types[2], 90, None, world.days[3]),
    ):
        search = Search(
            clinic_ids=both,
            sites=sites,
            minutes=minutes,
            days=days,
            after=after,
            needs=Needs(kind.id, kind.preparation, kind.clean_up),
            parts=starts_within(parts),
            patient_id=patient_id,
            until=until,
        )
        plainly = Plainly(search, parts).offers()
        found = offers(ANYWHERE, search, 99_999)
        assert [
            (
                not one.known,
                one.day,
                one.starts_at,
                one.idle,
                one.name,
                one.practitioner_id,
                one.clinic_id,
                one.room_id,
            )
            for one in found
        ] == plainly
        assert offers(ANYWHERE, search, 7) == found[:7]
        _is_counted(search, found)
        found_at_all += len(found)
    assert found_at_all > 200


def _is_counted(search, found):
    """The count of each day is that of the list."""
    for day in open_days(ANYWHERE, search):
        there = [one for one in found if one.day == day.day]
        assert day.starts == len(there)
        assert day.people == len({one.practitioner_id for one in there})
