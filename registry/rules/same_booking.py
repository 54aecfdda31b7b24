"""The same booking: what is asked for stands already, so a form sent twice books it once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from registry.rules.vocabulary import AppointmentState

#: What is on hold, over or cancelled is another story than a form that was sent twice.
STANDS = (AppointmentState.CONFIRMED, AppointmentState.PROVISIONAL)


class JustThis(NamedTuple):
    """
    What makes two bookings one: the same people, treatment and time at one clinic.

    The room does not: it may be another that was free. Each name is that of an appointment too.
    """

    clinic_id: int
    practitioner_id: int
    patient_id: int
    treatment_type_id: int
    starts_at: datetime
    ends_at: datetime
