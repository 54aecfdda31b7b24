"""What a room is fit for: some of the treatment types, or every one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import Appointment, Room, TreatmentType, transaction
from registry.models.appointments import does_not_fit
from registry.rules.access import Action, Actor, Subject
from registry.rules.wording import day_in_words
from registry.services.clinics import locked_clinic, record_change
from registry.services.diary_lock import lock_every_diary

CHANGED = "change what a room is fit for"
CHANGED_MEANWHILE = "Somebody changed this room while you looked at it. Look again."


def set_room_fitness(
    *,
    actor: Actor,
    clinic_id: int,
    room_id: int,
    fit_for: Collection[int],
    seen: Collection[int],
    now: datetime,
) -> None:
    """
    `fit_for` are treatment types, from today on; none of them means every one. `seen` is what the
    person saw.

    Raises NotAllowed, NotFound, Overtaken, and BadInput at `fit_for` while something is booked
    there that would no longer fit.
    """
    require(actor, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    with transaction() as session:
        lock_every_diary(session)
        clinic = locked_clinic(session, actor, clinic_id)
        room = session.get(Room, room_id)
        if room is None or room.clinic_id != clinic_id:
            raise NotFound("There is no such record.", action=Action.CHANGE_CLINIC)
        before, wanted = sorted(room.fit_for), sorted(set(fit_for))
        if before != sorted(seen):
            raise Overtaken(CHANGED_MEANWHILE)
        if wanted == before:
            return
        names = _names(session, {*wanted, *before})
        today = now.astimezone(ZoneInfo(clinic.zone)).date()
        if wanted:
            _refuse_unknown(wanted, names)
            _refuse_in_use(session, room_id, wanted, today)
        room.fit_for, room.fit_since = wanted, today if wanted else None
        session.flush()
        was, told = (_shown(room, these, names) for these in (before, wanted))
        record_change(session, actor, CHANGED, clinic, now, before=was, after=told)


def _shown(room: Room, fit_for: Collection[int], names: dict[int, str]) -> dict[str, object]:
    return {"room": room.name, "fit_for": [names[one] for one in fit_for]}


def _names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    rows = session.execute(
        select(TreatmentType.id, TreatmentType.name).where(TreatmentType.id.in_(numbers))
    )
    return {row.id: row.name for row in rows}


def _refuse_unknown(wanted: Collection[int], names: Collection[int]) -> None:
    if not set(wanted) <= set(names):
        raise BadInput("There is no such treatment.", field="fit_for")


def _refuse_in_use(session: Session, room_id: int, fit_for: Collection[int], since: date) -> None:
    booked, first = session.execute(
        select(func.count(), func.min(Appointment.first_day)).where(
            does_not_fit(room_id, fit_for, since)
        )
    ).one()
    if booked:
        are, them = ("s are", "them") if booked > 1 else (" is", "it")
        raise BadInput(
            f"{booked} appointment{are} booked in this room that would no longer fit, the first on "
            f"{day_in_words(first)}. Move {them} first.",
            field="fit_for",
        )
