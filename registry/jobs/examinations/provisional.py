"""Provisional appointments: does each wait for something, and is none covered already?"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.models import Activation, Appointment, Phase
from registry.models.derived_privileges import stored_privileges
from registry.models.facts_on_record import facts_on_record
from registry.models.provisional_ground import NEVER_HELD, why_not_provisional
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.days import Span, cover
from registry.rules.eligibility import decide
from registry.rules.questions import Question
from registry.rules.vocabulary import AppointmentState


def provisional_appointments(session: Session) -> Iterator[str]:
    """
    Those to come. While an activation goes on, whom it has yet to judge waits by the rules before.

    That somebody could needle lately was asked when it was booked: days alone take that away.
    """
    if session.scalar(select(Activation.adoption_id).where(Activation.phase != Phase.DONE)):
        return
    wanted = (
        select(Appointment)
        .where(Appointment.state == AppointmentState.PROVISIONAL, Appointment.starts_at > now())
        .order_by(Appointment.id)
    )
    for one in session.scalars(wanted).all():
        days = Span(*one.slot.days_in(ZoneInfo(one.clinic.zone)))
        if days != Span(one.first_day, one.last_day):
            yield f"Appointment {one.id} is provisional, and kept under days that are not its own."
        if fault := _fault_of(session, one, days):
            yield f"Appointment {one.id} is provisional on {days.first}, but {fault}"


def _fault_of(session: Session, one: Appointment, days: Span) -> str:
    """Empty where it waits as it should."""
    who, place = one.practitioner_id, one.clinic
    held = stored_privileges(session, [who])[who]
    if all(cover(held.get((place.id, site), ()), days) for site in one.sites):
        return "its practitioner may give it by now: it should be confirmed."
    facts = facts_on_record(session, [who])[who]
    rulebook = rulebook_on_record(session, [place.jurisdiction])
    asked = [
        Question(place.id, place.jurisdiction, site, day)
        for site in one.sites
        for day in dict.fromkeys(days)
    ]
    refused = [question for question in asked if not decide(facts, rulebook, question).eligible]
    why = why_not_provisional(session, who, place.id, one.sites, refused, now())
    return f"it should be on hold. {why}" if why not in ("", NEVER_HELD) else ""
