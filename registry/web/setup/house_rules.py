"""A clinic's own rules: what it asks beyond its jurisdiction, and the form of each rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, Overtaken
from registry.identity import actor
from registry.leave import require
from registry.queries.house_rules import (
    Content,
    Draft,
    OwnRules,
    draft_of,
    fingerprint,
    own_rules_of,
)
from registry.rules.access import Action, Subject
from registry.rules.house_rules import HOUSE_KINDS
from registry.services.what_ifs import ask_about_house_rules
from registry.web.asked import asked_number, asked_text, record_number
from registry.web.refusals import carried_out
from registry.web.requirement_form import HouseRuleForm, form_of, typed
from registry.web.requirement_form_words import KIND_TITLES, kinds_by_topic
from registry.web.setup.routes import pages
from registry.web.shell import is_about

Answer = str | Response | tuple[str, int]
CITATION = {"source_url", "source_date", "confidence", "text"}


@pages.get("/clinics/<int:clinic_id>/house-rules")
def house_rules(clinic_id: int) -> str:
    """What is in force, what is to come, and every version there was."""
    known = own_rules_of(actor(), clinic_id, now())
    is_about(clinic_id)
    draft = draft_of(actor(), known) if known.may_change else None
    return render_template(
        "setup/house_rules.html", known=known, draft=draft, seen=fingerprint(known.content)
    )


@pages.route("/clinics/<int:clinic_id>/house-rules/rule", methods=["GET", "POST"])
def house_rule(clinic_id: int) -> Answer:
    """One more, or one of them worded anew: first its kind, then its fields."""
    known, draft = to_change(clinic_id)
    base, at = _base(known, draft), asked_number("at")
    kind = asked_text("kind") if at is None else rule_at(base, at)["kind"]
    shown = {"known": known, "on_draft": _on_draft(), "at": at}
    if kind not in HOUSE_KINDS:
        kinds = kinds_by_topic(HOUSE_KINDS)
        return render_template("setup/house_rules_kind.html", kinds=kinds, **shown)
    before = {} if at is None else typed(rule_at(base, at))
    form = form_of(kind, HouseRuleForm)(data={**before, "seen": fingerprint(base)})

    def try_out() -> None:
        check_unchanged(form.seen.data, base)
        _ask(known, draft, _with(base, at, form.mapping()))

    if not carried_out(form, try_out):
        page = render_template(
            "setup/house_rules_rule.html", form=form, title=KIND_TITLES[kind], **shown
        )
        return page, 422 if form.errors else 200
    return to_draft(clinic_id)


@pages.post("/clinics/<int:clinic_id>/house-rules/remove")
def remove_house_rule(clinic_id: int) -> Response:
    """From the draft, or a new one: nothing is taken away before that is saved."""
    known, draft = to_change(clinic_id)
    base, at = _base(known, draft), record_number(request.form.get("at", ""))
    check_unchanged(request.form.get("seen"), base)
    gone = rule_at(base, at)
    _ask(known, draft, [one for one in base if one is not gone])
    return to_draft(clinic_id)


def to_change(clinic_id: int) -> tuple[OwnRules, Draft | None]:
    """Raises NotFound, NotAllowed."""
    require(actor(), Action.CHANGE_CLINIC, Subject(frozenset({clinic_id})))
    known = own_rules_of(actor(), clinic_id, now())
    is_about(clinic_id)
    return known, draft_of(actor(), known)


def to_draft(clinic_id: int) -> Response:
    return redirect(url_for("setup.house_rules_draft", clinic_id=clinic_id), 303)


def check_unchanged(seen: str | None, content: Content) -> None:
    """Whether these are the rules that were on the page. Raises Overtaken."""
    if seen != fingerprint(content):
        raise Overtaken("These rules were changed meanwhile, so nothing was done. Look at them.")


def rule_at(content: Content, at: int | None) -> Mapping[str, Any]:
    """Raises Overtaken."""
    if at is None or at >= len(content):
        raise Overtaken("This rule is not among them any more. Look at them again.")
    return content[at]


def _on_draft() -> bool:
    return "draft" in request.args


def _base(known: OwnRules, draft: Draft | None) -> Content:
    """What is changed: the draft, where the address says so, else what the newest version asks."""
    return draft.content if draft and _on_draft() else known.content


def _ask(known: OwnRules, draft: Draft | None, content: Content) -> None:
    """What these rules would do; which is also where the draft is kept."""
    first_day = draft.first_day if draft and _on_draft() else known.first_day
    ask_about_house_rules(
        actor=actor(),
        clinic_id=known.clinic_id,
        requirements=content,
        first_day=max(first_day, known.today),
        now=now(),
    )


def _with(base: Content, at: int | None, mapping: Mapping[str, Any]) -> Content:
    """In its place, or at the end. Raises BadInput for what is asked already."""
    same = [place for place, one in enumerate(base) if _bare(one) == _bare(mapping)]
    if same == [at]:
        return base
    if same:
        raise BadInput("The clinic asks for this already.")
    return [*base, mapping] if at is None else [*base[:at], mapping, *base[at + 1 :]]


def _bare(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked, whoever is cited for it; what is not so need not be said."""
    stated = {name: value for name, value in mapping.items() if name not in CITATION}
    return {name: value for name, value in stated.items() if value is not False}
