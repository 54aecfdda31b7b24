"""Incidents: the list, and one that is worked off step by step and treatment by treatment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotFound, Refused
from registry.identity import actor
from registry.leave import require
from registry.queries.incident_treatments import page_with
from registry.queries.incident_values import IncidentPage, StepSeen, TreatmentSeen
from registry.queries.incidents import incident_page, incidents_at, who_may_own
from registry.rules.access import Action, Subject, may
from registry.rules.incidents import StepState, TreatmentFinding
from registry.services import incident_work as work
from registry.web.asked import asked_page, record_number
from registry.web.oversight.incident_export import packed
from registry.web.oversight.incident_forms import (
    NewStepForm,
    Seen,
    close_form,
    finding_form,
    owner_form,
    step_form,
)
from registry.web.oversight.neighbours import neighbours
from registry.web.oversight.routes import pages
from registry.web.refusals import put_at_field
from registry.web.shell import clinic_of_page, is_about

Answer = str | Response | tuple[str, int]
Part = TypeVar("Part", StepSeen, TreatmentSeen)


@pages.get("/incidents")
def incidents() -> str:
    """Those of a clinic, open ones first."""
    clinic, page = clinic_of_page(Action.SEE_INCIDENT), asked_page()
    found = incidents_at(actor(), clinic, page=page)
    more = found.last < found.total
    return render_template(
        "oversight/incidents.html",
        clinic=clinic,
        found=found,
        **neighbours("oversight.incidents", clinic.id, page, more),
    )


@pages.get("/incidents/<int:incident_id>")
def incident(incident_id: int) -> Answer:
    return _show(_look(incident_id, asked_page()))


@pages.post("/incidents/<int:incident_id>/owner")
def incident_owner(incident_id: int) -> Answer:
    page = _to_settle(incident_id)
    form = owner_form(page, who_may_own(page))

    def deed() -> None:
        work.set_owner(
            actor=actor(),
            incident_id=page.id,
            account_id=record_number(form.owner.data or ""),
            seen_version=form.version,
            now=now(),
        )

    return _carry_out(page, "owner", form, deed, "Saved who sees to it.")


@pages.post("/incidents/<int:incident_id>/steps")
def add_incident_step(incident_id: int) -> Answer:
    page, form = _to_settle(incident_id), NewStepForm(prefix="new-")

    def deed() -> None:
        title = form.title.data or ""
        work.add_step(actor=actor(), incident_id=page.id, title=title, now=now())

    return _carry_out(page, "new", form, deed, "Added a step.")


@pages.post("/incidents/<int:incident_id>/steps/<int:incident_step_id>")
def settle_incident_step(incident_id: int, incident_step_id: int) -> Answer:
    page = _to_settle(incident_id)
    form = step_form(_one(page.steps, incident_step_id))

    def deed() -> None:
        work.settle_step(
            actor=actor(),
            step_id=incident_step_id,
            state=StepState(form.state.data),
            note=form.note.data or "",
            seen_version=form.version,
            now=now(),
        )

    return _carry_out(page, f"step{incident_step_id}", form, deed, "Saved how the step stands.")


@pages.post("/incidents/<int:incident_id>/treatments/<int:in_doubt_id>")
def record_incident_finding(incident_id: int, in_doubt_id: int) -> Answer:
    page = _to_settle(incident_id, page_with(incident_id, in_doubt_id))
    form = finding_form(_one(page.treatments, in_doubt_id))

    def deed() -> None:
        work.record_finding(
            actor=actor(),
            treatment_id=in_doubt_id,
            finding=TreatmentFinding(form.finding.data),
            note=form.note.data or "",
            seen_version=form.version,
            now=now(),
        )

    return _carry_out(page, f"treatment{in_doubt_id}", form, deed, "Saved what was found.")


@pages.post("/incidents/<int:incident_id>/close")
def close_incident(incident_id: int) -> Answer:
    page = _to_settle(incident_id)
    form = close_form(page)

    def deed() -> None:
        work.close_incident(
            actor=actor(),
            incident_id=page.id,
            conclusion=form.conclusion.data or "",
            seen_version=form.version,
            now=now(),
        )

    return _carry_out(page, "close", form, deed, "Closed.")


@pages.post("/incidents/<int:incident_id>/export")
def export_incident(incident_id: int) -> FlaskResponse:
    """One file with all there is of it, to be handed on or put away."""
    moment = now()
    page = _look(incident_id, None)
    work.note_export(actor=actor(), incident_id=incident_id, now=moment)
    answer = make_response(packed(page, moment))
    answer.mimetype = "application/zip"
    name = f"incident-{incident_id}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _look(incident_id: int, number: int | None) -> IncidentPage:
    """With the treatments of one page, or without a number with all."""
    page = incident_page(actor(), incident_id, now=now(), page=number)
    is_about(page.clinic_id)
    return page


def _to_settle(incident_id: int, number: int = 1) -> IncidentPage:
    page = _look(incident_id, number)
    subject = Subject(frozenset({page.clinic_id}), page.practitioner_id)
    require(actor(), Action.SETTLE_INCIDENT, subject)
    return page


def _one(parts: Sequence[Part], number: int) -> Part:
    """Raises NotFound for what is of another incident."""
    for one in parts:
        if one.id == number:
            return one
    raise NotFound("There is no such record.")


def _address(incident_id: int, number: int, anchor: str) -> str:
    """None of the first page: it is the address itself."""
    shown = number if number > 1 else None
    return url_for("oversight.incident", incident_id=incident_id, page=shown, _anchor=anchor)


def _neighbours(page: IncidentPage) -> dict[str, str | None]:
    number, there = page.number, "treatments"
    return {
        "previous": _address(page.id, number - 1, there) if number > 1 else None,
        "following": _address(page.id, number + 1, there) if page.last < page.all.total else None,
    }


def _carry_out(
    page: IncidentPage, key: str, form: FlaskForm, deed: Callable[[], object], said: str
) -> Answer:
    """Done, and back to the page; or the page again with what speaks against it."""
    status = 422
    if form.validate_on_submit():
        try:
            deed()
        except BadInput as wrong:
            put_at_field(form, wrong)
        except Refused as refused:
            form.form_errors.append(refused.message)
            status = refused.status
        else:
            flash(said, "success")
            there = _address(page.id, page.number, key)
            return redirect(there, 303)
    return _show(_look(page.id, page.number), {key: form}, status)


def _show(
    page: IncidentPage, sent: dict[str, FlaskForm] | None = None, status: int = 200
) -> Answer:
    """With a form for each thing that is to be done; one that was refused keeps what was typed."""
    forms: dict[str, FlaskForm] = {}
    if page.may_settle and page.open:
        forms = {
            "owner": owner_form(page, who_may_own(page)),
            "new": NewStepForm(prefix="new-"),
            "close": close_form(page),
            **{f"step{one.id}": step_form(one) for one in page.steps},
            **{f"treatment{one.id}": finding_form(one) for one in page.treatments},
        }
    for key, form in (sent or {}).items():
        if isinstance(form, Seen) and key in forms:
            # They are shown how it stands now, so that is what they have seen.
            form.seen_version.data = forms[key].seen_version.object_data
        forms[key] = form
    wrong = next(iter((sent or {}).values()), None)
    shown = render_template(
        "oversight/incident.html",
        page=page,
        forms=forms,
        wrong=wrong,
        **_neighbours(page),
        may_see_diary=may(actor(), Action.SEE_SCHEDULE, Subject(frozenset({page.clinic_id}))),
    )
    return (shown, status) if status != 200 else shown
