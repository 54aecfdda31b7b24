"""Copy a week: a clinic's, or one practitioner's, to another week."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.diary import visible_clinic
from registry.queries.premises import Place
from registry.queries.standing_work import NOT_CANCELLED, copies_of, staff_names, work_on
from registry.rules.days import ONE_DAY, Span
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.wording import count
from registry.services.week_copies import copy_week as copy
from registry.web.asked import asked_day, asked_number
from registry.web.outcomes import Answer, told_of, try_it
from registry.web.schedule.door import (
    A_WEEK,
    WHO_BOOKS,
    clinic_asked,
    monday_of,
    pages,
    within_reach,
)
from registry.web.schedule.many import copies_chosen, key_of


@pages.route("/copy-week", methods=["GET", "POST"])
def copy_week() -> Answer:
    """First what fits in the other week, and what does not and why; then those chosen."""
    asking = actor()
    place = visible_clinic(asking, clinic_asked(asking, *WHO_BOOKS))
    source = monday_of(within_reach(asked_day("from") or place.today(now())))
    target, wrong_to = _target(place.today(now()))
    if request.method == "GET" or wrong_to:
        return _proposal(place, source, target, 422 if wrong_to else 200, wrong_to=wrong_to)

    def act() -> Answer:
        outcome = copy(actor=asking, clinic_id=place.id, chosen=copies_chosen(), now=now())
        shown = (target or source).isoformat()
        back = url_for("schedule.week", clinic=place.id, **{"from": shown})  # type: ignore[arg-type]
        return told_of(outcome, place, "booked", back)

    return try_it(act, lambda wrong: _proposal(place, source, target, 422, wrong))


def _target(today: date) -> tuple[date | None, str]:
    """The Monday to copy to, if one is asked for; or none, and what is wrong with it."""
    try:
        asked = asked_day("to")
        target = monday_of(within_reach(asked)) if asked else None
    except BadInput as wrong:
        return None, wrong.message
    if target and target < monday_of(today):
        return None, "That week has passed. Choose this week or a later one."
    return target, ""


def _proposal(
    place: Place,
    source: date,
    target: date | None,
    status: int = 200,
    wrong: str = "",
    wrong_to: str = "",
) -> tuple[str, int]:
    asking, whose = actor(), asked_number("practitioner")
    days = Span(source, source + 6 * ONE_DAY)
    work = work_on(asking, place, days, NOT_CANCELLED, whose)
    if target == source:
        target, wrong, status = None, "Choose another week than the one to be copied.", 422
    too_many = len(work) > MOST_APPOINTMENTS
    fits = copies_of(place, work, target - source, now()) if target and not too_many else []
    page = render_template(
        "schedule/copy_week.html",
        place=place,
        source=source,
        target=target,
        suggested=source + A_WEEK,
        whose=whose,
        staff=[("", "Everybody's"), *staff_names(asking, place, days)],
        work={one.pattern.id: one for one in work},
        fits=fits,
        ready=[one for one in fits if one.fits and not one.alone],
        too_many=too_many,
        most=MOST_APPOINTMENTS,
        wrong=wrong,
        wrong_to=wrong_to,
        key_of=key_of,
        count=count,
    )
    return page, status
