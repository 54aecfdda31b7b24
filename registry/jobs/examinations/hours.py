"""Hours: what is booked while the clinic is closed or whoever has it does not work."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.jobs.examinations.everybody import practitioners
from registry.models import Appointment
from registry.services.off_hours import outside_hours


def off_hours_ahead(session: Session) -> Iterator[str]:
    """No fault: hours change after somebody looked at what falls outside them."""
    for ids in practitioners(session):
        found = outside_hours(session, Appointment.practitioner_id.in_(ids), now())
        if not found:
            continue
        rows = select(Appointment.id, Appointment.first_day, Appointment.practitioner_id)
        for row in session.execute(rows.where(Appointment.id.in_(found)).order_by(Appointment.id)):
            yield (
                f"Appointment {row.id} on {row.first_day} with practitioner {row.practitioner_id} "
                "lies outside the hours. Move it, or give it to somebody else."
            )
