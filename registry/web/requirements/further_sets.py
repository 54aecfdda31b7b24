"""One more set in a proposal: for another profession or other days, begun as a copy of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import InputRequired

from registry.identity import actor
from registry.queries.proposed_sets import proposed_sets
from registry.rules.findings import Requirement
from registry.rules.requirement_sets import RequirementSet
from registry.rules.requirements import ProfessionAllowed
from registry.rules.vocabulary import Profession
from registry.web.asked import asked_number
from registry.web.fields import Day, options
from registry.web.refusals import carried_out
from registry.web.requirement_form_words import word_for
from registry.web.requirements.editing import Answer, set_asked, shown_again
from registry.web.requirements.proposing_anew import propose_anew
from registry.web.requirements.routes import pages


class FurtherSetForm(FlaskForm):
    profession = SelectField(
        "For which profession",
        [InputRequired("Choose one.")],
        choices=options([(str(one), word_for(one)) for one in Profession], "Choose one"),
    )
    first_day = Day("First day", [InputRequired("Say from which day.")])
    last_day = Day("Last day", description="Left empty, it holds until another version does.")


@pages.route("/<code>/versions/<int:version>/edit/another-set", methods=["GET", "POST"])
def further_set(code: str, version: int) -> Answer:
    known = proposed_sets(actor(), code, version)
    place = set_asked(known, asked_number("set"))
    one, form, made = known.sets[place], FurtherSetForm(), list[int]()

    def add() -> None:
        first_day, last_day = form.first_day.data or date.max, form.last_day.data
        new = Profession(form.profession.data)
        made.append(
            propose_anew(known, len(known.sets), lambda: _copy(one, new, first_day, last_day))
        )

    if not carried_out(form, add):
        page = render_template(
            "requirements/edit_another_set.html", known=known, one=one, place=place, form=form
        )
        return page, 422 if form.errors else 200
    answer: Response = shown_again(known, made[0])
    return answer


def _copy(
    one: RequirementSet, profession: Profession, first_day: date, last_day: date | None
) -> RequirementSet:
    """All that the other asks; whoever it is for is among those who may."""

    def with_them(asked: Requirement) -> Requirement:
        if isinstance(asked, ProfessionAllowed) and profession not in asked.professions:
            return replace(asked, professions=(*asked.professions, profession))
        return asked

    return replace(
        one,
        profession=profession,
        first_day=first_day,
        last_day=last_day,
        requirements=tuple(map(with_them, one.requirements)),
    )
