"""A new appointment: checked, put on record with what was said of the patient, and told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from registry.rules.access import Actor
from registry.rules.gates import NOTHING_KNOWN
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.appointment_changes import record_change
from registry.services.appointment_letters import tell_of_appointment
from registry.services.booking_checks import Booking, Ground, checked_values
from registry.services.booking_questions import NEW_APPOINTMENT
from registry.services.contraindications import keep_clearances
from registry.services.gates import Told, keep_record


class Along(NamedTuple):
    """
    What comes along with a booking, and the series it is part of.

    `told` is what was said of the patient, for needling; `cleared` are the notes about them that
    the practitioner was asked about. `ground` as in `checked_values`.
    """

    told: Told | None = None
    cleared: Collection[int] = ()
    series_id: int | None = None
    state: AppointmentState = AppointmentState.CONFIRMED
    ground: Ground | None = None


NOTHING_ALONG = Along()


def put_on_record(
    session: Session, actor: Actor, wanted: Booking, now: datetime, along: Along = NOTHING_ALONG
) -> int:
    """
    Its number. Whoever calls it has asked leave and locked the diary.

    Raises whatever `checked_values` raises.
    """
    known = NOTHING_KNOWN._replace(**along.told or {})
    values = checked_values(
        session, wanted, now, known=known, cleared=along.cleared, ground=along.ground
    )
    row = {
        **values,
        "state": along.state,
        "ground_lost_because": "",
        "version": 1,
        "series_id": along.series_id,
    }
    number: int = session.execute(NEW_APPOINTMENT, row).scalar_one()
    record_change(session, actor, "book appointment", number, None, values, wanted, now)
    if along.told and wanted.treatment is Treatment.NEEDLING:
        keep_record(session, actor, number, wanted, None, known, now)
    keep_clearances(session, actor, number, wanted, along.cleared, now)
    tell_of_appointment(session, number, None, now)
    return number
