"""Repair options: who could take each that is on hold, at its own time or near it, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from registry.models import Appointment, db
from registry.models.hours_on_record import HoursOnRecord
from registry.queries.contraindications import notes_of_patients
from registry.queries.cover import Cover, cover_of
from registry.queries.held_work import Held, held_work, is_on_hold
from registry.queries.nearby import fit_rooms
from registry.queries.off_hours import hours_between, outside
from registry.queries.patterns import Pattern
from registry.queries.premises import Place, place
from registry.queries.repair_moves import Moves, some_rooms
from registry.queries.taken import Taken, taken_on
from registry.rules.contraindications import Note, forbidding
from registry.rules.days import Span
from registry.rules.diary import Slot
from registry.rules.repair import Item, Nobody, Option, Problem
from registry.rules.vocabulary import AppointmentState

REACH = timedelta(days=14)


def read_problem(clinic_id: int, practitioner_id: int | None, now: datetime) -> Problem:
    """
    All that is on hold at a clinic, or of one practitioner there, with everything it could become.

    Eleven statements, however much is on hold and however many work there. Whoever calls it has
    asked leave for this clinic.
    """
    held = held_work(clinic_id, practitioner_id, now)
    if not held:
        return Problem((), {})
    where = place(clinic_id)
    days = sorted({day for one in held for day in one.pattern.slot.days_in(where.zone)})
    reached = _reached(days, where.today(now))
    sites = sorted({site for one in held for site in one.pattern.sites})
    cover = cover_of(where, sites, Span(reached[0], reached[-1]))
    reader = _Reader(
        where,
        cover,
        taken_on(where, reached, list(cover.names)),
        hours_between(where, reached[0], reached[-1]),
        notes_of_patients({one.pattern.patient_id for one in held if one.pattern.needles}),
        _treated_before(clinic_id, practitioner_id, now),
        now,
        held,
    )
    return Problem(tuple(reader.items()), reader.loads(days))


def _reached(days: Iterable[date], today: date) -> list[date]:
    """Each day, and those around it to which something may be moved."""
    around = range(-REACH.days, REACH.days + 1)
    found = {day + timedelta(days=n) for day in days for n in around}
    return sorted(day for day in found if day >= today)


def _treated_before(
    clinic_id: int, practitioner_id: int | None, now: datetime
) -> set[tuple[int, int]]:
    """Of the patients of what is on hold: patient and practitioner. One statement."""
    whose = select(Appointment.patient_id).where(*is_on_hold(clinic_id, practitioner_id, now))
    pairs = select(Appointment.patient_id, Appointment.practitioner_id).where(
        Appointment.clinic_id == clinic_id,
        Appointment.patient_id.in_(whose),
        Appointment.state == AppointmentState.DONE,
    )
    return {(row.patient_id, row.practitioner_id) for row in db.session.execute(pairs.distinct())}


@dataclass
class _Reader:
    place: Place
    cover: Cover
    taken: Taken
    hours: HoursOnRecord
    notes: Mapping[int, Collection[Note]]
    treated: set[tuple[int, int]]
    now: datetime
    held: Sequence[Held]

    def __post_init__(self) -> None:
        self.moves = Moves(self.place, self.cover, self.taken, self.hours, self.now)
        self.numbers = {one.pattern.id for one in self.held}
        self.rivals = Taken(one for one in self.taken if one.id in self.numbers)

    def items(self) -> Iterator[Item]:
        for one in self.held:
            pattern = one.pattern
            options, nobody = self._options(pattern)
            starts = int(pattern.slot.starts_at.timestamp())
            yield Item(pattern.id, one.version, pattern.patient_id, starts, options, nobody)

    def loads(self, days: Collection[date]) -> dict[int, int]:
        """What each has on these days, besides what is on hold here."""
        wanted = set(days)
        return Counter(
            one.practitioner_id
            for one in self.taken
            if one.practitioner_id in self.cover.names
            and one.id not in self.numbers
            and one.starts_at.astimezone(self.place.zone).date() in wanted
        )

    def _options(self, pattern: Pattern) -> tuple[tuple[Option, ...], Nobody | None]:
        noted = self.notes.get(pattern.patient_id, ()) if pattern.needles else ()
        if forbidding(noted):
            return (), Nobody.FORBIDDEN
        found = list(self._at_its_time(pattern))
        if self._is_contested(pattern, found):
            found += self._moved(pattern)
        if found:
            return tuple(found), None
        return (), Nobody.NO_TIME if self.moves.able(pattern) else Nobody.UNABLE

    def _at_its_time(self, pattern: Pattern) -> Iterator[Option]:
        slot, busy = pattern.slot, pattern.busy
        days = slot.days_in(self.place.zone)
        booked = [one for one in self.taken.during(busy) if one.id != pattern.id]
        gone = {one.room_id for one in booked}
        free = [room for room in fit_rooms(self.place, pattern, slot) if room.id not in gone]
        engaged = {one.practitioner_id for one in booked}
        for who in self.cover.names:
            if who in engaged or not self.moves.may(who, pattern.sites, days):
                continue
            if outside(self.hours, self.place, slot, who) is None:
                for room in some_rooms(pattern, free):
                    yield self._option(pattern, who, room.id, slot, busy, 0)

    def _moved(self, pattern: Pattern) -> Iterator[Option]:
        day = pattern.slot.starts_at.astimezone(self.place.zone).date()
        for move in self.moves.nearest(pattern, day, REACH):
            slot = Slot(move.starts_at, move.starts_at + pattern.slot.length)
            busy, days = pattern.needs.busy(slot), abs((move.day - day).days)
            yield self._option(pattern, move.practitioner_id, move.room_id, slot, busy, days)

    def _is_contested(self, pattern: Pattern, found: Collection[Option]) -> bool:
        """
        Where more can take it than want somebody then, somebody is left, whoever takes the others.
        """
        takers = {one.practitioner_id for one in found}
        return len(takers) <= sum(1 for _ in self.rivals.during(pattern.busy))

    def _option(
        self, pattern: Pattern, who: int, room: int, slot: Slot, busy: Slot, days: int
    ) -> Option:
        own = who == pattern.practitioner_id
        return Option(
            practitioner_id=who,
            room_id=room,
            starts=int(slot.starts_at.timestamp()),
            ends=int(slot.ends_at.timestamp()),
            busy_from=int(busy.starts_at.timestamp()),
            busy_until=int(busy.ends_at.timestamp()),
            kept=slot == pattern.slot,
            known=own or (pattern.patient_id, who) in self.treated,
            own=own,
            days=days,
        )
