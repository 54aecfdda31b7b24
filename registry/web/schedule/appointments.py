"""One appointment: look at it, move it, give it to somebody else, convert, cancel, finish it."""

from __future__ import annotations

from datetime import timedelta

from flask import request

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.appointments import AppointmentPage
from registry.queries.bookings import room_or_another
from registry.queries.treatments import TreatmentLine, every_treatment
from registry.rules.access import Action
from registry.rules.diary import Slot
from registry.rules.treatments import Needs
from registry.rules.vocabulary import AppointmentState
from registry.services.scheduling import cancel_appointment, mark_done
from registry.services.undoing import restore_cancelled
from registry.web.clearing import told_cleared
from registry.web.schedule.desk import any_room
from registry.web.schedule.door import number_typed, pages
from registry.web.schedule.forms import CancelForm, ConvertForm, MoveForm, SeenForm, room_choices
from registry.web.schedule.sheet import (
    Answer,
    at_once,
    change,
    look_at,
    rebook,
    sheet,
    sheet_to_tick,
    version_of,
)
from registry.web.schedule.times import clock_value, typed_moment


@pages.get("/appointments/<int:appointment_id>")
def appointment(appointment_id: int) -> Answer:
    return sheet(look_at(appointment_id))


@pages.route("/appointments/<int:appointment_id>/move", methods=["GET", "POST"])
def move(appointment_id: int) -> Answer:
    """Another day, time, length or room, with the same practitioner."""
    seen = look_at(appointment_id, Action.MOVE)
    local = seen.slot.starts_at.astimezone(seen.place.zone)
    form = MoveForm(
        day=local.date(),
        time=clock_value(local, seen.place.zone),
        minutes=str(int(seen.slot.length.total_seconds()) // 60),
        room_id=str(seen.room_id),
        seen_version=str(seen.version),
    )
    today = seen.place.today(now())
    form.room_id.choices = room_choices(seen.place.rooms_on(today, seen.needs.type_id))

    def act() -> None:
        assert form.day.data is not None  # noqa: S101 - the form asks for one
        starts = typed_moment(form.day.data, form.time.data or "", seen.place.zone)
        slot = Slot(starts, starts + timedelta(minutes=int(form.minutes.number or 0)))
        rebook(seen, form, slot=slot, room_id=_room(seen, form.room_id.data, slot))

    return change("move", seen, form, act, "Moved.")


@pages.route("/appointments/<int:appointment_id>/reassign", methods=["GET", "POST"])
def reassign(appointment_id: int) -> Answer:
    """The same time with somebody else."""
    seen = look_at(appointment_id, Action.MOVE)
    form = SeenForm(seen_version=str(seen.version))

    def act() -> None:
        chosen = number_typed(request.form.get("practitioner_id"))
        rebook(seen, form, practitioner_id=chosen)

    return change("reassign", seen, form, act, "Given to somebody else.")


@pages.route("/appointments/<int:appointment_id>/convert", methods=["GET", "POST"])
def convert(appointment_id: int) -> Answer:
    """The same time for another treatment, or for other regions."""
    seen = look_at(appointment_id, Action.MOVE)
    _, last_day = seen.slot.days_in(seen.place.zone)
    form = ConvertForm(
        every_treatment(),
        last_day,
        seen.needs.type_id or 0,
        site=list(seen.sites),
        seen_version=str(seen.version),
    )

    def act() -> str | None:
        room_id = _room_fit_for(seen, form.what.needs)
        what = {"treatment_type_id": form.what.id, "sites": form.sites, "room_id": room_id}
        rebook(seen, form, **what)
        moved = room_id != seen.room_id
        said = "Changed, and moved to a room that is fit and free." if moved else "Changed."
        return f"{said} {_of_length(seen, form.what)}".strip()

    return change("convert", seen, form, act, "Changed.")


@pages.route("/appointments/<int:appointment_id>/cancel", methods=["GET", "POST"])
def cancel(appointment_id: int) -> Answer:
    seen = look_at(appointment_id, Action.CANCEL)
    form = CancelForm(seen_version=str(seen.version))

    def act() -> None:
        cancel_appointment(
            actor=actor(),
            appointment_id=seen.id,
            seen_version=version_of(form),
            reason=form.reason.data or "",
            now=now(),
        )

    return change("cancel", seen, form, act, "Cancelled.")


@pages.post("/appointments/<int:appointment_id>/restore")
def restore(appointment_id: int) -> Answer:
    """Confirm again what is on hold or was cancelled, if nothing speaks against it."""
    seen = look_at(appointment_id, Action.MOVE)
    form = SeenForm()

    def act() -> None:
        if seen.state is AppointmentState.CANCELLED:
            version = version_of(form)
            restore_cancelled(
                actor=actor(),
                appointment_id=seen.id,
                seen_version=version,
                cleared=told_cleared(),
                now=now(),
            )
        else:
            rebook(seen, form)

    return at_once(seen, form, act, "Confirmed again.", again=sheet_to_tick)


@pages.post("/appointments/<int:appointment_id>/done")
def done(appointment_id: int) -> Answer:
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = SeenForm()

    def act() -> None:
        mark_done(actor=actor(), appointment_id=seen.id, seen_version=version_of(form), now=now())

    return at_once(seen, form, act, "Marked as done.")


def _room(seen: AppointmentPage, typed: str | None, slot: Slot) -> int:
    return number_typed(typed) if typed else any_room(seen.place, slot, seen.needs, seen.id)


def _of_length(seen: AppointmentPage, what: TreatmentLine) -> str:
    """That it is not as long as such a treatment usually is; "" where it is."""
    minutes = int(seen.slot.length.total_seconds()) // 60
    if what.id == seen.needs.type_id or what.minutes == minutes:
        return ""
    usual = f"{what.name} usually takes {what.minutes}"
    return f"Its length stays {minutes} minutes; {usual}. Move or lengthen it if need be."


def _room_fit_for(seen: AppointmentPage, needs: Needs) -> int:
    """Its own room, or another where that is not fit for what it is to be, or somebody has it."""
    if needs.type_id == seen.needs.type_id:
        return seen.room_id
    found = room_or_another(seen.place, seen.room_id, seen.slot, needs, seen.id)
    return found or any_room(seen.place, seen.slot, needs, seen.id)
