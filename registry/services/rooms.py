"""Rooms: added to a clinic, renamed, and closed from a day on."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import Appointment, Room, db, transaction
from registry.models.appointments import keeps_room
from registry.rules.access import Action, Actor, Subject
from registry.rules.wording import day_in_words
from registry.services.clinics import locked_clinic, record_change
from registry.services.diary_lock import lock_every_diary
from registry.services.typed import one_of_a_kind, typed_name

LONGEST = 60
NAME_TAKEN = "There is a room of this name already."


def add_room(*, actor: Actor, clinic_id: int, name: str, now: datetime) -> Room:
    """Raises NotAllowed, NotFound, BadInput at `name`."""
    with transaction() as session:
        clinic = locked_clinic(session, actor, clinic_id)
        room = Room(clinic_id=clinic_id)
        session.add(room)
        _name(session, room, name)
        after = {"room": room.id, "name": room.name}
        record_change(session, actor, "add room", clinic, now, after=after)
        return room


def change_room(
    *,
    actor: Actor,
    clinic_id: int,
    room_id: int,
    name: str,
    closed_from: date | None,
    now: datetime,
) -> None:
    """
    `closed_from`: the first day on which nothing may be booked there any more, if there is one.

    Raises NotAllowed, NotFound, BadInput at `name`, and at `closed_from` for a day that has
    passed or while something is booked there from that day on.
    """
    require(actor, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    seen = _room(db.session(), clinic_id, room_id).closed_from
    with transaction() as session:
        if closed_from not in (None, seen):
            lock_every_diary(session)
        clinic = locked_clinic(session, actor, clinic_id)
        room = _room(session, clinic_id, room_id)
        if room.closed_from != seen:
            raise Overtaken("Somebody changed this room while you looked at it. Look again.")
        before = _shown(room)
        if closed_from is not None and closed_from != seen:
            if closed_from < now.astimezone(ZoneInfo(clinic.zone)).date():
                raise BadInput("Choose today or a later day.", field="closed_from")
            _refuse_in_use(session, room_id, closed_from)
        room.closed_from = closed_from
        _name(session, room, name)
        record_change(session, actor, "change room", clinic, now, before=before, after=_shown(room))


def _room(session: Session, clinic_id: int, room_id: int) -> Room:
    room = session.get(Room, room_id)
    if room is None or room.clinic_id != clinic_id:
        raise NotFound("There is no such record.", action=Action.CHANGE_CLINIC)
    return room


def _name(session: Session, room: Room, name: str) -> None:
    with session.no_autoflush:
        room.name = typed_name(name, longest=LONGEST)
        holder = session.scalar(
            select(Room.id).where(Room.clinic_id == room.clinic_id, Room.name == room.name)
        )
    if holder not in (None, room.id):
        raise BadInput(NAME_TAKEN, field="name")
    with one_of_a_kind(NAME_TAKEN, field="name"):
        session.flush()


def _refuse_in_use(session: Session, room_id: int, since: date) -> None:
    booked, first = session.execute(
        select(func.count(), func.min(Appointment.first_day)).where(keeps_room(room_id, since))
    ).one()
    if booked:
        are, these = ("s are", "these") if booked > 1 else (" is", "it")
        raise BadInput(
            f"{booked} appointment{are} booked in this room from that day on, the first on "
            f"{day_in_words(first)}. Move {these} first.",
            field="closed_from",
        )


def _shown(room: Room) -> dict[str, object]:
    return {"room": room.id, "name": room.name, "closed_from": room.closed_from}
