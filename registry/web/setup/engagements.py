"""Where practitioners work: one more clinic, or a last day there."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.practitioners import practitioner_on_record
from registry.rules.access import Action, Subject
from registry.services.engagements import end_engagement, engage_practitioner
from registry.services.holds import LostGround
from registry.web.impact import carried_out_as_foreseen
from registry.web.lost_ground import what_it_did
from registry.web.setup.forms import EndForm
from registry.web.setup.practitioners import changed
from registry.web.setup.routes import pages

Answer = str | Response | tuple[str, int]


@pages.post("/practitioners/<int:practitioner_id>/engage")
def engage(practitioner_id: int) -> Answer:
    return changed(
        practitioner_id,
        "engage",
        lambda form: engage_practitioner(
            actor=actor(),
            practitioner_id=practitioner_id,
            clinic_id=form.clinic_id.data,
            first_day=form.first_day.data,
            last_day=form.last_day.data,
            now=now(),
        ),
    )


@pages.route(
    "/practitioners/<int:practitioner_id>/engagements/<int:engagement_id>/end",
    methods=["GET", "POST"],
)
def end(practitioner_id: int, engagement_id: int) -> Answer:
    asking, form = actor(), EndForm()
    whom = practitioner_on_record(actor=asking, practitioner_id=practitioner_id)
    which = next((each for each in whom.works_at if each.engagement_id == engagement_id), None)
    if which is None:
        raise NotFound("There is no such record.")
    subject = Subject(frozenset({which.clinic_id}), practitioner_id)
    require(asking, Action.ARCHIVE_PRACTITIONER, subject)

    began = now()

    def stop() -> list[LostGround]:
        assert form.last_day.data is not None  # noqa: S101 - the form asks for one
        return end_engagement(
            actor=asking, engagement_id=engagement_id, last_day=form.last_day.data, now=now()
        )

    lost = carried_out_as_foreseen(form, stop, [practitioner_id])
    if lost is None:
        page = render_template("setup/end_engagement.html", form=form, whom=whom, which=which)
        return page, form.status
    flash(f"Noted. {what_it_did(lost, began)}".strip(), "success")
    return redirect(url_for("setup.practitioner", practitioner_id=practitioner_id))
