"""The search among a thousand people: its times as the record grows, and against stored masks."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import timedelta
from time import process_time

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from registry.models import db
from registry.queries.offers import offers, open_days
from registry.queries.openings import Opening, free_openings
from registry.queries.searched_days import Search
from registry.rules.days import Span
from tests.benchmarks import masks
from tests.benchmarks.houses import Street
from tests.benchmarks.office import ALLOWED, Office
from tests.benchmarks.rounds import Deed, Prepare, alternate, always
from tests.benchmarks.shapes import (
    BOOKED_OUT,
    ORGANISATION,
    ORGANISATION_1M,
    ORGANISATION_100K,
    WINDOW,
    Shape,
    first_day,
)
from tests.benchmarks.table import Table

WANTED = 20
MINUTES = 45
LAST = WINDOW - 1
SHAPES = (ORGANISATION, ORGANISATION_100K, ORGANISATION_1M)
CALLS, ROUNDS = 7, 9
FIRST, ALL = 0.050, 0.500  # seconds: the first twenty, and all of thirty days
TIMES = 100


def search(office: Office, site: str = ALLOWED, ahead: int = 0) -> list[Opening]:
    """From so many days into the window to its end."""
    start = first_day()
    found = free_openings(
        office.clinics,
        [site],
        MINUTES,
        start + timedelta(days=ahead),
        start + timedelta(days=LAST),
        limit=WANTED,
    )
    db.session.remove()
    return found


def wanted(office: Office, ahead: int = 0) -> Search:
    start = first_day()
    days = Span(start + timedelta(days=ahead), start + timedelta(days=LAST))
    return Search(tuple(office.clinics), (ALLOWED,), MINUTES, days, office.now)


def first_offers(ahead: int) -> Callable[[Office], Deed]:
    return lambda office: lambda: offers(office.desk, wanted(office, ahead), WANTED)


#: What is asked, with the aim of its p95.
QUESTIONS: dict[str, tuple[Callable[[Office], Deed], float]] = {
    "first 20 offers, four days booked out": (first_offers(0), FIRST),
    "first 20 offers, free on the first day": (first_offers(BOOKED_OUT), FIRST),
    "every start of 30 days, counted": (
        lambda office: lambda: open_days(office.desk, wanted(office)),
        ALL,
    ),
}


def measure(street: Street) -> Table:
    table = Table(
        f"First {WANTED} free starts on {street.name}, 1,000 people at 20 clinics, 30 days"
    )
    for shape in (ORGANISATION_100K, ORGANISATION_1M):
        _one(table, street, shape)
    _growing(table, street)
    return table


def _growing(table: Table, street: Street) -> None:
    """The same question of each record in turn: median, p95 and how it grows."""
    offices = {shape: Office(street.open(shape), shape) for shape in SHAPES}
    for office in offices.values():
        with office.open():
            assert offers(office.desk, wanted(office), WANTED)
    gc.collect()
    gc.freeze()  # as the server does (registry/server.py)
    for name, (asked, aim) in QUESTIONS.items():
        cases = {shape.name: _asking(office, asked) for shape, office in offices.items()}
        cases["yardstick"] = always(lambda: [sum(range(1000)) for _ in range(1000)])
        taken = alternate(cases, calls=CALLS, rounds=ROUNDS)
        for shape in SHAPES:
            table.time(f"{name}, {shape.appointments:,}: median", taken.seconds(shape.name))
            table.time(f"{name}, {shape.appointments:,}: p95", taken.p95(shape.name), aim)
        last = SHAPES[-1].name
        alone = alternate({last: cases[last]}, calls=CALLS, rounds=3, clock=process_time)
        table.time(f"{name}, 1,000,000: processor, median", alone.seconds(last))
        table.time(f"{name}, 1,000,000: processor, p95", alone.p95(last), aim)
        ends = SHAPES[0].name, SHAPES[-1].name
        table.exponent(f"{name}: growth", taken.exponent(*ends, TIMES))
        table.time("the yardstick then, 1,000 sum(range(1000))", taken.seconds("yardstick"))
    for office in offices.values():
        with office.open():
            db.engine.dispose()
    gc.unfreeze()


def _asking(office: Office, asked: Callable[[Office], Deed]) -> Prepare:
    """In a context of its own, as a request has."""

    def deed() -> None:
        with office.open():
            asked(office)()

    assert office.clinics
    assert office.desk
    return always(deed)


def _one(table: Table, street: Street, shape: Shape) -> None:
    office = Office(street.open(shape), shape)
    engine = create_engine(street.owner_url(shape), poolclass=NullPool)
    with office.open():
        masks.keep(engine)
        for ahead in (0, BOOKED_OUT):
            _agree(office, ahead)
        taken = alternate(
            {
                "booked out": always(lambda: search(office)),
                "masks": always(lambda: _by_masks(office)),
                "loose": always(lambda: search(office, ahead=BOOKED_OUT)),
                "loose masks": always(lambda: _by_masks(office, BOOKED_OUT)),
            },
            calls=3,
        )
        db.engine.dispose()
    many = f"{shape.appointments:,} on record"
    table.time(f"{many}, four days booked out", taken.seconds("booked out"))
    table.ratio(
        f"{many}, four days booked out / stored masks", taken.ratio("booked out", "masks"), 2
    )
    table.time(f"{many}, free on the first day", taken.seconds("loose"))
    table.ratio(
        f"{many}, free on the first day / stored masks", taken.ratio("loose", "loose masks"), 2
    )


def _by_masks(office: Office, ahead: int = 0) -> list[masks.Start]:
    found = masks.first_starts(office.clinics, ALLOWED, MINUTES, WANTED, ahead)
    db.session.remove()
    return found


def _agree(office: Office, ahead: int) -> None:
    """A reference that answers something else would be no reference."""
    ours = [(one.practitioner_id, one.starts_at) for one in search(office, ahead=ahead)]
    theirs = [(one.person, one.starts_at) for one in _by_masks(office, ahead)]
    if ours != theirs:
        raise AssertionError(f"the search says {ours}, the masks {theirs}")
