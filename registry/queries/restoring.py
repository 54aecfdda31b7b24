"""Restoring: what speaks against an appointment as it stands, besides the ground that it lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from registry.models import Appointment, Clinic, db
from registry.models.contraindications import forbids_needling, waits_for_clearance
from registry.models.ground_back import ground_is_back
from registry.models.hours_on_record import HoursOnRecord, hours_on_record
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState
from registry.rules.working_hours import Outside, why_outside

IN_WORDS = {
    Outside.CLOSED: "the clinic is not open then",
    Outside.AWAY: "they are on time off then",
    Outside.NOT_WORKING: "they do not work then",
}


@dataclass(frozen=True, slots=True)
class AsItStands:
    """`forbids`: a note forbids needling the patient; `waits`: one is to be confirmed first."""

    ground_back: bool
    passed: bool
    outside: Outside | None
    forbids: bool
    waits: bool

    @property
    def restorable(self) -> bool:
        return self.ground_back and not self.in_the_way

    @property
    def in_the_way(self) -> str:
        """Of what keeps it from being restored the first, though its ground be back; else empty."""
        if self.passed:
            return "its time has passed"
        if self.outside:
            return IN_WORDS[self.outside]
        if self.forbids:
            return "something noted forbids needling the patient"
        return "something noted of the patient is to be confirmed first" if self.waits else ""

    @property
    def for_nobody(self) -> bool:
        """Whoever it were given to, it would be refused."""
        return self.passed or self.outside is Outside.CLOSED or self.forbids

    @property
    def for_no_treatment(self) -> bool:
        """With this practitioner at that time, whatever it were changed to."""
        return self.passed or self.outside is not None

    @property
    def advice(self) -> str:
        """Only what would go through."""
        if self.forbids:
            rather = "Cancel it and book anew" if self.for_no_treatment else "Change the treatment"
            return f"{rather}." if self.for_no_treatment else f"{rather} or cancel it."
        if self.for_nobody:
            return "Move it or cancel it."
        if self.for_no_treatment:
            return "Give it to somebody else, move it or cancel it."
        return "Give it to somebody else, change the treatment, move it or cancel it."


def held_as_they_stand(now: datetime, *which: ColumnElement[bool]) -> dict[int, AsItStands]:
    """Each of those on hold, by number. Three statements, one if there is none."""
    rows = db.session.execute(
        select(
            Appointment.id,
            Appointment.clinic_id,
            Appointment.practitioner_id,
            Appointment.starts_at,
            Appointment.ends_at,
            Clinic.zone,
            forbids_needling().label("forbids"),
            waits_for_clearance().label("waits"),
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .where(Appointment.state == AppointmentState.HELD, *which)
    ).all()
    if not rows:
        return {}
    slots = {row.id: Slot(row.starts_at, row.ends_at) for row in rows}
    days = [day for row in rows for day in slots[row.id].days_in(ZoneInfo(row.zone))]
    clinics = {row.clinic_id for row in rows}
    hours = hours_on_record(db.session(), clinics, min(days), max(days))
    back = ground_is_back(db.session(), *which)
    return {
        row.id: AsItStands(
            ground_back=row.id in back,
            passed=row.starts_at < now,
            outside=_outside(hours, slots[row.id], row),
            forbids=row.forbids,
            waits=row.waits,
        )
        for row in rows
    }


def how_many_restorable(now: datetime, *which: ColumnElement[bool]) -> int:
    return sum(one.restorable for one in held_as_they_stand(now, *which).values())


def _outside(hours: HoursOnRecord, slot: Slot, row: Any) -> Outside | None:
    opening, working = hours.at(row.clinic_id), hours.of(row.practitioner_id, row.clinic_id)
    return why_outside(slot, ZoneInfo(row.zone), opening, working)
