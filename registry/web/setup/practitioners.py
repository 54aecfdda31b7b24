"""Practitioners: put on record, their names and contacts, the clinics they work at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotInThatState
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import ClinicName, clinics_of
from registry.queries.practitioners import (
    PractitionerLine,
    may_to,
    practitioner_on_record,
    practitioners_on_record,
    subject_of,
)
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.languages import languages_in_words
from registry.rules.vocabulary import Profession
from registry.services import practitioners as on_record
from registry.web.asked import asked_number
from registry.web.clocks import clock_at_hand
from registry.web.fields import options
from registry.web.lost_ground import what_it_did
from registry.web.refusals import carried_out
from registry.web.setup.forms import (
    ContactForm,
    EngagementForm,
    NameForm,
    NpiForm,
    PractitionerForm,
)
from registry.web.setup.routes import pages

Answer = str | Response | tuple[str, int]
FORMS: dict[str, type[FlaskForm]] = {
    "contact": ContactForm,
    "name": NameForm,
    "npi": NpiForm,
    "engage": EngagementForm,
}
NEEDED = {
    "contact": Action.CHANGE_CONTACT,
    "name": Action.CHANGE_NAME,
    "npi": Action.CHANGE_NAME,
    "engage": Action.ADD_PRACTITIONER,
}


@pages.get("/practitioners")
def practitioners() -> str:
    asking, clinic_id = actor(), asked_number("clinic")
    return render_template(
        "setup/practitioners.html",
        lines=practitioners_on_record(actor=asking, clinic_id=clinic_id),
        clinics=clinics_of(asking),
        clinic_id=clinic_id,
        may_add=bool(_addable(asking)),
    )


@pages.route("/practitioners/new", methods=["GET", "POST"])
def new_practitioner() -> Answer:
    asking = actor()
    places = _addable(asking)
    if not places:
        require(asking, Action.ADD_PRACTITIONER, Subject())
    form = PractitionerForm(first_day=now().date())
    form.clinic_ids.choices = options((each.id, each.name) for each in places)
    made: list[int] = []

    def add() -> None:
        told = {field: form[field].data or "" for field in ("name", "npi", "email", "phone")}
        new = on_record.add_practitioner(
            actor=asking,
            profession=Profession(form.profession.data),
            clinic_ids=form.clinic_ids.data or [],
            first_day=form.first_day.data or now().date(),
            now=now(),
            **told,
        )
        made.append(new.id)

    if not carried_out(form, add):
        page = render_template("setup/practitioner_form.html", form=form)
        return page, 422 if form.errors else 200
    flash("On record. Invite them to sign in, so that they can add their credentials.", "success")
    return redirect(url_for("setup.practitioner", practitioner_id=made[0]))


@pages.get("/practitioners/<int:practitioner_id>")
def practitioner(practitioner_id: int) -> Answer:
    asking = actor()
    return _page(asking, practitioner_on_record(actor=asking, practitioner_id=practitioner_id))


@pages.post("/practitioners/<int:practitioner_id>/contact")
def change_contact(practitioner_id: int) -> Answer:
    return changed(
        practitioner_id,
        "contact",
        lambda form: on_record.change_contact(
            actor=actor(),
            practitioner_id=practitioner_id,
            email=form.email.data or "",
            phone=form.phone.data or "",
            languages=form.languages.data or [],
            now=now(),
        ),
    )


@pages.post("/practitioners/<int:practitioner_id>/name")
def change_name(practitioner_id: int) -> Answer:
    return changed(
        practitioner_id,
        "name",
        lambda form: on_record.change_name(
            actor=actor(), practitioner_id=practitioner_id, name=form.name.data or "", now=now()
        ),
    )


@pages.post("/practitioners/<int:practitioner_id>/npi")
def record_npi(practitioner_id: int) -> Answer:
    return changed(
        practitioner_id,
        "npi",
        lambda form: on_record.record_npi(
            actor=actor(), practitioner_id=practitioner_id, npi=form.npi.data or "", now=now()
        ),
    )


def changed(practitioner_id: int, which: str, change: Callable[[Any], object]) -> Answer:
    """One of the small forms of a practitioner's page, carried out or shown again."""
    asking, began = actor(), now()
    whom = practitioner_on_record(actor=asking, practitioner_id=practitioner_id)
    # Whoever may not gets no page with the form on it, so what was typed could not be told there.
    require(asking, NEEDED[which], subject_of(whom))
    if which == "engage" and whom.archived_at is not None:
        raise NotInThatState("This practitioner is archived.")
    form = FORMS[which](prefix=which)
    _offer(form, asking)
    if not carried_out(form, lambda: change(form)):
        return _page(asking, whom, {which: form}), 422
    flash(f"Changed. {what_it_did([], began)}".strip(), "success")
    return redirect(url_for("setup.practitioner", practitioner_id=practitioner_id))


def _page(asking: Actor, whom: PractitionerLine, sent: dict[str, FlaskForm] | None = None) -> str:
    forms = {
        which: (sent or {}).get(which) or kind(prefix=which, formdata=None, obj=whom)
        for which, kind in FORMS.items()
    }
    _offer(forms["engage"], asking)
    return render_template(
        "setup/practitioner.html",
        whom=whom,
        forms=forms,
        clock=clock_at_hand(),
        speaks=languages_in_words(whom.languages),
        may={
            "contact": may_to(asking, Action.CHANGE_CONTACT, whom),
            "name": may_to(asking, Action.CHANGE_NAME, whom),
            "archive": may_to(asking, Action.ARCHIVE_PRACTITIONER, whom),
            "engage": may_to(asking, Action.ADD_PRACTITIONER, whom),
        },
    )


def _offer(form: FlaskForm, asking: Actor) -> None:
    if isinstance(form, EngagementForm):
        form.clinic_id.choices = options((each.id, each.name) for each in _addable(asking))


def _addable(asking: Actor) -> list[ClinicName]:
    return [
        each
        for each in clinics_of(asking)
        if may(asking, Action.ADD_PRACTITIONER, Subject(frozenset({each.id})))
    ]
