"""Rooms of a clinic: one more, another name, closed from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import ClinicSettings, RoomLine, clinic_settings, first_booked_in
from registry.queries.room_fitness import Misfit
from registry.queries.treatments import every_treatment
from registry.rules.access import Action, Actor, Subject
from registry.services import rooms as rooms_on_record
from registry.web.refusals import carried_out
from registry.web.setup.clinics import clinic_page
from registry.web.setup.forms import ChangeRoomForm, RoomForm
from registry.web.setup.routes import pages
from registry.web.setup.treatment_forms import FitnessForm
from registry.web.shell import is_about

Answer = str | Response | tuple[str, int]


@pages.post("/clinics/<int:clinic_id>/rooms")
def add_room(clinic_id: int) -> Answer:
    asking, form = actor(), RoomForm(prefix="room")
    require(asking, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known = clinic_settings(actor=asking, clinic_id=clinic_id)

    def add() -> None:
        rooms_on_record.add_room(
            actor=asking, clinic_id=clinic_id, name=form.name.data or "", now=now()
        )

    if not carried_out(form, add):
        return clinic_page(known, form)
    flash("The room is added.", "success")
    return redirect(url_for("setup.clinic", clinic_id=clinic_id))


@pages.route("/clinics/<int:clinic_id>/rooms/<int:room_id>", methods=["GET", "POST"])
def change_room(clinic_id: int, room_id: int) -> Answer:
    asking = actor()
    require(asking, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known, room = room_known(asking, clinic_id, room_id)
    form = ChangeRoomForm(obj=room)

    def change() -> None:
        rooms_on_record.change_room(
            actor=asking,
            clinic_id=clinic_id,
            room_id=room_id,
            name=form.name.data or "",
            closed_from=form.closed_from.data,
            now=now(),
        )

    if not carried_out(form, change):
        since = form.closed_from.data if form.closed_from.errors else None
        booked = since and first_booked_in(
            asking, clinic_id=clinic_id, room_id=room_id, since=since
        )
        fitness = FitnessForm(room, every_treatment(), formdata=None)
        return room_page(known, room, form, fitness, booked=booked)
    flash("The room is changed.", "success")
    return redirect(url_for("setup.clinic", clinic_id=clinic_id))


def room_known(asking: Actor, clinic_id: int, room_id: int) -> tuple[ClinicSettings, RoomLine]:
    """Raises NotFound."""
    known = clinic_settings(actor=asking, clinic_id=clinic_id)
    room = next((each for each in known.rooms if each.id == room_id), None)
    if room is None:
        raise NotFound("There is no such record.")
    is_about(clinic_id)
    return known, room


def room_page(
    known: ClinicSettings,
    room: RoomLine,
    form: ChangeRoomForm,
    fitness: FitnessForm,
    booked: date | None = None,
    misfits: Sequence[Misfit] = (),
) -> Answer:
    """Two forms: its name and its last day, and what it is fit for."""
    page = render_template(
        "setup/room.html",
        form=form,
        fitness=fitness,
        clinic=known,
        room=room,
        booked=booked,
        misfits=misfits,
        zone=ZoneInfo(known.zone),
    )
    return page, 422 if form.errors or fitness.errors else 200
