"""The database itself: are its guards on, and do its clocks show the time we know?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry.models import Clinic, ZoneOffset
from registry.models.guards import missing_guards
from registry.rules.diary import OffsetStretch, offsets
from registry.services.clinic_checks import FIRST_YEAR, LAST_YEAR

AGAINST_OVERLAPS = frozenset(
    f"ex_appointments_{who}_taken" for who in ("practitioner", "room", "patient")
)


def guards(session: Session) -> Iterator[str]:
    for name in missing_guards(session.connection()):
        yield (
            f"The guard {name} is missing, changed or switched off: "
            "run `registry migrate up`, which puts every guard back."
        )
    if session.connection().dialect.name == "postgresql":
        there = session.scalars(
            text("SELECT conname::text FROM pg_constraint WHERE contype = 'x' AND convalidated")
        )
        for name in sorted(AGAINST_OVERLAPS - set(there)):
            yield f"The constraint {name}, which refuses double bookings, is missing."


def clocks(session: Session) -> Iterator[str]:
    """Local days are told by offsets on record: they must be those of this machine's rules."""
    stored: dict[str, list[OffsetStretch]] = defaultdict(list)
    for row in session.execute(
        select(
            ZoneOffset.zone, ZoneOffset.from_utc, ZoneOffset.until_utc, ZoneOffset.offset_seconds
        ).order_by(ZoneOffset.from_utc)
    ):
        stored[row.zone].append(OffsetStretch(*row[1:]))
    zones = {*stored, *session.scalars(select(Clinic.zone).distinct())}
    for zone in sorted(zones):
        yield from _clock_faults(zone, stored[zone])


def _clock_faults(zone: str, stored: list[OffsetStretch]) -> Iterator[str]:
    try:
        known = offsets(zone, FIRST_YEAR, LAST_YEAR)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"This machine knows no time zone {zone}."
        return
    if not stored:
        yield f"The clock of {zone} is not on record, so no local day there can be told."
    elif odd := set(stored) ^ set(known):
        since = min(stretch.from_utc for stretch in odd)
        yield (
            f"The clock of {zone} on record differs from this machine's time zone rules "
            f"from {since:%Y-%m-%d %H:%M} UTC on."
        )
