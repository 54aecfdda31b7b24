"""Where somebody comes out after one press: the day they pressed on, or the appointment's page."""

from __future__ import annotations

from flask import request, url_for

from registry.queries.appointments import AppointmentPage
from registry.web.formats import clock

DAY, AS_A_LIST = "day", "list"


def way_back(seen: AppointmentPage) -> str:
    """The row on the day where it was pressed, so that the keyboard goes on from there."""
    if _pressed_on() not in (DAY, AS_A_LIST):
        return url_for("schedule.appointment", appointment_id=seen.id)
    return url_for(
        "schedule.day",
        clinic=seen.place.id,
        day=seen.slot.starts_at.astimezone(seen.place.zone).date().isoformat(),
        view=AS_A_LIST if _pressed_on() == AS_A_LIST else None,
        _anchor=f"arrival-{seen.id}",
    )


def said_of(seen: AppointmentPage, said: str) -> str:
    """On a page with many it is said of whom."""
    if _pressed_on() not in (DAY, AS_A_LIST):
        return said
    whom = seen.patient or seen.what
    return f"{said.rstrip('.')}: {whom}, {clock(seen.slot.starts_at, seen.place.zone)}."


def _pressed_on() -> str:
    return request.form.get("back", "")
