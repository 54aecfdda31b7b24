"""See the requirement sets, read one jurisdiction's in full, adopt it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.leave import require
from registry.queries.requirement_sets import jurisdiction_lines, jurisdiction_page, shipped_file
from registry.rules.access import Action, Subject, may
from registry.rules.regions import REVIEW_PENDING
from registry.services.requirement_sets import adopt_requirements
from registry.web.clocks import clock_at_hand
from registry.web.lost_ground import what_went_on_hold
from registry.web.pages import pages_for
from registry.web.requirements.forms import AdoptionForm, adoption_form

Answer = str | Response | tuple[str, int]

pages = pages_for("requirements", __name__)


@pages.get("/")
def index() -> str:
    lines = jurisdiction_lines(actor())
    return render_template(
        "requirements/index.html", lines=lines, may_adopt=_may_adopt(), clock=clock_at_hand()
    )


@pages.get("/<code>")
def jurisdiction(code: str) -> str:
    """What the sets ask, in words, each with its source."""
    page = jurisdiction_page(actor(), code)
    return render_template(
        "requirements/jurisdiction.html",
        page=page,
        may_adopt=_may_adopt(),
        clock=clock_at_hand(),
        review_pending=REVIEW_PENDING,
    )


@pages.route("/<code>/adopt", methods=["GET", "POST"])
def adopt(code: str) -> Answer:
    require(actor(), Action.ADOPT_REQUIREMENTS, Subject())
    page = jurisdiction_page(actor(), code)
    form = adoption_form(page.questions)
    shown = {"page": page, "form": form}
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("requirements/adopt.html", **shown), status
    try:
        lost = adopt_requirements(
            actor=actor(),
            jurisdiction=page.code,
            sets=shipped_file(code).sets,
            settled=form.readings(),
            now=now(),
        )
    except BadInput as error:
        _put_at_field(form, error)
        return render_template("requirements/adopt.html", **shown), error.status
    said = f"The requirements of {page.name} are adopted, in your name. {what_went_on_hold(lost)}"
    flash(said.strip(), "success")
    return redirect(url_for("requirements.jurisdiction", code=page.code), 303)


def _may_adopt() -> bool:
    return may(actor(), Action.ADOPT_REQUIREMENTS, Subject())


def _put_at_field(form: AdoptionForm, error: BadInput) -> None:
    field = form.field_of(error.field)
    if field is None:
        form.form_errors = [*form.form_errors, error.message]
    else:
        field.errors = [*field.errors, error.message]
