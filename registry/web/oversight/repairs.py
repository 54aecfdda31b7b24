"""Repair all: what is on hold placed at once, the best way beside the plain one, to be accepted."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.candidates import reasons_of
from registry.queries.repair_page import RepairPage, repair_page
from registry.queries.repairs import latest_repair, whose_is_held
from registry.rules.access import Action
from registry.rules.findings import Finding
from registry.rules.wording import count
from registry.services.accept_repair import Accepted, accept_repair
from registry.services.on_its_own import NotDone, Outcome
from registry.services.repairs import ask_for_repair
from registry.web.asked import record_number
from registry.web.oversight.repair_words import comparison, shown, verdict, why_otherwise
from registry.web.oversight.routes import pages
from registry.web.shell import clinic_of_page, is_about

Answer = Response | tuple[str, int]
MOST_NOTES = 30


@pages.route("/repairs", methods=["GET", "POST"])
def repair_all() -> Answer:
    """Whose work on hold is to be placed; nothing changes by asking."""
    clinic = clinic_of_page(Action.MOVE)
    wrong = ""
    if request.method == "POST":
        try:
            number = ask_for_repair(
                actor=actor(), clinic_id=clinic.id, practitioner_id=_whose(), now=now()
            )
            return redirect(url_for("oversight.repair", repair_id=number), 303)
        except BadInput as no:
            wrong = no.message
    whose = whose_is_held(actor(), clinic.id, now())
    page = render_template(
        "oversight/repair_all.html",
        clinic=clinic,
        whose=whose,
        held=sum(one.held for one in whose),
        latest=latest_repair(actor(), clinic.id),
        wrong=wrong,
        count=count,
    )
    return page, 422 if wrong else 200


@pages.route("/repairs/<int:repair_id>", methods=["GET", "POST"])
def repair(repair_id: int) -> Answer:
    """How far it is; then both plans, and what of the best is to be done."""
    known = repair_page(actor(), repair_id)
    is_about(known.place.id)
    if request.method == "GET":
        return _page(known)
    try:
        chosen = [Accepted(number, _cleared(number)) for number in _taken()]
        outcome = accept_repair(actor=actor(), repair_id=repair_id, chosen=chosen, now=now())
    except BadInput as no:
        return _page(known, wrong=no.message)
    if outcome.refused:
        after = repair_page(actor(), repair_id)
        return _page(after, outcome=outcome)
    if outcome.step_id is None:
        flash("This was done already; nothing was done twice.", "success")
        return redirect(url_for("oversight.repair", repair_id=repair_id), 303)
    flash(f"{count(len(outcome.done), 'appointment')} placed.", "success")
    return redirect(url_for("schedule.step", step_id=outcome.step_id), 303)


def _page(known: RepairPage, *, wrong: str = "", outcome: Outcome | None = None) -> Answer:
    status = 422 if wrong else 200
    if outcome is not None and not outcome.done and not outcome.already:
        status = 409
    page = render_template(
        "oversight/repair.html",
        page=known,
        shown=shown(known.answer) if known.answer else None,
        compared=comparison(known.answer) if known.answer else (),
        verdict=verdict(known.answer) if known.answer else "",
        why_otherwise=why_otherwise,
        wrong=wrong,
        outcome=outcome,
        reasons=_reasons,
        count=count,
    )
    return page, status


def _reasons(one: NotDone) -> tuple[Finding, ...]:
    return reasons_of(one.decisions)


def _whose() -> int | None:
    """None for everybody. Raises BadInput."""
    told = request.form.get("practitioner", "")
    if told and record_number(told) is None:
        raise BadInput("Choose whose work it is.", field="practitioner")
    return record_number(told)


def _taken() -> list[int]:
    """Raises BadInput for what no page of ours sends."""
    numbers = [record_number(told) for told in request.form.getlist("take")]
    if None in numbers:
        raise BadInput("Something was chosen that is not on this page. Choose again.")
    return [number for number in numbers if number is not None]


def _cleared(appointment_id: int) -> tuple[int, ...]:
    """The notes that somebody ticked as cleared, of this appointment only. Raises BadInput."""
    boxes = request.form.getlist(f"cleared-{appointment_id}")
    numbers = [record_number(one) for box in boxes for one in box.split()][:MOST_NOTES]
    if None in numbers:
        raise BadInput("Tick once more what was cleared.")
    return tuple(number for number in numbers if number is not None)
