"""An office: the desk that books in a house, and free times without end to book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from registry.adapters.clock import now
from registry.models import Account, db
from registry.rules.access import Actor
from registry.rules.diary import Slot
from registry.rules.vocabulary import Treatment
from registry.services.booking_checks import Booking
from tests.benchmarks.bulk import STANDARD_NEEDLING, Numbers, numbers_of
from tests.benchmarks.people import DESK, LAPSING_EVERY
from tests.benchmarks.shapes import (
    HALF_HOURS,
    WINDOW,
    Shape,
    first_day,
    opening,
    patient_of,
)

ALLOWED, REFUSED = "thigh", "neck"


class Office:
    """`open()` it, then book: `next_booking()` is a time nobody has, after the window."""

    def __init__(self, app: Flask, shape: Shape) -> None:
        self.app, self.shape = app, shape
        with self.open():
            self.numbers: Numbers = numbers_of(db.session)
        self._free = self._times()

    def open(self) -> AbstractContextManager[Any]:
        return self.app.app_context()

    @cached_property
    def desk(self) -> Actor:
        with self.open():
            account = db.session.scalars(select(Account).where(Account.email == DESK)).one()
            return account.as_actor("127.0.0.1")

    @property
    def clinics(self) -> list[int]:
        return sorted({home for _, home in self.numbers.people})

    @property
    def now(self) -> datetime:
        return now()

    def next_booking(self, site: str = ALLOWED) -> Booking:
        person, day, starts = next(self._free)
        return self.booking(person, day, starts, site)

    def booking(self, person: int, day: date, starts: int, site: str = ALLOWED) -> Booking:
        who, home = self.numbers.people[person]
        start = datetime.fromtimestamp(starts, UTC)
        return Booking(
            clinic_id=home,
            room_id=self.numbers.rooms[person],
            practitioner_id=who,
            patient_id=self.numbers.patients[patient_of(self.shape, person, day)],
            treatment=Treatment.NEEDLING,
            sites=(site,),
            slot=Slot(start, start + timedelta(minutes=30)),
        )

    def taken(self) -> Booking:
        """At a time at which the practitioner, the room and the patient all have somebody."""
        return self.booking(1, first_day(), opening(first_day()))

    def _times(self) -> Iterator[tuple[int, date, int]]:
        """Of people whose certificate has no end, day after day."""
        people = [n for n in range(self.shape.people) if n % LAPSING_EVERY]
        for ahead in count(WINDOW):
            day = first_day() + timedelta(days=ahead)
            opens = opening(day)
            for block in range(HALF_HOURS):
                for person in people:
                    yield person, day, opens + block * 1800


def as_row(booking: Booking) -> dict[str, Any]:
    """The bare row: what an insert needs, without any question asked."""
    day = booking.slot.starts_at.date()  # opening hours of New York end on the same UTC day
    return dict(
        clinic_id=booking.clinic_id,
        room_id=booking.room_id,
        practitioner_id=booking.practitioner_id,
        patient_id=booking.patient_id,
        treatment=booking.treatment,
        treatment_type_id=STANDARD_NEEDLING,
        sites=list(booking.sites),
        starts_at=booking.slot.starts_at,
        ends_at=booking.slot.ends_at,
        busy_from=booking.slot.starts_at,
        busy_until=booking.slot.ends_at,
        first_day=day,
        last_day=day,
        state="confirmed",
        ground_lost_because="",
        version=1,
    )
