"""Standing anew: an appointment is checked as it is to be and confirmed; and what follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotFound
from registry.models import Appointment
from registry.rules.access import Actor
from registry.rules.questions import Circumstances
from registry.rules.vocabulary import Treatment
from registry.services.appointment_changes import stand_anew
from registry.services.before_change import before_change, follow_up
from registry.services.booking_checks import Booking, checked_values
from registry.services.contraindications import keep_clearances
from registry.services.diary_lock import lock_for_many
from registry.services.gates import Told, keep_record, known_of
from registry.services.undo_steps import Changed


def stand_checked(
    session: Session,
    one: Appointment,
    wanted: Booking,
    now: datetime,
    cleared: Collection[int] = (),
) -> None:
    """
    Confirmed as it was wanted, if nothing speaks against it, with what is on record of the patient.

    Raises whatever `checked_values` raises.
    """
    _checked(session, one, wanted, now, known_of(session, one.id), cleared)


def confirm_anew(
    session: Session,
    actor: Actor,
    action: str,
    one: Appointment,
    wanted: Booking,
    now: datetime,
    cleared: Collection[int] = (),
    told: Told | None = None,
) -> Changed:
    """
    The same, and what every change of a booking leaves behind; `action` is its name in the trail.

    What was `told` of the patient and `cleared` with the practitioner is kept with it.
    """
    before, on_record = before_change(session, one), known_of(session, one.id)
    known = on_record._replace(**told or {})
    values = _checked(session, one, wanted, now, known, cleared)
    after = {**values, "state": one.state, "checked_in_at": None}
    changed = follow_up(session, actor, action, one, before, now, after)
    if told and one.treatment is Treatment.NEEDLING:
        keep_record(session, actor, one.id, wanted, on_record, known, now)
    keep_clearances(session, actor, one.id, wanted, cleared, now)
    return changed


def with_diaries_locked(
    session: Session, clinic_id: int, numbers: Collection[int], others: Sequence[int]
) -> dict[int, Appointment]:
    """
    These appointments, with the diaries locked of all who have one and all who are to have one, at
    once and in one order. Raises NotFound for what is not at that clinic.
    """
    rows = session.scalars(
        select(Appointment).where(Appointment.id.in_(numbers), Appointment.clinic_id == clinic_id)
    )
    found = {one.id: one for one in rows}
    if set(numbers) - found.keys():
        raise NotFound("There is no such record.")
    lock_for_many(session, [*(one.practitioner_id for one in found.values()), *others], clinic_id)
    return found


def _checked(
    session: Session,
    one: Appointment,
    wanted: Booking,
    now: datetime,
    known: Circumstances,
    cleared: Collection[int],
) -> Mapping[str, Any]:
    values = checked_values(session, wanted, now, but=one.id, known=known, cleared=cleared)
    stand_anew(one, values)
    return values
