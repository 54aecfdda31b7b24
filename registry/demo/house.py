"""The house of the demo: its clinics, who works there, and the clock its story is told by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.adapters.file_store import FileStore
from registry.demo.adoptions import READINGS, adopt_as_shipped
from registry.demo.people import ADMINISTRATOR, PASSWORD, PRACTITIONERS, SPEAK, STAFF, Person
from registry.models import Account, Clinic, Letter, db
from registry.rules.access import Actor, Grant
from registry.rules.diary import local_moment
from registry.rules.vocabulary import Role
from registry.services.account_links import set_password_by_link
from registry.services.accounts import create_first_administrator, invite_account
from registry.services.clinics import create_clinic
from registry.services.practitioners import add_practitioner, change_contact
from registry.services.rooms import add_room

HERE = "127.0.0.1"
OPENED = -60  # days from today
WORKED_SINCE = timedelta(days=730)
WEEK = {str(day): [("07:00", "19:00")] for day in range(5)}
WEEKEND = {"5": [("08:00", "18:00")], "6": [("08:00", "18:00")]}
WITH_LUNCH = {str(day): [("08:00", "12:00"), ("13:00", "18:00")] for day in range(7)}
HOURS = {"harbour": WEEK | WEEKEND, "hill": WITH_LUNCH, "bay": WEEK | WEEKEND}
CLINICS = {
    "harbour": ("Harbour Clinic", "12 Lantern Quay, Savannah", "America/New_York", "US-GA"),
    "hill": ("Hill Clinic", "480 Larch Rise, Edmonton", "America/Edmonton", "CA-AB"),
    "bay": ("Bay Clinic", "7 Cypress Steps, Oakland", "America/Los_Angeles", "US-CA"),
}
ROOMS = {
    "harbour": ("Room 1", "Room 2", "Room 3", "Room 4", "Room 5", "Gym"),
    "hill": ("East room", "West room", "Gym"),
    "bay": ("Room 1",),
}

Act = Callable[[datetime], None]


class Agenda:
    """What is to happen, told in the order of its moments, so that the audit trail reads so too."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    def put(self, moment: datetime, act: Act) -> None:
        heappush(self._acts, (moment, next(self._numbers), act))

    def run(self) -> None:
        while self._acts:
            moment, _number, act = heappop(self._acts)
            act(moment)


@dataclass
class House:
    """
    `actors` and `practitioners` go by the key of the person, `clinics` by that of the clinic;
    `moments` are the minutes of the day on which all was set up.
    """

    now: datetime
    store: FileStore
    administrator: Actor
    moments: Iterator[datetime]
    clinics: dict[str, Clinic] = field(default_factory=dict)
    rooms: dict[str, list[int]] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    practitioners: dict[str, int] = field(default_factory=dict)
    agenda: Agenda = field(default_factory=Agenda)

    def today(self, at: str = "harbour") -> date:
        return self.now.astimezone(_zone(at)).date()

    def day_of(self, moment: datetime) -> date:
        """At Harbour Clinic."""
        return moment.astimezone(_zone("harbour")).date()

    def moment(self, days: int, clock: str, at: str = "harbour") -> datetime:
        """So many days from today, on the clinic's clock."""
        day = self.today(at) + timedelta(days=days)
        return local_moment(day, time.fromisoformat(clock), _zone(at))


def open_house(now: datetime, store: FileStore) -> House:
    moments = _minutes_from(_opening(now))
    token = create_first_administrator(
        email=ADMINISTRATOR.email, name=ADMINISTRATOR.name, now=next(moments)
    )
    _set_password(token, next(moments))
    house = House(now, store, _actor(ADMINISTRATOR), moments)
    for key in CLINICS:
        _open_clinic(house, key, moments)
    for code in READINGS:
        adopt_as_shipped(house.administrator, code, next(moments))
    for person in (*STAFF, *PRACTITIONERS):
        _welcome(house, person, moments)
    return house


def _opening(now: datetime) -> datetime:
    zone = _zone("harbour")
    day = now.astimezone(zone).date() + timedelta(days=OPENED)
    return local_moment(day, time(9), zone)


def _minutes_from(start: datetime) -> Iterator[datetime]:
    return (start + timedelta(minutes=number) for number in count())


def _zone(clinic: str) -> ZoneInfo:
    return ZoneInfo(CLINICS[clinic][2])


def _open_clinic(house: House, key: str, moments: Iterator[datetime]) -> None:
    name, address, zone, jurisdiction = CLINICS[key]
    clinic = create_clinic(
        actor=house.administrator,
        name=name,
        address=address,
        zone=zone,
        jurisdiction=jurisdiction,
        hours=HOURS[key],
        now=next(moments),
    )
    house.clinics[key] = clinic
    house.rooms[key] = [
        add_room(actor=house.administrator, clinic_id=clinic.id, name=room, now=next(moments)).id
        for room in ROOMS[key]
    ]


def _say_what_they_speak(house: House, person: Person, moments: Iterator[datetime]) -> None:
    if person.key in SPEAK:
        change_contact(
            actor=house.actors[person.key],
            practitioner_id=house.practitioners[person.key],
            email=person.email,
            phone="",
            languages=SPEAK[person.key],
            now=next(moments),
        )


def _welcome(house: House, person: Person, moments: Iterator[datetime]) -> None:
    grants = {Grant(role, at and house.clinics[at].id) for role, at in person.roles}  # type: ignore[arg-type]
    if person.profession is not None:
        clinics = [house.clinics[at].id for at in person.at]
        house.practitioners[person.key] = add_practitioner(
            actor=house.administrator,
            name=person.name,
            profession=person.profession,
            npi=person.npi,
            email=person.email,
            clinic_ids=clinics,
            first_day=house.today() - WORKED_SINCE,
            now=next(moments),
        ).id
        grants |= {Grant(Role.PRACTITIONER, clinic_id) for clinic_id in clinics}
    account = invite_account(
        actor=house.administrator,
        email=person.email,
        name=person.name,
        grants=grants,
        practitioner_id=house.practitioners.get(person.key),
        now=next(moments),
    )
    _set_password(_token_in_the_letter(account.id), next(moments))
    house.actors[person.key] = _actor(person)
    _say_what_they_speak(house, person, moments)


def _token_in_the_letter(account_id: int) -> str:
    """As the person themselves would find it."""
    letter = db.session.scalars(select(Letter).where(Letter.account_id == account_id)).one()
    path: str = json.loads(letter.particulars)["path"]
    return path.rsplit("/", 1)[1]


def _set_password(token: str, moment: datetime) -> None:
    set_password_by_link(token=token, password=PASSWORD, address=HERE, now=moment)


def _actor(person: Person) -> Actor:
    account = db.session.scalars(select(Account).where(Account.email == person.email)).one()
    return account.as_actor(HERE)
