"""Change the sets of a proposal for one's own organisation: each change is a new proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from registry.errors import BadInput, NotFound
from registry.identity import actor
from registry.queries.proposed_sets import ProposedSets, proposed_sets
from registry.queries.requirement_words import in_words
from registry.rules.findings import Requirement
from registry.rules.forms import BadRequirementSet, Form
from registry.rules.requirement_forms import parse_requirement, requirement_as_mapping
from registry.rules.requirement_kinds import KINDS
from registry.rules.requirement_sets import ALWAYS_ASKED, RequirementSet
from registry.rules.requirements import Barred, NotYetInForce
from registry.web.asked import asked_number, asked_text, record_number
from registry.web.fields import Day
from registry.web.refusals import carried_out
from registry.web.requirement_form import SourcedForm, form_of, typed
from registry.web.requirement_form_words import KIND_TITLES, kinds_by_topic
from registry.web.requirements.proposing_anew import propose_anew
from registry.web.requirements.routes import pages

Answer = str | Response | tuple[str, int]
ALWAYS = {always.kind for always in ALWAYS_ASKED}
BARS = {Barred.kind, NotYetInForce.kind}


class SetDaysForm(FlaskForm):
    first_day = Day("First day", [InputRequired("Say from which day.")])
    last_day = Day("Last day", description="Left empty, it holds until another version does.")


@pages.get("/<code>/versions/<int:version>/edit")
def edit(code: str, version: int) -> str:
    """Every set of the proposal, with what may be changed in it."""
    known = proposed_sets(actor(), code, version)
    return render_template(
        "requirements/edit.html",
        known=known,
        always=ALWAYS,
        bars=BARS,
        titles=KIND_TITLES,
        in_words=in_words,
    )


@pages.route("/<code>/versions/<int:version>/edit/requirement", methods=["GET", "POST"])
def edit_requirement(code: str, version: int) -> Answer:
    """One more, or one of them changed: first its kind, then its fields and its source."""
    known = proposed_sets(actor(), code, version)
    place, at = set_asked(known, asked_number("set")), asked_number("at")
    one = known.sets[place]
    before = None if at is None else _at(one, at)
    kind = before.kind if before else asked_text("kind")
    shown = {"known": known, "one": one, "place": place, "at": at}
    if before is None and kind not in _to_add(one):
        kinds = kinds_by_topic(_to_add(one))
        return render_template("requirements/edit_kind.html", kinds=kinds, **shown)
    stated = requirement_as_mapping(before) if before else {}
    form = form_of(kind, SourcedForm)(data=typed(stated) if stated else {})
    made: list[int] = []

    def change() -> None:
        asked = _parsed(_keeping_the_source(form.mapping(), stated))
        made.append(propose_anew(known, place, lambda: _with(one, at, asked)))

    if not carried_out(form, change):
        title = KIND_TITLES[kind]
        page = render_template(
            "requirements/edit_requirement.html", form=form, title=title, **shown
        )
        return page, 422 if form.errors else 200
    return shown_again(known, made[0])


@pages.post("/<code>/versions/<int:version>/edit/remove")
def remove_requirement(code: str, version: int) -> Response:
    known = proposed_sets(actor(), code, version)
    place = set_asked(known, record_number(request.form.get("set", "")))
    one, gone = known.sets[place], record_number(request.form.get("at", ""))
    _at(one, gone)
    kept = tuple(r for number, r in enumerate(one.requirements) if number != gone)
    return shown_again(known, propose_anew(known, place, lambda: replace(one, requirements=kept)))


@pages.post("/<code>/versions/<int:version>/edit/drop")
def drop_set(code: str, version: int) -> Response:
    """Nobody of that profession may needle there by this version."""
    known = proposed_sets(actor(), code, version)
    place = set_asked(known, record_number(request.form.get("set", "")))
    return shown_again(known, propose_anew(known, place, lambda: None))


@pages.route("/<code>/versions/<int:version>/edit/days", methods=["GET", "POST"])
def edit_days(code: str, version: int) -> Answer:
    """From when to when one of the sets holds."""
    known = proposed_sets(actor(), code, version)
    place = set_asked(known, asked_number("set"))
    one, made = known.sets[place], list[int]()
    form = SetDaysForm(obj=one)

    def change() -> None:
        first_day, last_day = form.first_day.data or one.first_day, form.last_day.data
        made.append(
            propose_anew(known, place, lambda: replace(one, first_day=first_day, last_day=last_day))
        )

    if not carried_out(form, change):
        page = render_template(
            "requirements/edit_days.html", known=known, one=one, place=place, form=form
        )
        return page, 422 if form.errors else 200
    return shown_again(known, made[0])


def _to_add(one: RequirementSet) -> list[str]:
    """Questions are settled, not edited; of those always asked, what it leaves out."""
    not_these = {"open_question", *ALWAYS} - set(one.left_out)
    return [kind for kind in KINDS if kind not in not_these]


def _keeping_the_source(new: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The same source is no better trusted for being typed again."""
    same = all(new[name] == before.get(name) for name in ("source_url", "source_date"))
    kept = ("confidence", "stale_risk", "source_name")
    return new | {name: before[name] for name in kept if same and name in before}


def _parsed(mapping: Mapping[str, Any]) -> Requirement:
    try:
        return parse_requirement(Form(mapping))
    except BadRequirementSet as wrong:
        raise BadInput(f"This {wrong.why}.", field=wrong.path) from wrong


def _with(one: RequirementSet, at: int | None, asked: Requirement) -> RequirementSet:
    asks = list(one.requirements)
    if at is None:
        asks.append(asked)
    else:
        asks[at] = asked
    return replace(one, requirements=tuple(asks))


def set_asked(known: ProposedSets, place: int | None) -> int:
    """The place of a set in the proposal, the first unless said. Raises NotFound."""
    if place is None:
        place = 0
    if place >= len(known.sets):
        raise NotFound("There is no such set in this version.")
    return place


def _at(one: RequirementSet, at: int | None) -> Requirement:
    if at is None or at >= len(one.requirements):
        raise NotFound("There is no such requirement in this set.")
    return one.requirements[at]


def shown_again(known: ProposedSets, version: int) -> Response:
    """The page to edit the new proposal on, which says what it is."""
    flash(f"Version {version} is proposed with this change, in place of version {known.version}.")
    return redirect(url_for("requirements.edit", code=known.code, version=version), 303)
