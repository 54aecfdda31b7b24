"""Appointments on hold whose ground is back, so that they may stand again."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from registry.models import Appointment, Practitioner, Privilege
from registry.models.appointments import WORKS_THERE
from registry.rules.vocabulary import AppointmentState

#: One span is enough: they are the longest there are.
COVERS = and_(
    Privilege.practitioner_id == Appointment.practitioner_id,
    Privilege.clinic_id == Appointment.clinic_id,
    Privilege.first_day <= Appointment.first_day,
    Privilege.last_day >= Appointment.last_day,
)


def ground_is_back(session: Session, *which: ColumnElement[bool]) -> frozenset[int]:
    """
    Those of the held appointments; whether the patient and the room are free is not asked.

    One statement.
    """
    asked: dict[int, frozenset[str]] = {}
    held: defaultdict[int, set[str]] = defaultdict(set)
    for number, sites, site in session.execute(
        select(Appointment.id, Appointment.sites, Privilege.site)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .outerjoin(Privilege, COVERS)
        .where(
            Appointment.state == AppointmentState.HELD,
            Practitioner.archived_at.is_(None),
            WORKS_THERE,
            *which,
        )
    ):
        asked[number] = frozenset(sites)
        held[number].add(site)
    return frozenset(number for number, sites in asked.items() if sites <= held[number])
