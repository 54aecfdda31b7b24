"""Hand over a day, or a span of days such as leave: to one colleague, or each to whoever may."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from registry.adapters.clock import now
from registry.errors import BadInput
from registry.identity import actor
from registry.queries.diary import visible_clinic
from registry.queries.hand_over import takers_of
from registry.queries.premises import Place
from registry.queries.standing_work import Work, staff_names, work_on
from registry.rules.days import Span
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.vocabulary import KEEPS_ITS_SLOT
from registry.rules.wording import count
from registry.services.hand_over import Given
from registry.services.hand_over import hand_over as give
from registry.web.asked import asked_day, asked_number
from registry.web.clearing import box_of, told_cleared
from registry.web.outcomes import Answer, told_of, try_it
from registry.web.schedule.door import WHO_BOOKS, clinic_asked, day_asked, pages, within_reach
from registry.web.schedule.many import triples


@pages.route("/hand-over", methods=["GET", "POST"])
def hand_over() -> Answer:
    """First who may take what, and what nobody may and why; then what was chosen."""
    asking = actor()
    place = visible_clinic(asking, clinic_asked(asking, *WHO_BOOKS))
    today = place.today(now())
    first = max(day_asked("from", today), today)
    last = within_reach(asked_day("until") or first)
    if request.method == "GET":
        return _proposal(place, first, last)

    def act() -> Answer:
        chosen = [Given(*three, tuple(told_cleared(box_of(three[0])))) for three in triples()]
        outcome = give(actor=asking, clinic_id=place.id, chosen=chosen, now=now())
        back = url_for("schedule.day", clinic=place.id, day=first.isoformat())
        return told_of(outcome, place, "handed over", back)

    return try_it(act, lambda wrong: _proposal(place, first, last, 422, wrong))


def _proposal(
    place: Place, first: date, last: date, status: int = 200, wrong: str = ""
) -> tuple[str, int]:
    asking, moment = actor(), now()
    whose, only = asked_number("practitioner"), asked_number("to")
    amiss = _amiss(first, last, whose, only)
    if amiss:
        last, status, wrong = max(first, last), 422, amiss
    days = Span(first, last)
    staff = staff_names(asking, place, days)
    work: list[Work] = []
    if whose is not None and not amiss:
        work = work_on(asking, place, days, KEEPS_ITS_SLOT, whose)
    work = [one for one in work if one.pattern.slot.starts_at > moment]
    too_many = len(work) > MOST_APPOINTMENTS
    handings = takers_of(asking, place, [] if too_many else work, _one_there(only, staff))
    page = render_template(
        "schedule/hand_over.html",
        place=place,
        first=first,
        last=last,
        whose=whose,
        only=only,
        staff=staff,
        amiss=amiss,
        name=dict(staff).get(whose or 0, ""),
        handings=handings,
        ready=[one for one in handings if one.takers],
        too_many=too_many,
        most=MOST_APPOINTMENTS,
        wrong=wrong,
        box_of=box_of,
        count=count,
    )
    return page, status


def _amiss(first: date, last: date, whose: int | None, only: int | None) -> str:
    """What cannot be answered at all, in a sentence; nothing is proposed then."""
    if last < first:
        return "The last day comes before the first. Choose a later one."
    if whose is not None and whose == only:
        return "That is who is away. Choose a colleague."
    return ""


def _one_there(only: int | None, staff: list[tuple[int, str]]) -> int | None:
    """Raises BadInput for somebody who does not work there then: not a name is told."""
    if only is not None and only not in dict(staff):
        raise BadInput("Choose a colleague who works there on these days.", field="to")
    return only
