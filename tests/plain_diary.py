"""A diary in the plainest way: every minute of everybody, one by one, pair by pair."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from registry.models import Appointment, Clinic, Room, db
from registry.rules.access import Actor
from registry.rules.diary import Slot
from registry.rules.vocabulary import Role, Treatment
from registry.services.booking_checks import Booking
from tests import given

LENGTHS = (5, 10, 20, 25, 45, 90)
STEP = 5  # minutes between the times asked for


class Kind(NamedTuple):
    """A treatment type, with the minutes before and after it."""

    type_id: int
    treatment: Treatment
    before: int
    after: int

    @property
    def sites(self) -> tuple[str, ...]:
        return ("thigh",) if self.treatment is Treatment.NEEDLING else ()


class Wish(NamedTuple):
    """Who, where, whom and what; from so many minutes after the beginning, for so many."""

    practitioner: int
    room: int
    patient: int
    kind: Kind
    starts: int
    minutes: int

    @property
    def there(self) -> set[int]:
        """The minutes at which the patient is there."""
        return set(range(self.starts, self.starts + self.minutes))

    @property
    def busy(self) -> set[int]:
        """The minutes for which practitioner and room are taken."""
        ends = self.starts + self.minutes
        return set(range(self.starts - self.kind.before, ends + self.kind.after))


def clashes(one: Wish, other: Wish) -> list[str]:
    """Who would be in two places."""
    return [
        who
        for who, same, minutes in (
            ("practitioner", one.practitioner == other.practitioner, one.busy & other.busy),
            ("room", one.room == other.room, one.busy & other.busy),
            ("patient", one.patient == other.patient, one.there & other.there),
        )
        if same and minutes
    ]


def double_booked(wishes: Iterable[Wish]) -> list[tuple[list[str], Wish, Wish]]:
    """Every pair is looked at."""
    return [
        (found, *pair) for pair in combinations(wishes, 2) if (found := clashes(pair[0], pair[1]))
    ]


def apart(database: Any) -> list[str]:
    """The guards that keep everybody in one place; SQLite has one trigger for all three."""
    guards = ["practitioner_taken", "room_taken", "patient_taken"]
    return guards[:1] if database.name == "sqlite" else guards


@dataclass(frozen=True)
class Night:
    """When it is: minutes are counted from `begins`. The clinic is open at these hours' minutes."""

    zone: str
    day: date
    hour: int
    hours: dict[str, list[list[str]]]
    open_at: Collection[int]
    length: int = 12 * 60


EVENING_TO_MORNING = {str(n): [["00:00", "04:00"], ["20:00", "00:00"]] for n in range(7)}
TIMES = {
    "a day": Night("America/New_York", date(2027, 3, 2), 7, given.EIGHT_TO_SIX, range(8, 18)),
    "the night the clocks go forward": Night(
        "America/New_York", date(2027, 3, 13), 19, EVENING_TO_MORNING, (20, 21, 22, 23, 0, 1, 2, 3)
    ),
    "the night the clocks go back": Night(
        "America/New_York", date(2027, 11, 6), 19, EVENING_TO_MORNING, (20, 21, 22, 23, 0, 1, 2, 3)
    ),
}


@dataclass
class Scene:
    """Few of each, so that they meet; one may not needle, one room is not fit for all."""

    when: Night
    clinic: Clinic
    desk: Actor
    kinds: list[Kind]
    people: list[int]
    uncertified: int
    rooms: list[int]
    fit: dict[int, set[int]]
    patients: list[int]
    begins: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begins = given.slot(self.clinic, self.when.hour, day=self.when.day).starts_at

    def slot(self, wish: Wish) -> Slot:
        starts = self.begins + timedelta(minutes=wish.starts)
        return Slot(starts, starts + timedelta(minutes=wish.minutes))

    def booking(self, wish: Wish) -> Booking:
        return Booking(
            clinic_id=self.clinic.id,
            room_id=wish.room,
            practitioner_id=wish.practitioner,
            patient_id=wish.patient,
            treatment=wish.kind.treatment,
            treatment_type_id=wish.kind.type_id,
            sites=wish.kind.sites,
            slot=self.slot(wish),
        )

    def at_random(self, chance: Random) -> Wish:
        return Wish(
            chance.choice(self.people),
            chance.choice(self.rooms),
            chance.choice(self.patients),
            chance.choice(self.kinds),
            STEP * chance.randrange(self.when.length // STEP),
            chance.choice(LENGTHS),
        )

    def allows(self, wish: Wish) -> bool:
        """The certificate and the room, whoever is free."""
        needles = wish.kind.treatment is Treatment.NEEDLING
        if needles and wish.practitioner == self.uncertified:
            return False
        return wish.room not in self.fit or wish.kind.type_id in self.fit[wish.room]

    def is_open(self, wish: Wish) -> bool:
        """The clock on the wall is read at each minute."""
        return all(self.clock(minute).hour in self.when.open_at for minute in wish.there)

    def clock(self, minute: int) -> datetime:
        return (self.begins + timedelta(minutes=minute)).astimezone(ZoneInfo(self.when.zone))

    def days(self, wish: Wish) -> tuple[date, date]:
        return self.clock(min(wish.there)).date(), self.clock(max(wish.there)).date()

    def on_record(self) -> dict[int, Wish]:
        """What keeps its time, by number, as the database has it."""
        db.session.rollback()
        rows = db.session.execute(
            select(Appointment.__table__).where(Appointment.state != "cancelled")
        )
        return {row.id: self._wish(row) for row in rows}

    def _wish(self, row: Any) -> Wish:
        kind = next(kind for kind in self.kinds if kind.type_id == row.treatment_type_id)
        around = (
            (row.starts_at - row.busy_from) // timedelta(minutes=1),
            (row.busy_until - row.ends_at) // timedelta(minutes=1),
        )
        return Wish(
            row.practitioner_id,
            row.room_id,
            row.patient_id,
            Kind(kind.type_id, kind.treatment, *around),
            (row.starts_at - self.begins) // timedelta(minutes=1),
            (row.ends_at - row.starts_at) // timedelta(minutes=1),
        )


def scene_of(when: Night) -> Scene:
    clinic = given.clinic(zone=when.zone, hours=when.hours)
    people = [given.practitioner(name, at=clinic) for name in ("Dana", "Mei", "Sam")]
    for person in people[:2]:
        given.certified(person)
    kinds = [
        _kind("First visit", Treatment.NEEDLING, 5, 10),
        _kind("Follow-up", Treatment.NEEDLING, 0, 0),
        _kind("Gym", Treatment.EXERCISE, 0, 25),
        _kind("Long set-up", Treatment.ASSESSMENT, 60, 0),
    ]
    rooms = given.rooms(clinic)
    fit = {rooms[1]: {kinds[0].type_id, kinds[2].type_id}}
    for room, types in fit.items():
        fitness = {"fit_for": sorted(types), "fit_since": given.TODAY}
        db.session.execute(update(Room).where(Room.id == room).values(fitness))
    db.session.commit()
    return Scene(
        when=when,
        clinic=clinic,
        desk=given.somebody(Role.FRONT_DESK, clinic),
        kinds=kinds,
        people=[person.id for person in people],
        uncertified=people[2].id,
        rooms=rooms,
        fit=fit,
        patients=[given.patient(clinic).id for _ in range(3)],
    )


def _kind(name: str, treatment: Treatment, before: int, after: int) -> Kind:
    made = given.treatment_type(name, kind=treatment, preparation=before, clean_up=after)
    return Kind(made.id, treatment, before, after)
