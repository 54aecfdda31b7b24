"""Treatments on offer: the list, one more, and what is changed of one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries import treatments as on_record
from registry.rules.access import Action, Subject, may
from registry.rules.treatments import kind_in_words
from registry.rules.vocabulary import Treatment
from registry.services.treatments import add_treatment, change_treatment
from registry.web.asked import record_number
from registry.web.refusals import carried_out
from registry.web.setup.routes import pages
from registry.web.setup.treatment_forms import (
    ChangeTreatmentForm,
    NewTreatmentForm,
)

Answer = str | Response | tuple[str, int]


@pages.get("/treatments")
def treatments() -> str:
    asking = actor()
    return render_template(
        "setup/treatments.html",
        lines=on_record.treatments(asking),
        kind_in_words=kind_in_words,
        may_change=may(asking, Action.CHANGE_TREATMENTS, Subject()),
    )


@pages.route("/treatments/new", methods=["GET", "POST"])
def new_treatment() -> Answer:
    asking = actor()
    require(asking, Action.CHANGE_TREATMENTS, Subject())
    form = NewTreatmentForm()

    def add() -> None:
        add_treatment(actor=asking, kind=Treatment(form.kind.data), terms=form.terms(), now=now())

    if not carried_out(form, add):
        page = render_template("setup/treatment.html", form=form, line=None)
        return page, 422 if form.errors else 200
    flash("The treatment is on offer.", "success")
    return redirect(url_for("setup.treatments"), 303)


@pages.route("/treatments/<int:type_id>", methods=["GET", "POST"])
def change_treatment_type(type_id: int) -> Answer:
    asking = actor()
    require(asking, Action.CHANGE_TREATMENTS, Subject())
    line = on_record.treatment(asking, type_id)
    form = ChangeTreatmentForm(line)

    def change() -> None:
        change_treatment(
            actor=asking,
            type_id=type_id,
            seen_version=record_number(form.seen_version.data or "") or 0,
            terms=form.terms(),
            closed_from=form.closed_from.data,
            now=now(),
        )

    if not carried_out(form, change):
        page = render_template(
            "setup/treatment.html", form=form, line=line, kind_in_words=kind_in_words
        )
        return page, 422 if form.errors else 200
    flash("The treatment is changed. What is booked keeps its times.", "success")
    return redirect(url_for("setup.treatments"), 303)
