"""The first twenty free starts among a thousand people, against masks that are kept ready."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from registry.models import db
from registry.queries.openings import Opening, free_openings
from tests.benchmarks import masks
from tests.benchmarks.houses import Street
from tests.benchmarks.office import ALLOWED, Office
from tests.benchmarks.rounds import alternate, always
from tests.benchmarks.shapes import (
    BOOKED_OUT,
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


def measure(street: Street) -> Table:
    table = Table(
        f"First {WANTED} free starts on {street.name}, 1,000 people at 20 clinics, 30 days"
    )
    for shape in (ORGANISATION_100K, ORGANISATION_1M):
        _one(table, street, shape)
    return table


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
