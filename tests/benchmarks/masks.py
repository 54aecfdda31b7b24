"""The reference of the slot search: the day of everybody and every room kept as a mask of bits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
)

from registry.models import Appointment, Engagement, Practitioner, Privilege, Room, db
from registry.rules.vocabulary import AppointmentState
from tests.benchmarks.shapes import WINDOW, ZONE, first_day

STEP = 300
OPEN = 10 * 3600 // STEP  # steps from eight to six
WIDE = -(-OPEN // 8)
QUARTERS = sum(1 << step for step in range(0, OPEN, 3))

kept = Table(
    "bench_masks",
    MetaData(),
    Column("clinic_id", Integer, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String(6), primary_key=True),
    Column("who", Integer, primary_key=True),
    Column("free", LargeBinary),
)


class Start(NamedTuple):
    person: int
    name: str
    room: int
    starts_at: datetime


def keep(engine: Engine) -> None:
    """Masks of the window, of everybody and every room, written into a table of their own."""
    days = [first_day() + timedelta(days=ahead) for ahead in range(WINDOW)]
    masks: dict[tuple[int, date, str, int], int] = {}
    session = db.session
    people = session.execute(select(Engagement.clinic_id, Engagement.practitioner_id)).all()
    rooms = session.execute(select(Room.clinic_id, Room.id)).all()
    for kind, everyone in (("person", people), ("room", rooms)):
        for home, who in everyone:
            masks.update({(home, day, kind, who): (1 << OPEN) - 1 for day in days})
    booked = select(
        Appointment.clinic_id,
        Appointment.first_day,
        Appointment.practitioner_id,
        Appointment.room_id,
        Appointment.starts_at,
        Appointment.ends_at,
    ).where(Appointment.first_day >= days[0], Appointment.state != AppointmentState.CANCELLED)
    for home, day, person, room, starts, ends in session.execute(booked):
        if day <= days[-1]:
            taken = ~_bits(day, starts, ends)
            masks[home, day, "person", person] &= taken
            masks[home, day, "room", room] &= taken
    session.rollback()
    rows = [
        dict(clinic_id=c, day=d, kind=k, who=w, free=free.to_bytes(WIDE, "little"))
        for (c, d, k, w), free in masks.items()
    ]
    with engine.begin() as connection:
        kept.create(connection)
        connection.execute(insert(kept), rows)


ASKED = (
    select(kept.c.clinic_id, kept.c.kind, kept.c.who, Practitioner.name, kept.c.free)
    .outerjoin(Practitioner, (kept.c.kind == "person") & (Practitioner.id == kept.c.who))
    .outerjoin(
        Privilege,
        (Privilege.practitioner_id == kept.c.who)
        & (Privilege.clinic_id == kept.c.clinic_id)
        & (Privilege.site == bindparam("site"))
        & (Privilege.first_day <= kept.c.day)
        & (Privilege.last_day >= kept.c.day)
        & (kept.c.kind == "person"),
    )
    .where(
        kept.c.clinic_id.in_(bindparam("clinics", expanding=True)),
        kept.c.day == bindparam("day"),
        (kept.c.kind == "room") | Privilege.site.is_not(None),
    )
)


def first_starts(
    clinics: Sequence[int], site: str, minutes: int, limit: int, ahead: int = 0
) -> list[Start]:
    """The same answer as queries/openings.py gives: one statement a day, until there are enough."""
    found: list[Start] = []
    for number in range(ahead, WINDOW):
        day = first_day() + timedelta(days=number)
        found += _on(day, clinics, site, minutes, limit - len(found))
        if len(found) >= limit:
            break
    return found


def _on(day: date, clinics: Sequence[int], site: str, minutes: int, limit: int) -> list[Start]:
    rows = db.session.execute(ASKED, dict(clinics=clinics, site=site, day=day)).all()
    length = -(-minutes * 60 // STEP)
    people: list[tuple[str, int, int, int]] = []
    rooms: dict[int, list[tuple[int, int]]] = {}
    for home, kind, who, name, free in rows:
        starts = _starts(int.from_bytes(free, "little"), length) & QUARTERS
        if kind == "person":
            people.append((name, who, home, starts))
        elif starts:
            rooms.setdefault(home, []).append((who, starts))
    people.sort()
    found: list[Start] = []
    for step in range(0, OPEN, 3):
        moment = datetime.fromtimestamp(_opens(day) + step * STEP, UTC)
        for name, who, home, starts in people:
            room = _room(rooms.get(home, ()), step) if starts >> step & 1 else None
            if room is not None:
                found.append(Start(who, name, room, moment))
                if len(found) == limit:
                    return found
    return found


def _room(rooms: Sequence[tuple[int, int]], step: int) -> int | None:
    return next((room for room, free in rooms if free >> step & 1), None)


def _starts(free: int, length: int) -> int:
    have = 1
    while have < length:
        further = min(have, length - have)
        free &= free >> further
        have += further
    return free


def _bits(day: date, starts: datetime, ends: datetime) -> int:
    opens = _opens(day)
    first = int(starts.timestamp() - opens) // STEP
    return ((1 << (int((ends - starts).total_seconds()) // STEP)) - 1) << first


def _opens(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(ZONE)).timestamp())
