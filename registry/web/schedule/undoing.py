"""What was done a little while ago, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, Refused
from registry.identity import actor
from registry.queries.undo_steps import StepPage, step_page
from registry.services.undoing import undo
from registry.web.clearing import told_cleared
from registry.web.outcomes import Answer, Reasons, told_of
from registry.web.pages import HTMX
from registry.web.schedule.door import pages
from registry.web.schedule.drop import beside_the_board
from registry.web.schedule.sheet import look_at, sheet_to_tick
from registry.web.shell import is_about


@pages.get("/changes/<int:step_id>")
def step(step_id: int) -> Answer:
    """Everything that was done at once, with the way back."""
    return _page(_seen(step_id))


@pages.post("/changes/<int:step_id>/undo")
def take_back(step_id: int) -> Answer:
    """What was, again: each appointment checked anew. A script of the board gets a piece of it."""
    seen = _seen(step_id)
    on_board = HTMX in request.headers and len(seen.lines) == 1
    try:
        outcome = undo(actor=actor(), step_id=step_id, cleared=told_cleared(), now=now())
    except (BadInput, Refused) as no:
        if on_board:
            return beside_the_board(look_at(seen.lines[0].id), no)
        refused = no if isinstance(no, Refused) else Refused(no.message)
        if len(seen.lines) == 1:
            return sheet_to_tick(look_at(seen.lines[0].id), refused)
        return _page(seen, refused)
    if outcome.refused:
        back = url_for("schedule.step", step_id=step_id)
        return told_of(outcome, seen.place, "put back", back)
    if on_board:
        return beside_the_board(look_at(seen.lines[0].id))
    flash("Undone.", "success")
    if request.form.get("back") == "holds":
        return redirect(url_for("oversight.holds", clinic=seen.place.id), 303)
    return _back_to(seen)


def _seen(step_id: int) -> StepPage:
    seen = step_page(actor(), step_id)
    is_about(seen.place.id)
    return seen


def _page(seen: StepPage, refused: Refused | None = None) -> tuple[str, int]:
    page = render_template(
        "schedule/step.html", step=seen, refused=refused, reasons=Reasons.of(refused), at=now()
    )
    return page, refused.status if refused else 200


def _back_to(seen: StepPage) -> Response:
    if len(seen.lines) == 1:
        return redirect(url_for("schedule.appointment", appointment_id=seen.lines[0].id), 303)
    return redirect(url_for("schedule.step", step_id=seen.id), 303)
