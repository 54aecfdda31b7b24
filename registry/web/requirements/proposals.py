"""A version's own page: what it would do, putting it in force, giving that up, withdrawing it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import NotInThatState
from registry.identity import actor
from registry.queries.adopted_days import NO_CLINIC
from registry.queries.proposals import VersionPage, clocks_of, version_page, version_to_read
from registry.queries.what_if_answers import WhatIfAnswer, next_part, what_if_answer
from registry.rules.access import Action, Subject, may
from registry.rules.wording import count
from registry.services.activations import Activated, activate_adoption
from registry.services.activations_given_up import give_up_activation
from registry.services.holds import LostGround
from registry.services.requirement_sets import withdraw_proposal
from registry.services.what_ifs import ask_about_adoption, keep_part
from registry.web.asked import asked_number
from registry.web.impact import ForeseeingForm, as_answered, carried_out_as_foreseen, mark_of_answer
from registry.web.lost_ground import what_it_did
from registry.web.requirements.consequences import clinics_told, tally
from registry.web.requirements.forms import WithdrawForm
from registry.web.requirements.routes import pages

Answer = str | Response | tuple[str, int]


@pages.get("/<code>/versions/<int:version>")
def version(code: str, version: int) -> str:
    """A proposal and what it would do; or how far its activation is; or what became of it."""
    moment = now()
    page = version_to_read(actor(), code, version, moment)
    return render_template(
        "requirements/version.html",
        page=page,
        today=moment.astimezone(UTC).date(),
        may_adopt=may(actor(), Action.ADOPT_REQUIREMENTS, Subject()),
        everywhere=may(actor(), Action.SEE_PROPOSALS, Subject(frozenset({NO_CLINIC}))),
        stands_still=page.stands_still(moment),
        **_what_it_would_do(page, only=asked_number("clinic")),
    )


@pages.post("/<code>/versions/<int:version>/what-if")
def ask(code: str, version: int) -> Response:
    """What it would do, computed again."""
    page = version_page(actor(), code, version, now())
    ask_about_adoption(actor=actor(), adoption_id=page.adoption_id, now=now())
    return _to(page, anchor="what-if")


@pages.route("/<code>/versions/<int:version>/activate", methods=["GET", "POST"])
def activate(code: str, version: int) -> Answer:
    """Put it in force, once its consequences were read."""
    began = now()
    page, form = version_page(actor(), code, version, began), ForeseeingForm()
    if page.beyond:
        return _said_why(page)
    done: list[Activated] = []

    def put_in_force() -> list[LostGround]:
        _keep_what_is_foreseen(page)
        done.append(activate_adoption(actor=actor(), adoption_id=page.adoption_id, now=now()))
        return done[-1].lost

    try:
        lost = carried_out_as_foreseen(form, put_in_force, marking=as_answered)
    except NotInThatState as error:
        page = version_page(actor(), code, version, now())
        if page.beyond:
            return _said_why(page)
        return _confirm("activate", page, form, error.status, error.message)
    if lost is None:
        return _confirm("activate", page, form, form.status)
    if done[-1].in_background:
        flash(f"Version {version} is being activated. You may leave this page.")
        return _to(page)
    page = version_page(actor(), code, version, now())
    flash(_in_force(page, what_it_did(lost, began)), "success")
    return redirect(url_for("requirements.jurisdiction", code=page.code), 303)


@pages.route("/<code>/versions/<int:version>/withdraw", methods=["GET", "POST"])
def withdraw(code: str, version: int) -> Answer:
    page, form = version_page(actor(), code, version, now()), WithdrawForm()
    if not page.proposed:
        return _said_why(page)
    if not form.validate_on_submit():
        return _confirm("withdraw", page, form, 422 if form.errors else 200)
    reason = form.reason.data or ""
    try:
        withdraw_proposal(actor=actor(), adoption_id=page.adoption_id, reason=reason, now=now())
    except NotInThatState:
        return _said_why(version_page(actor(), code, version, now()))
    flash(f"Version {version} is withdrawn. It stays on record.")
    return _to(page)


@pages.route("/<code>/versions/<int:version>/give-up", methods=["GET", "POST"])
def give_up(code: str, version: int) -> Answer:
    """Its activation, as long as it is not in force."""
    page, form = version_page(actor(), code, version, now()), WithdrawForm()
    if request.method == "GET" and not page.may_be_given_up:
        return redirect(url_for("requirements.version", code=page.code, version=version))
    if not form.validate_on_submit():
        return _confirm("give_up", page, form, 422 if form.errors else 200)
    reason = form.reason.data or ""
    try:
        give_up_activation(actor=actor(), adoption_id=page.adoption_id, reason=reason, now=now())
    except NotInThatState as error:
        return _confirm("give_up", page, form, error.status, error.message)
    flash(f"The activation of version {version} is given up. What it took away is given back.")
    return _to(page)


def _said_why(page: VersionPage) -> Response:
    """It was pressed twice, or somebody was quicker: its own page says how it stands."""
    flash(page.beyond)
    return _to(page)


def _keep_what_is_foreseen(page: VersionPage) -> None:
    """For few it is worked out whenever it is shown; once it is in force nobody could any more."""
    asked = page.asked
    while page.proposed and asked and not asked.answered and not asked.long:
        part = next_part(asked.id, now())
        keep_part(
            what_if_id=asked.id,
            after=part.after,
            reached=part.reached,
            count=part.count,
            content=part.content,
            now=now(),
        )
        if part.reached is None:
            return


def _what_it_would_do(page: VersionPage, only: int | None = None) -> dict[str, Any]:
    """
    Few are worked out on the spot; many are answered in the background, so only once done.

    Of what is no proposal any more, what was foreseen.
    """
    asked = page.asked
    if asked is None or (asked.long and not asked.answered):
        return {"answer": None}
    found = what_if_answer(actor(), asked.id, now())
    if not found.answered:
        return {"answer": None}
    clinics = clinics_told(actor(), found, _clocks(found), only)
    told = tally(found.clinics, found.as_of.astimezone(UTC).date())
    return {"answer": found, "tally": told, "clinics": clinics, "only": only}


def _clocks(found: WhatIfAnswer) -> dict[int, str]:
    return clocks_of([one.clinic_id for one in found.clinics]) if found.clinics else {}


def _confirm(
    what: str, page: VersionPage, form: FlaskForm, status: int, refusal: str = ""
) -> tuple[str, int]:
    shown = _what_it_would_do(page) if what == "activate" else {}
    if isinstance(form, ForeseeingForm) and not form.foreseen.data and shown.get("answer"):
        form.foreseen.data = mark_of_answer(shown["answer"].clinics)
    template = f"requirements/{what}.html"
    extra = [refusal] if refusal else []
    today = now().astimezone(UTC).date()
    shown = {"page": page, "form": form, "extra": extra, "today": today, **shown}
    return render_template(template, **shown), status


def _in_force(page: VersionPage, said: str) -> str:
    back = page.restorable
    again = f"{count(back, 'appointment')} on hold may be restored now." if back else ""
    told = f"Version {page.seen.version} of the requirements of {page.name} is in force. "
    told += f"{said} {again}"
    return told.strip()


def _to(page: VersionPage, anchor: str | None = None) -> Response:
    number = page.seen.version
    there = url_for("requirements.version", code=page.code, version=number, _anchor=anchor)
    return redirect(there, 303)
