"""The draft of a clinic's own rules: what they would do, from which day, and saving them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.house_rules import Draft, OwnRules, fingerprint
from registry.queries.what_if_answers import what_if_answer
from registry.services.holds import LostGround
from registry.services.house_rules import LONGEST_REASON, set_house_rules
from registry.services.what_ifs import ask_about_house_rules
from registry.web.asked import record_number
from registry.web.fields import Day, Paragraph
from registry.web.impact import (
    ForeseeingForm,
    as_answered,
    carried_out_as_foreseen,
    held_in_short,
    mark_of_answer,
)
from registry.web.lost_ground import what_it_did
from registry.web.refusals import carried_out
from registry.web.setup.house_rules import Answer, check_unchanged, to_change, to_draft
from registry.web.setup.routes import pages

MOST_SHOWN = 10


class DayForm(FlaskForm):
    first_day = Day("From which day", [InputRequired("Say from which day.")])


class SaveForm(ForeseeingForm):
    """
    `seen` is the draft that was on the page, `after` the version that it changes. `foreseen` stands
    for what the page said it would do, once that was worked out.
    """

    reason = Paragraph("Why", [InputRequired("Write why.")], longest=LONGEST_REASON)
    seen = HiddenField()
    after = HiddenField()


@pages.route("/clinics/<int:clinic_id>/house-rules/draft", methods=["GET", "POST"])
def house_rules_draft(clinic_id: int) -> Answer:
    """What it would do, and the way to put it on record."""
    known, draft = to_change(clinic_id)
    if draft is None:
        flash("There is no draft of these rules. Add a rule, or change one.")
        return redirect(url_for("setup.house_rules", clinic_id=clinic_id))
    form = SaveForm(data=_on_the_page(known, draft))
    began = now()

    def save() -> list[LostGround]:
        check_unchanged(form.seen.data, draft.content)
        return set_house_rules(
            actor=actor(),
            clinic_id=clinic_id,
            requirements=draft.content,
            first_day=draft.first_day,
            reason=form.reason.data or "",
            now=now(),
            after_version=record_number(form.after.data or "") or 0,
        )

    lost = carried_out_as_foreseen(form, save, marking=as_answered)
    if lost is None:
        return _page(known, draft, form, DayForm(formdata=None, obj=draft, prefix="day"))
    flash(f"The clinic's own rules are changed. {what_it_did(lost, began)}".strip(), "success")
    return redirect(url_for("setup.house_rules", clinic_id=clinic_id), 303)


@pages.post("/clinics/<int:clinic_id>/house-rules/discard")
def discard_house_rules_draft(clinic_id: int) -> Response:
    """What is asked already takes the draft's place: the next change begins with that."""
    known, _ = to_change(clinic_id)
    ask_about_house_rules(
        actor=actor(),
        clinic_id=clinic_id,
        requirements=known.content,
        first_day=known.first_day,
        now=now(),
    )
    flash("The draft is thrown away. What the clinic asks is as it was.")
    return redirect(url_for("setup.house_rules", clinic_id=clinic_id), 303)


@pages.post("/clinics/<int:clinic_id>/house-rules/work-out")
def work_out_house_rules(clinic_id: int) -> Answer:
    """The same draft once more, perhaps from another day."""
    known, draft = to_change(clinic_id)
    if draft is None:
        return to_draft(clinic_id)
    form = DayForm(prefix="day")

    def ask() -> None:
        assert form.first_day.data is not None  # noqa: S101 (the form asked for it)
        ask_about_house_rules(
            actor=actor(),
            clinic_id=clinic_id,
            requirements=draft.content,
            first_day=form.first_day.data,
            now=now(),
        )

    if not carried_out(form, ask):
        save = SaveForm(formdata=None, data=_on_the_page(known, draft))
        return _page(known, draft, save, form)
    return to_draft(clinic_id)


def _on_the_page(known: OwnRules, draft: Draft) -> dict[str, str]:
    return {"seen": fingerprint(draft.content), "after": str(known.newest)}


def _page(known: OwnRules, draft: Draft, save: SaveForm, day: DayForm) -> Answer:
    answer = what_if_answer(actor(), draft.what_if_id, now())
    if answer.answered and not save.foreseen.data:
        save.foreseen.data = mark_of_answer(answer.clinics)
    page = render_template(
        "setup/house_rules_draft.html",
        known=known,
        draft=draft,
        answer=answer,
        seen=fingerprint(draft.content),
        save=save,
        day=day,
        most_shown=MOST_SHOWN,
        held_in_short=held_in_short,
    )
    return page, 422 if day.errors else save.status
