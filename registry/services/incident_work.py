"""Incidents are worked off: an owner, steps, a finding for each treatment, and a conclusion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState, Overtaken
from registry.leave import require
from registry.models import (
    Account,
    Incident,
    IncidentStep,
    IncidentTreatment,
    Practitioner,
    transaction,
)
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.incidents import StepState, TreatmentFinding, may_be_closed
from registry.services.audit_trail import record
from registry.services.typed import typed_line, typed_text

LONGEST_TITLE, LONGEST_NOTE, LONGEST_CONCLUSION = 200, 500, 2000
MOST_STEPS = 50
OVERTAKEN = "Somebody changed this while you looked at it. Look again."
CLOSED = "This incident is closed. It opens again when more is found."


def set_owner(
    *, actor: Actor, incident_id: int, account_id: int | None, seen_version: int, now: datetime
) -> None:
    """
    Who sees to it; None takes it from whoever did. Raises BadInput at `owner` for somebody who
    may not settle it.
    """
    with transaction() as session:
        incident = _open_incident(session, actor, incident_id)
        _refuse_overtaken(incident, seen_version)
        if account_id is not None:
            _refuse_who_may_not(session, incident, account_id)
        before = {"owner": incident.owner_id}
        incident.owner_id = account_id
        _record(
            session, actor, "set owner of incident", incident, now, before, {"owner": account_id}
        )


def add_step(*, actor: Actor, incident_id: int, title: str, now: datetime) -> None:
    """Raises BadInput at `title`."""
    with transaction() as session:
        incident = _open_incident(session, actor, incident_id)
        line = typed_line(title, field="title", longest=LONGEST_TITLE)
        if len(incident.steps) >= MOST_STEPS:
            raise BadInput(f"At most {MOST_STEPS} steps.", field="title")
        step = IncidentStep(incident_id=incident.id, title=line)
        session.add(step)
        session.flush()
        _record(session, actor, "add step to incident", incident, now, None, _step_shown(step))


def settle_step(
    *,
    actor: Actor,
    step_id: int,
    state: StepState,
    note: str,
    seen_version: int,
    now: datetime,
) -> None:
    """Done, not needed for a reason, or open again. Raises BadInput at `note`."""
    with transaction() as session:
        incident_id = _incident_of(session.get(IncidentStep, step_id))
        incident = _open_incident(session, actor, incident_id)
        step = session.get_one(IncidentStep, step_id, populate_existing=True)
        _refuse_overtaken(step, seen_version)
        line = typed_line(note, field="note", longest=LONGEST_NOTE, needed=False)
        if state is StepState.NOT_NEEDED and not line:
            raise BadInput("Say why it is not needed.", field="note")
        before = _step_shown(step)
        step.state, step.note = state, line
        settled = state is not StepState.OPEN
        step.settled_at = now if settled else None
        step.settled_by_name = actor.name if settled else ""
        session.flush()
        _record(session, actor, "settle step of incident", incident, now, before, _step_shown(step))


def record_finding(
    *,
    actor: Actor,
    treatment_id: int,
    finding: TreatmentFinding,
    note: str,
    seen_version: int,
    now: datetime,
) -> None:
    """What came of looking into one treatment. Raises BadInput at `note`."""
    with transaction() as session:
        incident_id = _incident_of(session.get(IncidentTreatment, treatment_id))
        incident = _open_incident(session, actor, incident_id)
        one = session.get_one(IncidentTreatment, treatment_id, populate_existing=True)
        _refuse_overtaken(one, seen_version)
        line = typed_line(note, field="note", longest=LONGEST_NOTE, needed=False)
        before = _finding_shown(one)
        one.finding, one.note = finding, line
        one.found_by_name, one.found_at = actor.name, now
        session.flush()
        _record(session, actor, "record finding", incident, now, before, _finding_shown(one))


def close_incident(
    *, actor: Actor, incident_id: int, conclusion: str, seen_version: int, now: datetime
) -> None:
    """
    Once each treatment has a finding and each step is settled. Raises BadInput at `conclusion`,
    NotInThatState where something is open, Overtaken where more was found since.
    """
    with transaction() as session:
        incident = _open_incident(session, actor, incident_id)
        _refuse_overtaken(incident, seen_version)
        text = typed_text(conclusion, field="conclusion", longest=LONGEST_CONCLUSION)
        findings = [one.finding for one in incident.treatments]
        if not may_be_closed(findings, [step.state for step in incident.steps]):
            raise NotInThatState(
                "It cannot be closed yet: every treatment needs a finding, and every step is done "
                "or has a reason why it is not needed."
            )
        incident.closed_at, incident.closed_by_name = now, actor.name
        incident.conclusion = text
        _record(session, actor, "close incident", incident, now, None, {"conclusion": text})


def note_export(*, actor: Actor, incident_id: int, now: datetime) -> None:
    """Somebody takes it along: that is told in the trail before they have it."""
    with transaction() as session:
        incident = _seen(session, actor, incident_id, Action.SEE_INCIDENT)
        _record(session, actor, "export incident", incident, now)


def _open_incident(session: Session, actor: Actor, incident_id: int) -> Incident:
    """Locked, so that nothing is found or settled while it is being closed."""
    incident = _seen(session, actor, incident_id, Action.SETTLE_INCIDENT)
    if incident.closed_at is not None:
        raise NotInThatState(CLOSED)
    return incident


def _seen(session: Session, actor: Actor, incident_id: int, action: Action) -> Incident:
    incident = session.get(Incident, incident_id, with_for_update=True)
    if incident is None:
        raise NotFound("There is no such record.")
    require(actor, action, subject_of(incident))
    return incident


def subject_of(incident: Incident) -> Subject:
    return Subject(frozenset({incident.clinic_id}), incident.practitioner_id)


def _incident_of(part: IncidentStep | IncidentTreatment | None) -> int:
    if part is None:
        raise NotFound("There is no such record.")
    return part.incident_id


def _refuse_overtaken(seen: Incident | IncidentStep | IncidentTreatment, seen_version: int) -> None:
    if seen.version != seen_version:
        raise Overtaken(OVERTAKEN)


def _refuse_who_may_not(session: Session, incident: Incident, account_id: int) -> None:
    account = session.get(Account, account_id)
    who = account.as_actor() if account is not None and account.closed_at is None else None
    if who is None or not may(who, Action.SETTLE_INCIDENT, subject_of(incident)):
        whose = session.get_one(Practitioner, incident.practitioner_id).name
        raise BadInput(f"Choose a manager of this clinic who is not {whose}.", field="owner")


def _step_shown(step: IncidentStep) -> dict[str, Any]:
    return {"step": step.id, "title": step.title, "state": step.state, "note": step.note}


def _finding_shown(one: IncidentTreatment) -> dict[str, Any]:
    """Without the note, which may be about the patient: more people read the trail."""
    return {"appointment": one.appointment_id, "finding": one.finding}


def _record(
    session: Session,
    actor: Actor,
    action: str,
    incident: Incident,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"incident:{incident.id}",
        at=now,
        clinic_id=incident.clinic_id,
        practitioner_id=incident.practitioner_id,
        before=before,
        after=after,
    )
