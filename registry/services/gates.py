"""Gates: what is on record before a patient is needled, and what is still to be recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from registry.errors import NotPrepared
from registry.models import Appointment, Clinic, Practitioner
from registry.models.appointments import GateRecord
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.access import Actor
from registry.rules.before_needling import gate_findings, missing_at, questions_about
from registry.rules.eligibility import Decision
from registry.rules.gates import NOTHING_KNOWN, AskedAt
from registry.rules.questions import Circumstances, Question
from registry.rules.vocabulary import AppointmentState, Profession, Treatment
from registry.services.appointment_changes import Whose, record_change, take_back_check_in

#: Fields of `Circumstances` that somebody spoke about, with what they said.
Told = Mapping[str, Any]
NEW_RECORD = insert(GateRecord.metadata.tables[GateRecord.__tablename__])


def latest_record(session: Session, appointment_id: int) -> GateRecord | None:
    return session.scalar(
        select(GateRecord)
        .where(GateRecord.appointment_id == appointment_id)
        .order_by(GateRecord.id.desc())
        .limit(1)
    )


def known_of(session: Session, appointment_id: int) -> Circumstances:
    latest = latest_record(session, appointment_id)
    return latest.circumstances if latest else NOTHING_KNOWN


def refuse_unprepared(
    session: Session, profession: Profession, questions: Sequence[Question]
) -> None:
    """Raises NotPrepared where something that is asked at booking is not known yet."""
    rulebook = rulebook_on_record(session, {question.jurisdiction for question in questions})
    missing = missing_at(AskedAt.BOOKING, gate_findings(rulebook, profession, questions))
    if missing:
        raise NotPrepared(
            "Something about this patient must be on record before needling is booked.",
            (Decision(questions[0], False, tuple(missing), None),),
        )


def ask_gates_anew(
    session: Session,
    *,
    actor: Actor,
    practitioner_ids: Collection[int],
    because: str,
    now: datetime,
) -> list[int]:
    """
    Take back each check-in that lacks what the rules ask by now. Returns the appointments.

    For whoever changes the rules, with the diaries locked. What has started stands as it was
    decided: what was given is not judged by rules made later.
    """
    checked_in = session.execute(
        select(Appointment, Clinic.jurisdiction, Practitioner.profession)
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(
            Appointment.practitioner_id.in_(practitioner_ids),
            Appointment.state == AppointmentState.CONFIRMED,
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.checked_in_at.is_not(None),
            Appointment.starts_at > now,
        )
        .order_by(Appointment.id)
    ).all()
    lacking = [one for one, place, who in checked_in if _lacks_something(session, one, place, who)]
    for one in lacking:
        take_back_check_in(session, actor, one, now, because)
    return [one.id for one in lacking]


def _lacks_something(
    session: Session, one: Appointment, jurisdiction: str, profession: Profession
) -> bool:
    rulebook = rulebook_on_record(session, [jurisdiction])
    days, known = (one.first_day, one.last_day), known_of(session, one.id)
    asked = questions_about(one.clinic_id, jurisdiction, one.sites, days, known)
    return bool(missing_at(AskedAt.CHECK_IN, gate_findings(rulebook, profession, asked)))


def keep_record(
    session: Session,
    actor: Actor,
    appointment_id: int,
    whose: Whose,
    before: Circumstances | None,
    known: Circumstances,
    now: datetime,
    note: str = "",
) -> None:
    """
    One more record, and the entry that tells of it.

    The note stays out of the audit trail, which more people read than may see the patient.
    """
    by = {"recorded_by": actor.account_id, "recorded_by_name": actor.name, "recorded_at": now}
    session.execute(
        NEW_RECORD, {**known._asdict(), **by, "appointment_id": appointment_id, "note": note}
    )
    record_change(
        session,
        actor,
        "record before needling",
        appointment_id,
        before and before._asdict(),
        known._asdict(),
        whose,
        now,
    )
