"""The same booking, as a condition on appointments."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from registry.models.appointments import Appointment
from registry.rules.same_booking import STANDS, JustThis


def is_just(this: JustThis) -> ColumnElement[bool]:
    """It stands, and is what is asked for."""
    same = (getattr(Appointment, name) == value for name, value in this._asdict().items())
    return and_(Appointment.state.in_(STANDS), *same)
