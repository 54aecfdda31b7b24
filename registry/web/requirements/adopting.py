"""Adopt a jurisdiction's sets in one's own name: first a proposal, which changes nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.leave import require
from registry.models import AdoptionState
from registry.queries.requirement_pages import JurisdictionPage, Settling
from registry.queries.requirement_sets import jurisdiction_page, shipped_file, versions_of
from registry.rules.access import Action, Subject
from registry.rules.requirement_sets import RequirementSet
from registry.services.requirement_sets import propose_adoption
from registry.services.settling import LeftOpen
from registry.services.what_ifs import ask_about_adoption
from registry.web.requirements.forms import AdoptionForm, adoption_form, grouped, in_all
from registry.web.requirements.routes import pages

Answer = str | Response | tuple[str, int]


@pages.route("/<code>/adopt", methods=["GET", "POST"])
def adopt(code: str) -> Answer:
    """
    Every open item, and what becomes of it; then what it would do.

    Where something is in force that is what is proposed again, unless what ships is asked for.
    """
    require(actor(), Action.ADOPT_REQUIREMENTS, Subject())
    page = jurisdiction_page(actor(), code, as_shipped="shipped" in request.args)
    own = not page.as_shipped
    before, today = _read_before(page), now().astimezone(UTC).date()
    groups = grouped(page.items, before, today)
    form = adoption_form(in_all(groups), before, today)
    shown = {"page": page, "groups": groups, "form": form, "filled": bool(before), "today": today}
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("requirements/adopt.html", **shown), status
    try:
        version = _propose(code, _own_sets(code) if own else (), form)
    except BadInput as error:
        _put_at_fields(form, error)
        return render_template("requirements/adopt.html", **shown), error.status
    flash(f"Version {version} is proposed. Nothing has changed yet: see what it would do.")
    return redirect(url_for("requirements.version", code=page.code, version=version), 303)


def _own_sets(code: str) -> Sequence[RequirementSet]:
    """Those in force, which the organisation may have changed."""
    versions = versions_of(code)
    return next((sets for seen, sets in versions if seen.state is AdoptionState.ACTIVE), ())


def _propose(code: str, own: Sequence[RequirementSet], form: AdoptionForm) -> int:
    moment = now()
    made = propose_adoption(
        actor=actor(),
        jurisdiction=code,
        sets=own or shipped_file(code).sets,
        settled=form.settled(),
        now=moment,
    )
    number, version = made.id, made.version
    ask_about_adoption(actor=actor(), adoption_id=number, now=moment)
    return version


def _read_before(page: JurisdictionPage) -> dict[str, Settling]:
    """How each item was read last, whatever became of that version."""
    return {
        item.code: item.settling
        for version in reversed(page.history)
        for item in version.items
        if item.settling is not None
    }


def _put_at_fields(form: AdoptionForm, error: BadInput) -> None:
    codes = [item.code for item in error.items] if isinstance(error, LeftOpen) else [error.field]
    message = "Settle this one too." if isinstance(error, LeftOpen) else error.message
    for code in codes:
        field = form.field_of(message, code)
        if field is None:
            form.form_errors = [*form.form_errors, message]
        else:
            field.errors = [*field.errors, message]
