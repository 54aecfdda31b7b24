"""What a room is fit for: ticked on the room's own page."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.premises import place
from registry.queries.room_fitness import no_longer_fitting
from registry.queries.treatments import every_treatment
from registry.rules.access import Action, Subject
from registry.services.room_fitness import set_room_fitness
from registry.web.refusals import carried_out
from registry.web.setup.forms import ChangeRoomForm
from registry.web.setup.rooms import room_known, room_page
from registry.web.setup.routes import pages
from registry.web.setup.treatment_forms import FitnessForm

Answer = str | Response | tuple[str, int]


@pages.post("/clinics/<int:clinic_id>/rooms/<int:room_id>/fitness")
def set_fitness(clinic_id: int, room_id: int) -> Answer:
    asking = actor()
    require(asking, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known, room = room_known(asking, clinic_id, room_id)
    lines = every_treatment()
    fitness = FitnessForm(room, lines)

    def change() -> None:
        set_room_fitness(
            actor=asking,
            clinic_id=clinic_id,
            room_id=room_id,
            fit_for=fitness.fit_for.data or [],
            seen=fitness.seen_numbers(),
            now=now(),
        )

    if not carried_out(fitness, change):
        wanted = {line.id for line in lines} & set(fitness.fit_for.data or [])
        misfits = no_longer_fitting(asking, place(clinic_id), room_id, wanted, now())
        form = ChangeRoomForm(formdata=None, obj=room)
        return room_page(known, room, form, fitness, misfits=misfits)
    flash("What the room is fit for is changed.", "success")
    return redirect(url_for("setup.clinic", clinic_id=clinic_id), 303)
