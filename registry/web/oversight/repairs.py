"""Repair all: what is on hold placed at once, the best way beside the plain one, to be accepted."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, NotAllowed
from registry.identity import actor
from registry.queries.candidates import reasons_of
from registry.queries.repair_page import RepairPage, repair_page
from registry.queries.repairs import latest_repair, whose_is_held
from registry.queries.scope import ClinicSeen
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
from registry.web.worker_late import long_work_stands_still

Answer = Response | tuple[str, int]
MOST_NOTES = 30
FOR_WHOM = "Repairs are for those who move appointments there: its front desk and its managers."


@pages.route("/repairs", methods=["GET", "POST"])
def repair_all() -> Answer:
    """Whose work on hold is to be placed; nothing changes by asking."""
    clinic = _clinic()
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
    known = _known(repair_id)
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
    flash(_told(outcome, repair_page(actor(), repair_id)), "success")
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
        stands_still=known.answer is None and long_work_stands_still(now()),
        reasons=_reasons,
        count=count,
    )
    return page, status


def _told(outcome: Outcome, after: RepairPage) -> str:
    """What was placed, and what is left of it: 2 appointments placed. 3 are left on hold."""
    placed = f"{count(len(outcome.done), 'appointment')} placed."
    already = f" {len(outcome.already)} placed already." if outcome.already else ""
    left = sum(line.waits for line in after.answer.lines) if after.answer else 0
    more = f" {left} of this repair {'is' if left == 1 else 'are'} left on hold." if left else ""
    return f"{placed}{already}{more}"


def _clinic() -> ClinicSeen:
    """Raises NotFound, and NotAllowed in words of its own: nobody asked to move one of them."""
    try:
        return clinic_of_page(Action.MOVE)
    except NotAllowed as no:
        raise NotAllowed(FOR_WHOM, action=no.action, subject=no.subject) from no


def _known(repair_id: int) -> RepairPage:
    """The same for one that was asked for."""
    try:
        return repair_page(actor(), repair_id)
    except NotAllowed as no:
        raise NotAllowed(FOR_WHOM, action=no.action, subject=no.subject) from no


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
