"""An appointment dropped on the board: at another time, of another length, in another column."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from wtforms import HiddenField
from wtforms.validators import InputRequired

from registry.adapters.clock import now
from registry.errors import BadInput, Refused
from registry.identity import actor
from registry.queries.appointments import AppointmentPage
from registry.queries.bookings import room_or_another
from registry.queries.undo_steps import to_be_undone
from registry.rules.access import Action
from registry.rules.diary import Slot
from registry.web.fields import Day, Line, Number
from registry.web.outcomes import Reasons
from registry.web.pages import HTMX
from registry.web.schedule.door import number_typed, pages
from registry.web.schedule.forms import SeenForm, check_minutes
from registry.web.schedule.sheet import Answer, at_once, look_at, rebook
from registry.web.schedule.times import typed_moment

MOVED = "Changed on the board."


class DropForm(SeenForm):
    """Where it was dropped. Without a room it keeps its own where that is free, or any other."""

    day = Day("Day", [InputRequired("Choose a day.")])
    time = Line("Time", [InputRequired("Choose a time.")], longest=20)
    minutes = Number("Length", [InputRequired("Say how long it takes.")])
    practitioner_id = HiddenField()
    room_id = HiddenField()

    def validate_minutes(self, field: Number) -> None:
        check_minutes(field)


@pages.post("/appointments/<int:appointment_id>/drop")
def drop(appointment_id: int) -> Answer:
    """For a script a piece of a page: done, or why not; without one the sheet says the same."""
    seen = look_at(appointment_id, Action.MOVE)
    form = DropForm()

    def act() -> None:
        _rebook(seen, form)

    if HTMX not in request.headers:
        return at_once(seen, form, act, MOVED)
    if not form.validate():
        sentences = [each for errors in form.errors.values() for each in errors]
        return beside_the_board(seen, BadInput(" ".join(map(str, sentences))))
    try:
        act()
    except (BadInput, Refused) as no:
        return beside_the_board(seen, no)
    return beside_the_board(look_at(appointment_id), before=seen)


def _rebook(seen: AppointmentPage, form: DropForm) -> None:
    assert form.day.data is not None  # noqa: S101 - the form asks for one
    starts = typed_moment(form.day.data, form.time.data or "", seen.place.zone)
    slot = Slot(starts, starts + timedelta(minutes=int(form.minutes.number or 0)))
    whom = form.practitioner_id.data
    rebook(
        seen,
        form,
        slot=slot,
        practitioner_id=number_typed(whom) if whom else None,
        room_id=_room(seen, form.room_id.data, slot),
    )


def _room(seen: AppointmentPage, typed: str | None, slot: Slot) -> int:
    if typed:
        return number_typed(typed)
    found = room_or_another(seen.place, seen.room_id, slot, seen.needs, seen.id)
    return found or seen.room_id  # taken too, which the refusal then says


def beside_the_board(
    seen: AppointmentPage,
    no: BadInput | Refused | None = None,
    before: AppointmentPage | None = None,
) -> Answer:
    """A piece of a page: how it is now, with the way back for a while; or why it is not."""
    refused = Refused(no.message) if isinstance(no, BadInput) else no
    page = render_template(
        "schedule/_dropped.html",
        it=seen,
        before=before,
        recent=None if no or before is None else to_be_undone(actor(), seen, now()),
        refused=refused,
        reasons=Reasons.of(refused),
        by=actor(),
    )
    return page, no.status if no else 200
