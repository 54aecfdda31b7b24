"""Practitioners who work nowhere any more, and those who come back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.practitioners import practitioner_on_record, subject_of
from registry.rules.access import Action
from registry.services.archiving import archive_practitioner, bring_back_practitioner
from registry.services.holds import LostGround
from registry.web.impact import carried_out_as_foreseen
from registry.web.lost_ground import what_it_did, what_went_on_hold
from registry.web.refusals import carried_out
from registry.web.setup.forms import ArchiveForm, CloseForm
from registry.web.setup.routes import pages

Answer = str | Response | tuple[str, int]


@pages.route("/practitioners/<int:practitioner_id>/archive", methods=["GET", "POST"])
def archive(practitioner_id: int) -> Answer:
    asking, form = actor(), ArchiveForm()
    whom = practitioner_on_record(actor=asking, practitioner_id=practitioner_id)
    require(asking, Action.ARCHIVE_PRACTITIONER, subject_of(whom))

    def put_away() -> list[LostGround]:
        return archive_practitioner(
            actor=asking,
            practitioner_id=practitioner_id,
            reason=form.reason.data or "",
            now=now(),
        )

    lost = carried_out_as_foreseen(form, put_away, [practitioner_id])
    if lost is None:
        return render_template("setup/archive.html", form=form, whom=whom), form.status
    flash(f"Archived. {what_went_on_hold(lost)}".strip(), "success")
    try:
        practitioner_on_record(actor=asking, practitioner_id=practitioner_id)
    except NotFound:  # they had not begun here, and now never worked at any clinic of the asker
        return redirect(url_for("setup.practitioners"))
    return redirect(url_for("setup.practitioner", practitioner_id=practitioner_id))


@pages.route("/practitioners/<int:practitioner_id>/bring-back", methods=["GET", "POST"])
def bring_back(practitioner_id: int) -> Answer:
    asking, form = actor(), CloseForm()
    whom = practitioner_on_record(actor=asking, practitioner_id=practitioner_id)
    require(asking, Action.ARCHIVE_PRACTITIONER, subject_of(whom))

    began = now()

    def put_back() -> None:
        bring_back_practitioner(
            actor=asking,
            practitioner_id=practitioner_id,
            reason=form.reason.data or "",
            now=now(),
        )

    if not carried_out(form, put_back):
        page = render_template("setup/bring_back.html", form=form, whom=whom)
        return page, 422 if form.errors else 200
    flash(f"Brought back. {what_it_did([], began)}".strip(), "success")
    return redirect(url_for("setup.practitioner", practitioner_id=practitioner_id))
