"""Patients: find one, add one, how to reach them, and what speaks against needling them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.identity import actor
from registry.leave import require
from registry.queries.clinics import clinics_of
from registry.queries.patient_records import PatientRecord, patient_record
from registry.queries.patients import ON_A_PAGE, patients_of
from registry.queries.premises import place
from registry.rules.access import Action, Subject
from registry.rules.contraindications import SOURCE
from registry.rules.languages import language_name
from registry.services.patient_notes import change_notes
from registry.services.patients import add_patient, change_patient
from registry.web.asked import asked_page, asked_text, record_number
from registry.web.refusals import carried_out
from registry.web.schedule.door import WHO_BOOKS, clinic_asked, number_typed, pages
from registry.web.schedule.patient_forms import ChangePatientForm, NewPatientForm, NotesForm
from registry.web.shell import is_about

Answer = str | Response | tuple[str, int]


@pages.get("/patients")
def patient_list() -> Answer:
    """By name, a page at a time; those only whose name or reference has the words in it."""
    asking = actor()
    clinic_id = clinic_asked(asking, *WHO_BOOKS)
    words, page = asked_text("q"), asked_page()
    lines, more = patients_of(asking, clinic_id, words, page)

    def link(number: int) -> str:
        return url_for("schedule.patient_list", clinic=clinic_id, q=words or None, page=number)

    if page > 1 and not lines:
        gone = {"page": page, "place": place(clinic_id), "first": link(1)}
        return render_template("schedule/no_such_page.html", **gone), 404
    first = (page - 1) * ON_A_PAGE
    return render_template(
        "schedule/patients.html",
        place=place(clinic_id),
        clinics=[(each.id, each.name) for each in clinics_of(asking, *WHO_BOOKS)],
        words=words,
        lines=lines,
        shown=f"{first + 1} to {first + len(lines)}" if lines else "None",
        previous=link(page - 1) if page > 1 else None,
        following=link(page + 1) if more else None,
        language_name=language_name,
    )


@pages.route("/patients/new", methods=["GET", "POST"])
def new_patient() -> Answer:
    asking = actor()
    clinic_id = clinic_asked(asking, *WHO_BOOKS)
    require(asking, Action.BOOK, Subject(frozenset({clinic_id})))
    where, form, made = place(clinic_id), NewPatientForm(), list[int]()

    def add() -> None:
        told = {
            name: form[name].data or ""
            for name in ("reference", "name", "phone", "email", "language")
        }
        letters = bool(form.letters.data)
        added = add_patient(actor=asking, clinic_id=clinic_id, letters=letters, now=now(), **told)
        made.append(added.id)

    if not carried_out(form, add):
        page = render_template("schedule/patient_new.html", form=form, place=where)
        return page, 422 if form.errors else 200
    flash("The patient is on record.", "success")
    return redirect(url_for("schedule.patient", patient_id=made[0]), 303)


@pages.get("/patients/<int:patient_id>")
def patient(patient_id: int) -> Answer:
    return render_template(
        "schedule/patient.html", it=_record(patient_id), language_name=language_name, source=SOURCE
    )


@pages.route("/patients/<int:patient_id>/edit", methods=["GET", "POST"])
def edit_patient(patient_id: int) -> Answer:
    it = _record_to_change(patient_id)
    form = ChangePatientForm(
        name=it.name,
        phone=it.phone,
        email=it.email,
        language=it.language,
        letters=it.letters,
        seen_version=str(it.version),
    )

    def change() -> None:
        told = {name: form[name].data or "" for name in ("name", "phone", "email", "language")}
        change_patient(
            actor=actor(),
            patient_id=it.id,
            seen_version=number_typed(form.seen_version.data),
            letters=form.letters.data,
            now=now(),
            **told,
        )

    if not carried_out(form, change):
        page = render_template("schedule/patient_edit.html", form=form, it=it)
        return page, 422 if form.errors else 200
    flash("Saved.", "success")
    return redirect(url_for("schedule.patient", patient_id=it.id), 303)


@pages.route("/patients/<int:patient_id>/notes", methods=["GET", "POST"])
def patient_notes(patient_id: int) -> Answer:
    it = _record_to_change(patient_id)
    form = NotesForm.of(it)

    def change() -> None:
        change_notes(
            actor=actor(),
            patient_id=it.id,
            words=form.words,
            seen_note=record_number(form.seen_note.data or "") or 0,
            now=now(),
        )

    if not carried_out(form, change):
        page = render_template("schedule/patient_notes.html", form=form, it=it, source=SOURCE)
        return page, 422 if form.errors else 200
    told = _told_of(_record(patient_id))
    flash(f"The notes are saved. {told}".strip(), "warning" if told else "success")
    return redirect(url_for("schedule.patient", patient_id=it.id), 303)


def _told_of(it: PatientRecord) -> str:
    """What the notes leave to be done about what is booked; the page has the links."""
    parts = [
        f"{len(some)} needling {'appointment' if len(some) == 1 else 'appointments'} ahead: {what}."
        for some, what in (
            (it.stopped, "book another treatment, or cancel"),
            (it.unconfirmed, "ask the practitioner first"),
        )
        if some
    ]
    return " ".join(parts)


def _record(patient_id: int) -> PatientRecord:
    found = patient_record(actor(), patient_id, now())
    is_about(found.place.id)
    return found


def _record_to_change(patient_id: int) -> PatientRecord:
    """Raises NotFound, NotAllowed."""
    found = _record(patient_id)
    require(actor(), Action.CHANGE_PATIENT, Subject(frozenset({found.place.id})))
    return found
