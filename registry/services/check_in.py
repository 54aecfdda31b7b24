"""Checking in: a patient is needled only once everything that is asked is met, on that very day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from registry.errors import NotInThatState, NotPrepared, NotPrivileged, Overtaken
from registry.models import Appointment, Clinic, Practitioner, transaction
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.access import Action, Actor
from registry.rules.arrivals import stands
from registry.rules.before_needling import questions_about
from registry.rules.eligibility import Decision, decide
from registry.rules.gates import NOTHING_KNOWN
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Treatment
from registry.rules.wording import day_in_words
from registry.services.appointment_changes import (
    appointment_to_change,
    as_audited,
    record_change,
    take_back_check_in,
)
from registry.services.contraindications import refuse_uncleared
from registry.services.gates import Told, keep_record, known_of, latest_record
from registry.services.typed import typed_line

LONGEST_NOTE = 200


def check_in(
    *, actor: Actor, appointment_id: int, now: datetime, seen_version: int | None = None
) -> None:
    """
    The patient is here. For needling everything is decided anew, by what is on record now.

    Raises NotPrivileged with every reason, NotPrepared where only something about the patient is
    missing, NotCleared or Contraindicated where something noted of them speaks against it, and
    NotInThatState on any other day than its own.
    """
    with transaction() as session:
        old = _to_change(session, actor, appointment_id, seen_version)
        if old.checked_in_at is not None:
            raise NotInThatState("The patient is checked in already.")
        clinic = session.get_one(Clinic, old.clinic_id)
        _refuse_other_days(old, now.astimezone(ZoneInfo(clinic.zone)).date())
        if old.treatment is Treatment.NEEDLING:
            _refuse_unready(session, old, clinic)
            refuse_uncleared(session, old, old.id)
        before = as_audited(old)
        old.checked_in_at, old.checked_in_by = now, actor.account_id
        session.flush()
        record_change(session, actor, "check in", old.id, before, as_audited(old), old, now)


def undo_check_in(
    *, actor: Actor, appointment_id: int, now: datetime, seen_version: int | None = None
) -> None:
    """It was a mistake, or the patient left again. Possible until it is marked as done."""
    with transaction() as session:
        old = _to_change(session, actor, appointment_id, seen_version)
        if old.checked_in_at is None:
            raise NotInThatState("The patient is not checked in.")
        take_back_check_in(session, actor, old, now)


def record_gates(
    *,
    actor: Actor,
    appointment_id: int,
    told: Told,
    now: datetime,
    seen_record: int = 0,
    note: str = "",
) -> bool:
    """
    Whether that took a check-in back.

    Consent, a referral, a physician's word: what was `told` is added to what is on record.

    `seen_record` is the latest record the person looked at, or 0: raises Overtaken if there is a
    later one. Whoever was checked in is no longer, for that was decided without it.
    """
    with transaction() as session:
        old = appointment_to_change(session, actor, appointment_id, None, Action.MARK_DONE)
        if old.state not in KEEPS_ITS_SLOT:
            raise NotInThatState(
                f"This appointment is {stands(old.state)} and can no longer be changed."
            )
        if old.treatment is not Treatment.NEEDLING:
            raise NotInThatState("This is kept for needling only.")
        latest = latest_record(session, old.id)
        if (latest.id if latest else 0) != seen_record:
            raise Overtaken("Somebody recorded something meanwhile. Look again.")
        before = latest.circumstances if latest else None
        known = (before or NOTHING_KNOWN)._replace(**told)
        kept = typed_line(note, field="note", longest=LONGEST_NOTE, needed=False)
        keep_record(session, actor, old.id, old, before, known, now, kept)
        was_in = old.checked_in_at is not None
        if was_in:
            take_back_check_in(session, actor, old, now)
        return was_in


def _to_change(
    session: Session, actor: Actor, appointment_id: int, seen_version: int | None
) -> Appointment:
    old = appointment_to_change(session, actor, appointment_id, seen_version, Action.MARK_DONE)
    if old.state is not AppointmentState.CONFIRMED:
        raise NotInThatState(f"This appointment is {stands(old.state)}.")
    return old


def _refuse_other_days(old: Appointment, today: date) -> None:
    if not old.first_day <= today <= old.last_day:
        raise NotInThatState(
            f"This appointment is on {day_in_words(old.first_day)}. "
            "Patients are checked in on the day itself."
        )


def _refuse_unready(session: Session, old: Appointment, clinic: Clinic) -> None:
    who = session.get_one(Practitioner, old.practitioner_id)
    if who.archived_at is not None:
        raise NotInThatState(f"Not checked in: {who.name} does not work here any more.")
    rulebook = rulebook_on_record(session, [clinic.jurisdiction])
    facts = facts_on_record(session, [old.practitioner_id])[old.practitioner_id]
    days, known = (old.first_day, old.last_day), known_of(session, old.id)
    asked = questions_about(clinic.id, clinic.jurisdiction, old.sites, days, known)
    decisions = [decide(facts, rulebook, question) for question in asked]
    refused = tuple(decision for decision in decisions if not decision.eligible)
    if not refused:
        return
    if _is_only_unprepared(refused):
        raise NotPrepared("Not checked in: something is still needed before needling.", refused)
    raise NotPrivileged(f"Not checked in: {who.name} may not needle this today.", refused)


def _is_only_unprepared(refused: tuple[Decision, ...]) -> bool:
    return all(f.requirement.gate for decision in refused for f in decision.refusals)
