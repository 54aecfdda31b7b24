"""The ground of a provisional booking: a renewal waits that would give what lapses before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.derived_privileges import Spans
from registry.models.facts_on_record import facts_on_record
from registry.models.privileges import Privilege
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.days import Span, cover
from registry.rules.eligibility import decide
from registry.rules.facts import Facts
from registry.rules.provisional import waits_for_a_check
from registry.rules.questions import Question
from registry.rules.rulebooks import Rulebook

NOT_TAKEN = "This clinic takes no provisional bookings."
NOTHING_WAITS = "Nothing that waits to be checked would change that."
NEVER_HELD = "Only somebody who may needle it now, or did until lately, is booked provisionally."
#: What ended longer ago is not renewed but begun anew.
LATELY = timedelta(days=90)


def is_kept(
    facts: Facts,
    rulebook: Rulebook,
    held: Spans,
    asked: Collection[Question],
    today: date,
) -> bool:
    """
    Whether what is provisional would be confirmed, or go on waiting, by these rules and `held`.

    `asked` is each of its sites on each of its days. As `settle_provisional` decides it.
    """
    if all(cover(held.get((one.clinic_id, one.site), ()), Span(one.day, one.day)) for one in asked):
        return True
    refused = [one for one in asked if not decide(facts, rulebook, one).eligible]
    lately = all(
        any(
            span.first <= today and span.last >= today - LATELY
            for span in held.get((one.clinic_id, one.site), ())
        )
        for one in asked
    )
    return lately and bool(refused) and waits_for_a_check(facts, rulebook, refused)


def why_not_provisional(
    session: Session,
    practitioner_id: int,
    clinic_id: int,
    sites: Collection[str],
    refused: Sequence[Question],
    now: datetime,
) -> str:
    """
    Why it cannot be booked past their last valid day either; empty if it can.

    They hold every privilege it asks for, or did until lately, and all that refuses them is a
    renewal that nobody checked yet.
    """
    clinic = session.get_one(Clinic, clinic_id)
    if not clinic.takes_provisional:
        return NOT_TAKEN
    facts = facts_on_record(session, [practitioner_id])[practitioner_id]
    rulebook = rulebook_on_record(session, [clinic.jurisdiction])
    if not refused or not waits_for_a_check(facts, rulebook, refused):
        return NOTHING_WAITS
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    held = select(func.count(Privilege.site.distinct())).where(
        Privilege.practitioner_id == practitioner_id,
        Privilege.clinic_id == clinic_id,
        Privilege.site.in_(sites),
        Privilege.first_day <= today,
        Privilege.last_day >= today - LATELY,
    )
    return "" if session.scalar(held) == len(set(sites)) else NEVER_HELD
