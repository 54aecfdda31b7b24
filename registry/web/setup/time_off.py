"""A practitioner's time off: days on which they work at no clinic."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.working_hours import practitioner_hours
from registry.rules.access import Action
from registry.services import time_off as on_record
from registry.web.setup.falling import changed, said
from registry.web.setup.hours_forms import TimeOffForm
from registry.web.setup.routes import pages

Answer = str | Response | tuple[str, int]


@pages.route("/practitioners/<int:practitioner_id>/time-off", methods=["GET", "POST"])
def add_time_off(practitioner_id: int) -> Answer:
    whom = practitioner_hours(actor(), practitioner_id, now())
    require(actor(), Action.CHANGE_HOURS, whom.subject)
    form = TimeOffForm()

    def add(seen: frozenset[int]) -> None:
        first_day = form.first_day.data or date.max
        on_record.record_time_off(
            actor=actor(),
            practitioner_id=practitioner_id,
            first_day=first_day,
            last_day=form.last_day.data or first_day,
            starts=form.starts.data or "",
            ends=form.ends.data or "",
            seen=seen,
            now=now(),
        )

    if not changed(form, add):
        return render_template("setup/time_off.html", whom=whom, form=form), form.status
    flash(said("The time off is on record.", form), "success")
    return _back(practitioner_id)


@pages.post("/practitioners/<int:practitioner_id>/time-off/<int:time_off_id>/remove")
def remove_time_off(practitioner_id: int, time_off_id: int) -> Answer:
    on_record.remove_time_off(
        actor=actor(), practitioner_id=practitioner_id, time_off_id=time_off_id, now=now()
    )
    flash("Removed: they can be booked then again.", "success")
    return _back(practitioner_id)


def _back(practitioner_id: int) -> Response:
    return redirect(url_for("setup.working_hours", practitioner_id=practitioner_id))
