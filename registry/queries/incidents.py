"""Incidents: those of a clinic, and one with its treatments, steps and what was known when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Account,
    AccountGrant,
    Appointment,
    Clinic,
    Incident,
    IncidentStep,
    IncidentTreatment,
    Practitioner,
    Verification,
    db,
)
from registry.queries.incident_treatments import A_PAGE, all_in_doubt, first_on, treatments_of
from registry.queries.incident_values import (
    DecisionBehind,
    IncidentLine,
    IncidentPage,
    Incidents,
    StepSeen,
)
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.incidents import FINAL, StepState
from registry.rules.vocabulary import Role


def incidents_at(actor: Actor, place: ClinicSeen, *, page: int) -> Incidents:
    """Open ones first, then the latest; in one statement."""
    require(actor, Action.SEE_INCIDENT, Subject(frozenset({place.id})))
    first = (page - 1) * A_PAGE
    rows = db.session.execute(_lines(place.id).offset(first).limit(A_PAGE)).all()
    lines = [IncidentLine(*row[:-1]) for row in rows]
    return Incidents(lines, first + 1, rows[0].total if rows else 0)


def incident_page(
    actor: Actor, incident_id: int, *, now: datetime, page: int | None = None
) -> IncidentPage:
    """
    With the treatments of this page, or without one with all. Raises NotFound, NotAllowed.

    Eight statements, and one for each adoption there ever was, however many treatments.
    """
    incident, practitioner, clinic, zone, owner, decision = _told_of(incident_id)
    subject = Subject(frozenset({incident.clinic_id}), incident.practitioner_id)
    require(actor, Action.SEE_INCIDENT, subject)
    named = may(actor, Action.SEE_PATIENT, Subject(frozenset({incident.clinic_id})))
    return IncidentPage(
        id=incident.id,
        version=incident.version,
        clinic_id=incident.clinic_id,
        clinic=clinic,
        zone=zone,
        practitioner_id=incident.practitioner_id,
        practitioner=practitioner,
        because=incident.because,
        decision=_behind(decision),
        opened_at=incident.opened_at,
        owner_id=incident.owner_id,
        owner=owner,
        closed_at=incident.closed_at,
        closed_by=incident.closed_by_name,
        conclusion=incident.conclusion,
        steps=tuple(_step(one) for one in incident.steps),
        all=all_in_doubt(incident_id),
        number=page or 1,
        first=first_on(page or 1),
        treatments=treatments_of(incident_id, named, now, page),
        may_settle=may(actor, Action.SETTLE_INCIDENT, subject),
        named=named,
    )


def _told_of(incident_id: int) -> Any:
    """With its practitioner, clinic, zone, owner and decision. Raises NotFound."""
    row = db.session.execute(
        select(Incident, Practitioner.name, Clinic.name, Clinic.zone, Account.name, Verification)
        .join(Practitioner, Practitioner.id == Incident.practitioner_id)
        .join(Clinic, Clinic.id == Incident.clinic_id)
        .outerjoin(Account, Account.id == Incident.owner_id)
        .outerjoin(Verification, Verification.id == Incident.decision_id)
        .where(Incident.id == incident_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    return row


def who_may_own(page: IncidentPage) -> list[tuple[int, str]]:
    """The managers of its clinic, but not whoever it is about."""
    rows = db.session.execute(
        select(Account.id, Account.name)
        .join(AccountGrant)
        .where(
            AccountGrant.role == Role.MANAGER,
            AccountGrant.proposed_by.is_(None),
            (AccountGrant.clinic_id == page.clinic_id) | AccountGrant.clinic_id.is_(None),
            Account.closed_at.is_(None),
            Account.practitioner_id.is_distinct_from(page.practitioner_id),
        )
        .distinct()
        .order_by(Account.name, Account.id)
    )
    return [(row.id, row.name) for row in rows]


def _lines(clinic_id: int) -> Any:
    treated = (
        select(
            IncidentTreatment.incident_id.label("id"),
            func.count().label("treatments"),
            func.sum(case((IncidentTreatment.finding.in_(FINAL), 1), else_=0)).label("found"),
            func.min(Appointment.first_day).label("first_day"),
            func.max(Appointment.last_day).label("last_day"),
        )
        .join(Appointment, Appointment.id == IncidentTreatment.appointment_id)
        .where(Appointment.clinic_id == clinic_id)
        .group_by(IncidentTreatment.incident_id)
        .subquery()
    )
    step = select(func.count()).where(IncidentStep.incident_id == Incident.id)
    return (
        select(
            Incident.id,
            Incident.practitioner_id,
            Practitioner.name,
            Incident.because,
            Incident.opened_at,
            Incident.closed_at,
            Account.name.label("owner"),
            func.coalesce(treated.c.treatments, 0),
            func.coalesce(treated.c.found, 0),
            treated.c.first_day,
            treated.c.last_day,
            step.scalar_subquery(),
            step.where(IncidentStep.state != StepState.OPEN).scalar_subquery(),
            func.count().over().label("total"),
        )
        .join(Practitioner, Practitioner.id == Incident.practitioner_id)
        .outerjoin(Account, Account.id == Incident.owner_id)
        .outerjoin(treated, treated.c.id == Incident.id)
        .where(Incident.clinic_id == clinic_id)
        .order_by(Incident.closed_at.is_not(None), Incident.opened_at.desc(), Incident.id.desc())
    )


def _behind(decision: Verification | None) -> DecisionBehind | None:
    if decision is None:
        return None
    return DecisionBehind(
        decision.credential_id,
        decision.outcome,
        decision.effective_from,
        decision.reason,
        decision.decided_by_name,
        decision.decided_at,
    )


def _step(one: IncidentStep) -> StepSeen:
    return StepSeen(
        one.id, one.title, one.state, one.note, one.settled_by_name, one.settled_at, one.version
    )
