"""Before the demo's treatments: what was recorded of the patients, and who was checked in when."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from registry.demo.house import House
from registry.models import Appointment, db
from registry.rules.access import Actor
from registry.rules.diary import Slot
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Consent, Treatment
from registry.services.check_in import check_in, record_gates

#: What the rules of each clinic's place ask about a patient, as it is answered here.
ANSWERED: dict[str, dict[str, Any]] = {
    "harbour": {"physician_contacted": True},
    "hill": {"consent": Consent.WRITTEN},
}
NOTES = {"harbour": "By telephone", "hill": "Form in the file"}
SOON_AFTER = timedelta(minutes=10)
NOON = 12


def plan_arrival(
    house: House, desk: Actor, clinic: str, slot: Slot, number: int, booked: datetime
) -> None:
    """
    Recorded soon after booking; in the afternoon only at the door, so that something is open today.

    Checked in, if that day has come.
    """
    local = slot.starts_at.astimezone(ZoneInfo(house.clinics[clinic].zone))
    recorded = booked + SOON_AFTER if local.hour < NOON else slot.starts_at - SOON_AFTER
    if recorded <= house.now:
        house.agenda.put(recorded, partial(_record, desk, clinic, number))
    arrives = slot.starts_at - SOON_AFTER / 2
    if arrives <= house.now:
        house.agenda.put(arrives, partial(_check_in, desk, number))


def _record(desk: Actor, clinic: str, number: int, now: datetime) -> None:
    appointment = db.session.get_one(Appointment, number, populate_existing=True)
    stands = appointment.state in KEEPS_ITS_SLOT
    if stands and appointment.treatment is Treatment.NEEDLING:
        record_gates(
            actor=desk,
            appointment_id=number,
            told=ANSWERED[clinic],
            note=NOTES[clinic],
            now=now,
        )


def _check_in(desk: Actor, number: int, now: datetime) -> None:
    appointment = db.session.get_one(Appointment, number, populate_existing=True)
    if appointment.state is AppointmentState.CONFIRMED:
        check_in(actor=desk, appointment_id=number, now=now)
