"""Rooms of a clinic: one more, another name, closed from a day on."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotFound
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import clinic_settings, first_booked_in
from registry.rules.access import Action, Subject
from registry.services import rooms as rooms_on_record
from registry.web.refusals import carried_out
from registry.web.setup.clinics import clinic_page
from registry.web.setup.forms import ChangeRoomForm, RoomForm
from registry.web.setup.routes import pages
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
    known = clinic_settings(actor=asking, clinic_id=clinic_id)
    room = next((each for each in known.rooms if each.id == room_id), None)
    if room is None:
        raise NotFound("There is no such record.")
    is_about(clinic_id)
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
        page = render_template("setup/room.html", form=form, clinic=known, room=room, booked=booked)
        return page, 422 if form.errors else 200
    flash("The room is changed.", "success")
    return redirect(url_for("setup.clinic", clinic_id=clinic_id))
