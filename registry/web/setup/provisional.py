"""Provisional bookings: a clinic takes them, or takes no more once it saw what goes on hold."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import AnyOf

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import clinic_settings
from registry.rules.access import Action, Subject
from registry.services.holds import LostGround
from registry.services.provisional_bookings import take_provisional as settle
from registry.web.impact import ForeseeingForm, carried_out_as_foreseen
from registry.web.lost_ground import what_went_on_hold
from registry.web.setup.routes import pages

Answer = Response | tuple[str, int]
SAY_WHICH = "Say whether the clinic takes provisional bookings."


class TakesForm(ForeseeingForm):
    takes = HiddenField(default="no", validators=[AnyOf(("yes", "no"), SAY_WHICH)])


@pages.route("/clinics/<int:clinic_id>/provisional", methods=["GET", "POST"])
def take_provisional(clinic_id: int) -> Answer:
    """Whether needling past somebody's last valid day may be booked provisionally."""
    asking, form = actor(), TakesForm()
    require(asking, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known = clinic_settings(actor=asking, clinic_id=clinic_id)
    takes = form.takes.data == "yes"

    def take() -> list[LostGround]:
        return settle(actor=asking, clinic_id=clinic_id, takes=takes, now=now())

    lost = carried_out_as_foreseen(form, take)
    if lost is None:
        return render_template("setup/provisional.html", form=form, clinic=known), form.status
    said = "Provisional bookings are taken." if takes else "No more are taken."
    flash(f"{said} {what_went_on_hold(lost)}".strip(), "success")
    return redirect(url_for("setup.clinic", clinic_id=clinic_id), 303)
