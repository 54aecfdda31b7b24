"""The organisations measured: how many people, at how many clinics, with what on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from registry.adapters.clock import now

ZONE = "America/New_York"
PATIENTS = 4_000
OPENS = time(8)
WINDOW = 30  # days ahead that a search looks at
BOOKED_OUT = 4  # of them, from the first on, without a free half hour
IN_WINDOW = 10_000  # appointments; all others lie in the past
A_DAY_BEFORE = 333
HALF_HOURS = 20
PRIME = 7919  # strides over people and times without meeting a pair twice on a day


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    people: int
    clinics: int
    appointments: int

    @property
    def staff(self) -> Shape:
        """The same people, with nothing booked yet."""
        return Shape(f"staff_{self.people}_{self.clinics}", self.people, self.clinics, 0)

    @property
    def per_clinic(self) -> int:
        return self.people // self.clinics


ORGANISATION = Shape("org_10k", 1_000, 20, 10_000)
ORGANISATION_100K = Shape("org_100k", 1_000, 20, 100_000)
ORGANISATION_1M = Shape("org_1m", 1_000, 20, 1_000_000)
PRACTICE = Shape("practice_10k", 50, 1, 10_000)
PRACTICE_1M = Shape("practice_1m", 50, 1, 1_000_000)
HOSPITAL = Shape("hospital", 1_000, 1, 0).staff
NETWORK = Shape("network", 10_000, 200, 0).staff  # of clinics, in one jurisdiction
SHAPES = (
    ORGANISATION,
    ORGANISATION_100K,
    ORGANISATION_1M,
    PRACTICE,
    PRACTICE_1M,
    HOSPITAL,
    NETWORK,
)


class Row(NamedTuple):
    """One appointment; people and patients counted from 0, moments in epoch seconds."""

    person: int
    patient: int
    starts: int
    ends: int
    day: date
    state: str


def first_day() -> date:
    """Of the window: the Monday after next, so that what is built lasts for a week of runs."""
    today = now().date()
    return today - timedelta(days=today.weekday()) + timedelta(days=14)


def opening(day: date) -> int:
    return int(datetime.combine(day, OPENS, ZoneInfo(ZONE)).timestamp())


def appointments(shape: Shape) -> Iterator[Row]:
    """In the order of their days: the past, then four days booked out, then a looser month."""
    if not shape.appointments:
        return
    start = first_day()
    before = shape.appointments - IN_WINDOW
    days = -(-before // A_DAY_BEFORE)
    for back in range(days, 0, -1):
        many = min(A_DAY_BEFORE, before - (back - 1) * A_DAY_BEFORE)
        yield from _scattered(shape, start - timedelta(days=back), many, "done")
    for ahead in range(BOOKED_OUT):
        yield from _full(shape, start + timedelta(days=ahead))
    left = IN_WINDOW - BOOKED_OUT * shape.people * _blocks(shape)
    looser = WINDOW - BOOKED_OUT
    for number in range(looser):
        many = left // looser + (number < left % looser)
        yield from _scattered(shape, start + timedelta(days=BOOKED_OUT + number), many, "confirmed")


def patient_of(shape: Shape, person: int, day: date) -> int:
    each = PATIENTS // shape.people
    return person * each + day.toordinal() % each


def _blocks(shape: Shape) -> int:
    """Into how many appointments a booked-out day of one person is cut."""
    return 2 if shape.people > 100 else HALF_HOURS


def _full(shape: Shape, day: date) -> Iterator[Row]:
    length = HALF_HOURS * 1800 // _blocks(shape)
    opens = opening(day)
    for block in range(_blocks(shape)):
        starts = opens + block * length
        for person in range(shape.people):
            patient = patient_of(shape, person, day)
            yield Row(person, patient, starts, starts + length, day, "confirmed")


def _scattered(shape: Shape, day: date, many: int, state: str) -> Iterator[Row]:
    opens = opening(day)
    for number in range(many):
        value = (number * PRIME + day.toordinal() * 31) % (shape.people * HALF_HOURS)
        person, starts = value % shape.people, opens + value // shape.people * 1800
        yield Row(person, patient_of(shape, person, day), starts, starts + 1800, day, state)
