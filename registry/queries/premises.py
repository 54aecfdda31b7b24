"""Premises: a clinic as the diary needs it, with its clock and its rooms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, select

from registry.errors import NotFound
from registry.models import Clinic, Room, db
from registry.rules.treatments import is_fit


class RoomName(NamedTuple):
    id: int
    name: str
    closed_from: date | None = None
    fit_for: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    id: int
    name: str
    jurisdiction: str
    zone: ZoneInfo
    rooms: list[RoomName] = field(default_factory=list)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def rooms_on(self, day: date, type_id: int | None = None) -> list[RoomName]:
        """Without those that are closed by then, or not fit for that type of treatment."""
        return [
            room
            for room in self.rooms
            if (room.closed_from is None or room.closed_from > day)
            and is_fit(room.fit_for, type_id)
        ]


def places(clinic_ids: Collection[int]) -> dict[int, Place]:
    """Clinics and their rooms, by name, in one statement."""
    rows = db.session.connection().execute(_clinics_and_rooms(), {"ids": list(clinic_ids)}).all()
    found: dict[int, Place] = {}
    for number, name, jurisdiction, zone, room_id, room, closed_from, fit_for in rows:
        if (here := found.get(number)) is None:
            here = found[number] = Place(number, name, jurisdiction, ZoneInfo(zone))
        if room_id is not None:
            here.rooms.append(RoomName(room_id, room, closed_from, tuple(fit_for or ())))
    return found


@cache
def _clinics_and_rooms() -> Any:
    return (
        select(
            Clinic.id,
            Clinic.name,
            Clinic.jurisdiction,
            Clinic.zone,
            Room.id.label("room_id"),
            Room.name.label("room"),
            Room.closed_from,
            case((Room.fit_since.is_not(None), Room.fit_for)).label("fit_for"),
        )
        .outerjoin(Room, Room.clinic_id == Clinic.id)
        .where(Clinic.id.in_(bindparam("ids", expanding=True)))
        .order_by(Clinic.name, Clinic.id, Room.name)
    )


def place(clinic_id: int) -> Place:
    """Raises NotFound."""
    found = places([clinic_id]).get(clinic_id)
    if found is None:
        raise NotFound("There is no such record.")
    return found
