"""Incidents are opened with whatever put treatments in doubt, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import (
    Appointment,
    Incident,
    IncidentStep,
    IncidentTreatment,
    Verification,
)
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.holds import cause_of
from registry.rules.incidents import standard_steps
from registry.services.audit_trail import record
from registry.services.holds import LostGround

LONGEST_CAUSE = 200


def look_back_upon(
    session: Session,
    *,
    actor: Actor,
    lost: Collection[LostGround],
    because: str,
    cause: str,
    now: datetime,
) -> None:
    """
    An incident for each clinic and practitioner with treatments among them that had begun.

    What is found later for the same cause joins the incident there is, and reopens it if it was
    closed. It is the deciding manager's, if the clinic is theirs to manage, else nobody's yet.
    """
    begun = [one.id for one in lost if one.begun]
    if not begun:
        return
    told = cause_of(cause)
    by_decision = told is not None and told.sort == "verification"
    decision = session.get(Verification, told.number) if told and by_decision else None
    about = f"credential:{decision.credential_id}" if decision else because[:LONGEST_CAUSE]
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for row in session.execute(
        select(Appointment.id, Appointment.clinic_id, Appointment.practitioner_id)
        .where(Appointment.id.in_(begun))
        .order_by(Appointment.starts_at, Appointment.id)
    ):
        found[row.clinic_id, row.practitioner_id].append(row.id)
    for (clinic_id, practitioner_id), numbers in sorted(found.items()):
        wanted = Incident(
            clinic_id=clinic_id,
            practitioner_id=practitioner_id,
            about=about,
            because=because[:500],
            decision_id=decision.id if decision else None,
            opened_at=now,
        )
        _join(session, actor, wanted, decision, numbers, now)


def _join(
    session: Session,
    actor: Actor,
    wanted: Incident,
    decision: Verification | None,
    numbers: list[int],
    now: datetime,
) -> None:
    there = session.scalar(
        select(Incident)
        .where(
            Incident.clinic_id == wanted.clinic_id,
            Incident.practitioner_id == wanted.practitioner_id,
            Incident.about == wanted.about,
        )
        .with_for_update()
    )
    incident = there or _opened(session, actor, wanted, decision)
    session.add_all(
        IncidentTreatment(incident_id=incident.id, appointment_id=number, joined_at=now)
        for number in numbers
    )
    action = "open incident"
    if there is not None:
        action = "add to incident" if there.closed_at is None else "reopen incident"
        there.closed_at, there.closed_by_name, there.conclusion = None, "", ""
        there.joined += 1  # a new version: whoever is about to close it has not seen these
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"incident:{incident.id}",
        at=now,
        clinic_id=incident.clinic_id,
        practitioner_id=incident.practitioner_id,
        after={"appointments": numbers, "owner": incident.owner_id, "cause": incident.about},
        reason=wanted.because,
    )


def _opened(
    session: Session, actor: Actor, incident: Incident, decision: Verification | None
) -> Incident:
    there = Subject(frozenset({incident.clinic_id}), incident.practitioner_id)
    if may(actor, Action.SETTLE_INCIDENT, there):
        incident.owner_id = actor.account_id
    steps = standard_steps(decision.outcome if decision else None)
    incident.steps = [IncidentStep(title=title) for title in steps]
    session.add(incident)
    session.flush()
    return incident
