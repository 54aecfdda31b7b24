"""A message to a patient: a draft to change, to copy, or to send as a letter. Never by itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from wtforms.validators import InputRequired

from registry.adapters.clock import now
from registry.errors import NotInThatState, Refused
from registry.identity import actor
from registry.queries.appointments import AppointmentPage
from registry.queries.patient_messages import how_to_reach
from registry.rules.access import Action
from registry.rules.calendars import when_in_words
from registry.rules.patient_messages import LONGEST_MESSAGE, MAY_BE_TOLD, draft_of
from registry.services.patient_messages import write_to_patient
from registry.web.fields import Paragraph
from registry.web.outcomes import Answer
from registry.web.refusals import carried_out
from registry.web.schedule.door import pages
from registry.web.schedule.forms import SeenForm
from registry.web.schedule.sheet import look_at, version_of


class MessageForm(SeenForm):
    text = Paragraph("Message", [InputRequired("Write something.")], longest=LONGEST_MESSAGE)


@pages.route("/appointments/<int:appointment_id>/message", methods=["GET", "POST"])
def message(appointment_id: int) -> Answer:
    seen = look_at(appointment_id, Action.MOVE)
    if seen.state not in MAY_BE_TOLD or seen.slot.ends_at <= now():
        raise NotInThatState("There is nothing to write about this appointment any more.")
    form = MessageForm(text=_draft(seen), seen_version=str(seen.version))
    written = list[bool]()

    def write() -> None:
        written.append(
            write_to_patient(
                actor=actor(),
                appointment_id=seen.id,
                seen_version=version_of(form),
                text=form.text.data or "",
                now=now(),
            )
        )

    try:
        if not carried_out(form, write):
            return _page(seen, form, 422 if form.errors else 200)
    except Refused as refused:
        return _page(seen, form, refused.status, refused)
    said = "The letter is on its way." if written[0] else "This letter was written already."
    flash(said, "success")
    return redirect(url_for("schedule.appointment", appointment_id=seen.id), 303)


def _draft(seen: AppointmentPage) -> str:
    day, hours = when_in_words(seen.slot, str(seen.place.zone))
    reach = how_to_reach(actor(), seen)
    return draft_of(seen.state, f"{day}, {hours}", seen.place.name, reach.address)


def _page(
    seen: AppointmentPage, form: MessageForm, status: int, refused: Refused | None = None
) -> tuple[str, int]:
    page = render_template(
        "schedule/message.html",
        it=seen,
        form=form,
        reach=how_to_reach(actor(), seen),
        refused=refused,
    )
    return page, status
