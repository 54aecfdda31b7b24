"""Clinics: the list, and their settings."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import ClinicSettings, clinic_lines, clinic_settings
from registry.queries.opening_hours import clinic_hours
from registry.queries.treatments import every_treatment, fitness_in_words
from registry.rules.access import Action, Subject, may
from registry.rules.jurisdictions import JURISDICTIONS
from registry.services import clinics as clinics_on_record
from registry.services.holds import LostGround
from registry.web.impact import as_foreseen
from registry.web.lost_ground import what_it_did
from registry.web.refusals import carried_out
from registry.web.setup.falling import changed, said
from registry.web.setup.forms import ChangeClinicForm, ClinicForm, RoomForm
from registry.web.setup.routes import pages
from registry.web.shell import is_about

Answer = str | Response | tuple[str, int]


@pages.get("/clinics")
def clinics() -> str:
    asking = actor()
    return render_template(
        "setup/clinics.html",
        lines=clinic_lines(asking),
        may_create=may(asking, Action.CREATE_CLINIC, Subject()),
    )


@pages.route("/clinics/new", methods=["GET", "POST"])
def new_clinic() -> Answer:
    asking = actor()
    require(asking, Action.CREATE_CLINIC, Subject())
    form = ClinicForm()

    def create() -> None:
        made = clinics_on_record.create_clinic(actor=asking, **_told(form), now=now())
        made_ids.append(made.id)

    made_ids: list[int] = []
    if not carried_out(form, create):
        page = render_template(
            "setup/clinic_form.html", form=form, clinic=None, jurisdictions=JURISDICTIONS.items()
        )
        return page, 422 if form.errors else 200
    flash("The clinic is on record. Add its rooms and hours next.", "success")
    return redirect(url_for("setup.clinic", clinic_id=made_ids[0]))


@pages.get("/clinics/<int:clinic_id>")
def clinic(clinic_id: int) -> Answer:
    known = clinic_settings(actor=actor(), clinic_id=clinic_id)
    return clinic_page(known, RoomForm(prefix="room"))


@pages.route("/clinics/<int:clinic_id>/edit", methods=["GET", "POST"])
def edit_clinic(clinic_id: int) -> Answer:
    asking = actor()
    require(asking, Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known = clinic_settings(actor=asking, clinic_id=clinic_id)
    form = ChangeClinicForm(known)

    lost, began = list[LostGround](), now()

    def change(seen: frozenset[int]) -> None:
        lost.extend(as_foreseen(form, lambda: do(seen)))

    def do(seen: frozenset[int]) -> list[LostGround]:
        return clinics_on_record.change_clinic(
            actor=asking, clinic_id=clinic_id, **_told(form), seen=seen, now=now()
        )

    if not changed(form, change) or form.impact:
        page = render_template(
            "setup/clinic_form.html", form=form, clinic=known, jurisdictions=JURISDICTIONS.items()
        )
        return page, form.status
    told = said("The settings are changed.", form)
    flash(f"{told} {what_it_did(lost, began)}".strip(), "success")
    return redirect(url_for("setup.clinic", clinic_id=clinic_id))


def clinic_page(known: ClinicSettings, room: RoomForm) -> Answer:
    is_about(known.id)
    page = render_template(
        "setup/clinic.html",
        clinic=known,
        room=room,
        hours=clinic_hours(actor(), known.id, now()),
        treatments=every_treatment(),
        fitness_in_words=fitness_in_words,
    )
    return page, 422 if room.errors else 200


def _told(form: ClinicForm) -> dict[str, Any]:
    fields = ("name", "address", "zone", "jurisdiction")
    return {field: form[field].data or "" for field in fields}
