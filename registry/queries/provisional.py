"""Provisional bookings: who may be booked past a last day while a renewal waits to be checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from registry.errors import NotPrepared, NotPrivileged, Refused
from registry.leave import require
from registry.models import Clinic, Privilege, db
from registry.models.provisional_ground import LATELY, why_not_provisional
from registry.queries.premises import Place
from registry.rules.access import Action, Actor, Subject
from registry.rules.facts import Facts
from registry.rules.provisional import waits_for_a_check
from registry.rules.questions import Question
from registry.rules.rulebooks import Rulebook
from registry.rules.standing import SUBMITTED


def may_be_provisional(
    actor: Actor,
    clinic_id: int,
    practitioner_id: int,
    sites: Collection[str],
    refused: Refused | None,
    now: datetime,
) -> bool:
    """Whether what was refused for want of a privilege could be booked provisionally."""
    require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    if not isinstance(refused, NotPrivileged) or isinstance(refused, NotPrepared):
        return False
    asked = [decision.question for decision in refused.decisions]
    return not why_not_provisional(db.session(), practitioner_id, clinic_id, sites, asked, now)


def last_days_of_waiting(
    place: Place,
    refused: Mapping[int, Facts],
    rulebook: Rulebook,
    asked: Sequence[Question],
    now: datetime,
) -> dict[int, date]:
    """
    Of those refused on a day past their last valid one, that last day: they could be booked
    provisionally, if the clinic takes such bookings. One statement, or none where nothing waits.
    """
    waiting = [
        number
        for number, facts in refused.items()
        if any(held.state is SUBMITTED for held in facts.credentials)
        and waits_for_a_check(facts, rulebook, asked)
    ]
    if not waiting or not asked:
        return {}
    sites, today = {question.site for question in asked}, place.today(now)
    rows = db.session.execute(
        select(Privilege.practitioner_id, Privilege.site, func.max(Privilege.last_day))
        .join(Clinic, Clinic.id == Privilege.clinic_id)
        .where(
            Clinic.takes_provisional,
            Privilege.clinic_id == place.id,
            Privilege.practitioner_id.in_(waiting),
            Privilege.site.in_(sites),
            Privilege.first_day <= today,
            Privilege.last_day >= today - LATELY,
        )
        .group_by(Privilege.practitioner_id, Privilege.site)
    )
    held: dict[int, list[date]] = {}
    for number, _site, last_day in rows:
        held.setdefault(number, []).append(last_day)
    first_asked = min(question.day for question in asked)
    return {
        number: min(days)
        for number, days in held.items()
        if len(days) == len(sites) and min(days) < first_asked
    }
