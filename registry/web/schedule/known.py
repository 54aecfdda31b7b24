"""What was known of an appointment when it was booked, when the patient was let in, and is now."""

from __future__ import annotations

from flask import render_template

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.queries.known_then import known_of_one
from registry.web.schedule.door import pages
from registry.web.schedule.sheet import look_at


@pages.get("/appointments/<int:appointment_id>/as-known")
def as_known(appointment_id: int) -> str:
    seen = look_at(appointment_id)
    if not seen.sites:
        raise NotFound("Only needling rests on what is known of its practitioner.")
    known = known_of_one(appointment_id, now())
    return render_template("schedule/as_known.html", it=seen, known=known)
