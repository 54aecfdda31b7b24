"""Patients: found at one clinic by reference or by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Text, bindparam, func, select

from registry.leave import require
from registry.models import Appointment, Patient, db
from registry.rules.access import Action, Actor, Subject
from registry.rules.text import folded
from registry.rules.vocabulary import AppointmentState

MOST_FOUND = 12
ON_A_PAGE = 25
#: So often somebody has treated a patient before it is said that they see them usually.
USUAL_FROM = 2


@dataclass(frozen=True, slots=True)
class PatientName:
    id: int
    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class PatientThere:
    """One of those found at several clinics."""

    id: int
    reference: str
    name: str
    clinic_id: int


@dataclass(frozen=True, slots=True)
class PatientLine:
    id: int
    reference: str
    name: str
    language: str
    phone: str


def patients_of(
    actor: Actor, clinic_id: int, words: str, page: int
) -> tuple[list[PatientLine], bool]:
    """
    Those whose name or reference has the words in it, all without any; and whether more follow.

    By name, `ON_A_PAGE` at a time. One statement, which reads patients of that clinic only.
    """
    require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    wanted = select(
        Patient.id, Patient.reference, Patient.name, Patient.language, Patient.phone
    ).where(Patient.clinic_id == clinic_id)
    if words:
        part = f"%{_escaped(folded(words))}%"
        wanted = wanted.where(
            func.lower(Patient.reference).like(part, escape="/")
            | func.lower(Patient.name).like(part, escape="/")
        )
    rows = db.session.execute(
        wanted.order_by(Patient.name, Patient.id)
        .offset((page - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE + 1)
    ).all()
    return [PatientLine(*row) for row in rows[:ON_A_PAGE]], len(rows) > ON_A_PAGE


def find_patients(actor: Actor, clinic_id: int, words: str) -> list[PatientName]:
    """
    The one with exactly this reference; else those whose name or reference has the words in it.

    At most `MOST_FOUND`, by name. One statement. For those who book there.
    """
    found = patients_among(actor, [clinic_id], words)
    return [PatientName(one.id, one.reference, one.name) for one in found]


def patients_among(actor: Actor, clinic_ids: Collection[int], words: str) -> list[PatientThere]:
    """As `find_patients`, at any of these clinics; with this reference one at each."""
    for clinic_id in clinic_ids:
        require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    if not words:
        return []
    lowered = folded(words)
    asked = {"clinics": list(clinic_ids), "lowered": lowered, "part": f"%{_escaped(lowered)}%"}
    rows = db.session.execute(_named(), asked)
    found = [PatientThere(row.id, row.reference, row.name, row.clinic_id) for row in rows]
    exact = {one.clinic_id: one for one in reversed(found) if folded(one.reference) == lowered}
    return list(exact.values()) or found


def _escaped(words: str) -> str:
    """Each letter stands for itself, also one that means any letter in a pattern."""
    return words.replace("/", "//").replace("%", "/%").replace("_", "/_")


@cache
def _named() -> Any:
    """Put together once, for every booking asks it."""
    lowered, part = bindparam("lowered", type_=Text), bindparam("part", type_=Text)
    reference, name = func.lower(Patient.reference), func.lower(Patient.name)
    return (
        select(Patient.id, Patient.reference, Patient.name, Patient.clinic_id)
        .where(
            Patient.clinic_id.in_(bindparam("clinics", expanding=True)),
            reference.like(part, escape="/") | name.like(part, escape="/"),
        )
        .order_by(reference != lowered, Patient.name, Patient.id)
        .limit(MOST_FOUND)
    )


def usual_practitioner(actor: Actor, clinic_id: int, patient_id: int) -> int | None:
    """Whoever treated this patient most often, if it was more than once. One statement."""
    require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    times = func.count()
    return db.session.scalar(
        select(Appointment.practitioner_id)
        .where(
            Appointment.clinic_id == clinic_id,
            Appointment.patient_id == patient_id,
            Appointment.state == AppointmentState.DONE,
        )
        .group_by(Appointment.practitioner_id)
        .having(times >= USUAL_FROM)
        .order_by(times.desc(), func.max(Appointment.starts_at).desc())
        .limit(1)
    )


def treated_by(actor: Actor, clinic_ids: Collection[int], patient_id: int) -> set[int]:
    """Practitioners who have treated this patient at one of these clinics. One statement."""
    for clinic_id in clinic_ids:
        require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    return set(
        db.session.scalars(
            select(Appointment.practitioner_id)
            .where(
                Appointment.clinic_id.in_(clinic_ids),
                Appointment.patient_id == patient_id,
                Appointment.state == AppointmentState.DONE,
            )
            .distinct()
        )
    )
