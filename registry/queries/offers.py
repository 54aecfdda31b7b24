"""Offers: starts at which practitioner, room and patient are free, over clinics, the best first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from heapq import merge, nsmallest
from itertools import chain, islice
from typing import NamedTuple

from registry.leave import require
from registry.models import db
from registry.models.hours_on_record import hours_on_record
from registry.queries.bookings import Busy, busy_between, busy_of_patient
from registry.queries.openings import chunks, union
from registry.queries.patients import treated_by
from registry.queries.premises import places
from registry.queries.searched_days import Search, SearchedDay
from registry.queries.staff import Person, staff_for
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span, day_after
from registry.rules.openings import STEP, grid_of, steps_of


class Offer(NamedTuple):
    """`day` is that of the clinic; `idle` minutes stay unused beside it; `known` to the patient."""

    day: date
    starts_at: datetime
    idle: int
    name: str
    practitioner_id: int
    clinic_id: int
    room_id: int
    room: str
    known: bool


class OpenDay(NamedTuple):
    """How many can take it on a day, and how many starts they have."""

    day: date
    people: int
    starts: int


def offers(actor: Actor, search: Search, limit: int) -> list[Offer]:
    """
    The best: with whoever has treated this patient before, then with others; each day by day, the
    soonest first, then what leaves least idle in its practitioner's day, then by name.

    Seven statements, two more for each further chunk of days, however many work there. Raises
    NotAllowed, NotFound for a clinic at which they do not book.
    """
    field = SearchField(actor, search)
    theirs = field.offers(field.known, True, limit) if field.known else iter(())
    return list(islice(chain(theirs, field.offers(field.others, False, limit)), limit))


def open_days(actor: Actor, search: Search) -> list[OpenDay]:
    """Every start of everybody on all the days, counted for each; the same statements."""
    field = SearchField(actor, search)
    return [field.counted(day) for day in field.days]


class SearchField:
    """What one search has read: places, people and hours at once, bookings as days are come to."""

    def __init__(self, actor: Actor, search: Search) -> None:
        for clinic_id in search.clinic_ids:
            require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
        self.search, clinics = search, search.clinic_ids
        first, last = search.days
        self.days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        reached = Span(first, day_after(last))
        self.places = places(clinics)
        self.hours = hours_on_record(db.session(), clinics, *reached)
        staff = staff_for(clinics, search.sites, reached, None)
        self.people = {at: _named(people, search.named) for at, people in staff.items()}
        #: Those whose privileges outlast the search: they are not asked about each day.
        self._throughout = {
            (at, one.id)
            for at, people in self.people.items()
            for one in people
            if one.may_throughout(reached, search.sites)
        }
        self.known: dict[int, list[Person]] = {}
        self.others = self.people
        if search.patient_id is not None:
            self._part_known(treated_by(actor, clinics, search.patient_id))
        self._chunks = chunks(first, last)
        self._busy: dict[date, tuple[Busy, Busy | None]] = {}
        self._seen: dict[tuple[int, date], SearchedDay] = {}

    def offers(self, people: dict[int, list[Person]], known: bool, most: int) -> Iterator[Offer]:
        """Of these, by clinic; of those who could begin at once no more than `most`."""
        if not any(people.values()):
            return
        for day in self.days:
            there = [(at, some) for at in self.places if (some := self._among(people, at, day))]
            yield from merge(
                *(_on_day(self.at(clinic_id, day), some, known, most) for clinic_id, some in there)
            )

    def at(self, clinic_id: int, day: date) -> SearchedDay:
        """Raises KeyError for what was not searched."""
        if (found := self._seen.get((clinic_id, day))) is None:
            busy, patient = self._read(day)
            found = SearchedDay(self.places[clinic_id], day, busy, self.hours, self.search)
            if patient is not None and self.search.patient_id is not None:
                found.keep_patient_free(self.search.patient_id, patient)
            self._seen[clinic_id, day] = found
        return found

    def counted(self, day: date) -> OpenDay:
        people, starts = set[int](), 0
        for clinic_id in self.places:
            if some := self.may(clinic_id, day):
                at = self.at(clinic_id, day)
                free = at.free(some)
                roomy = at.with_a_room(union(one.starts for one in free))
                people.update(one.person.id for one in free if one.starts & roomy)
                starts += sum((one.starts & roomy).bit_count() for one in free)
        return OpenDay(day, len(people), starts)

    def may(self, clinic_id: int, day: date) -> list[Person]:
        """Those who may, whether they have time or not."""
        return self._among(self.people, clinic_id, day)

    def _among(self, people: dict[int, list[Person]], clinic_id: int, day: date) -> list[Person]:
        sites, throughout = self.search.sites, self._throughout
        return [
            one
            for one in people.get(clinic_id, ())
            if (clinic_id, one.id) in throughout or one.may_on(day, sites)
        ]

    def _part_known(self, known: Collection[int]) -> None:
        self.known = {
            at: [one for one in people if one.id in known] for at, people in self.people.items()
        }
        self.others = {
            at: [one for one in people if one.id not in known] for at, people in self.people.items()
        }

    def _read(self, day: date) -> tuple[Busy, Busy | None]:
        """What is booked that day, read with the days of its chunk."""
        while day not in self._busy:
            days = next(self._chunks)
            found = self._booked(days)
            self._busy.update(dict.fromkeys(days, found))
        return self._busy[day]

    def _booked(self, days: Sequence[date]) -> tuple[Busy, Busy | None]:
        zones = {place.zone for place in self.places.values()}
        first = min(grid_of(days[0], zone).first for zone in zones)
        ends = (grid_of(days[-1], zone) for zone in zones)
        until = max(grid.first + grid.steps * STEP for grid in ends) + self.search.minutes * 60
        whom = self.search.patient_id
        return (
            busy_between(list(self.places), first, until),
            None if whom is None else busy_of_patient(whom, first, until),
        )


def _on_day(at: SearchedDay, people: Sequence[Person], known: bool, most: int) -> Iterator[Offer]:
    """At one clinic, the soonest first; of those who could begin at once no more than `most`."""
    free = at.free(people)
    for step in steps_of(at.with_a_room(union(one.starts for one in free))):
        room = at.room_at(step)
        assert room is not None  # noqa: S101 - only starts with a room were looked at
        moment = at.grid.moment(step)
        able = (one for one in free if one.starts >> step & 1)
        ranked = ((at.idle(one, step), one.person.name, one.person.id) for one in able)
        for whose in nsmallest(most, ranked):
            yield Offer(at.grid.day, moment, *whose, at.place.id, *room[:2], known)


def _named(people: list[Person], named: str) -> list[Person]:
    wanted = named.casefold()
    return [one for one in people if wanted in one.name.casefold()] if wanted else people
