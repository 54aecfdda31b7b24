"""The treatments of an incident: all of them counted, and those of one page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from registry.models import Appointment, IncidentTreatment, Patient, TreatmentType, db
from registry.queries.diary import treatment_in_words
from registry.queries.incident_values import InDoubt, TreatmentSeen
from registry.queries.known_then import KnownThen, known_of
from registry.rules.incidents import FINAL

A_PAGE = 25


def page_with(incident_id: int, in_doubt_id: int) -> int:
    """The page on which this treatment is; the first for one of another incident."""
    wanted = (
        select(Appointment.starts_at, Appointment.id)
        .join(IncidentTreatment, IncidentTreatment.appointment_id == Appointment.id)
        .where(
            IncidentTreatment.incident_id == incident_id,
            IncidentTreatment.id == in_doubt_id,
        )
    )
    if (found := db.session.execute(wanted).one_or_none()) is None:
        return 1
    before = (
        select(func.count())
        .select_from(IncidentTreatment)
        .join(Appointment, Appointment.id == IncidentTreatment.appointment_id)
        .where(
            IncidentTreatment.incident_id == incident_id,
            or_(
                Appointment.starts_at < found.starts_at,
                and_(Appointment.starts_at == found.starts_at, Appointment.id < found.id),
            ),
        )
    )
    return 1 + (db.session.scalar(before) or 0) // A_PAGE


def first_on(page: int) -> int:
    """Counted from 1."""
    return (page - 1) * A_PAGE + 1


def all_in_doubt(incident_id: int) -> InDoubt:
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((IncidentTreatment.finding.in_(FINAL), 1), else_=0)), 0),
            func.count(Appointment.patient_id.distinct()),
            func.min(Appointment.first_day),
            func.max(Appointment.last_day),
        )
        .select_from(IncidentTreatment)
        .join(Appointment, Appointment.id == IncidentTreatment.appointment_id)
        .where(IncidentTreatment.incident_id == incident_id)
    ).one()
    return InDoubt(*row)


def treatments_of(
    incident_id: int, named: bool, now: datetime, page: int | None
) -> tuple[TreatmentSeen, ...]:
    wanted = (
        select(IncidentTreatment, Appointment, Patient.name, Patient.reference, TreatmentType.name)
        .join(Appointment, Appointment.id == IncidentTreatment.appointment_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(IncidentTreatment.incident_id == incident_id)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if page is not None:
        wanted = wanted.offset((page - 1) * A_PAGE).limit(A_PAGE)
    rows: Sequence[Any] = db.session.execute(wanted).all()
    known = known_of([row[1] for row in rows], now)
    return tuple(_treatment(row, named, known.get(row[1].id, ())) for row in rows)


def _treatment(row: Any, named: bool, known: Collection[KnownThen]) -> TreatmentSeen:
    one, given, patient, reference, its_type = row
    return TreatmentSeen(
        id=one.id,
        appointment_id=given.id,
        starts_at=given.starts_at,
        ends_at=given.ends_at,
        first_day=given.first_day,
        last_day=given.last_day,
        patient_id=given.patient_id,
        patient=patient if named else None,
        reference=reference if named else None,
        what=treatment_in_words(its_type, given.sites),
        sites=tuple(given.sites),
        state=given.state,
        joined_at=one.joined_at,
        finding=one.finding,
        note=one.note if named else "",
        by=one.found_by_name,
        at=one.found_at,
        version=one.version,
        known=tuple(known),
    )
