"""The ground of a provisional booking: a renewal waits that would give what lapses before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.facts_on_record import facts_on_record
from registry.models.privileges import Privilege
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.provisional import waits_for_a_check
from registry.rules.questions import Question

NOT_TAKEN = "This clinic takes no provisional bookings."
NOTHING_WAITS = "Nothing that waits to be checked would change that."
NEVER_HELD = "Only somebody who may needle it now, or did until lately, is booked provisionally."
#: What ended longer ago is not renewed but begun anew.
LATELY = timedelta(days=90)


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
