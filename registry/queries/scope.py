"""Scope: the clinics a person may look into for what they came to do, each with its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Adoption, Clinic, db
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.vocabulary import Role


@dataclass(frozen=True, slots=True)
class ClinicSeen:
    id: int
    name: str
    zone: str
    jurisdiction: str
    adopted: bool  # somebody adopted the requirement sets of its jurisdiction

    def day_at(self, moment: datetime) -> date:
        """The day it is there."""
        return moment.astimezone(ZoneInfo(self.zone)).date()


def clinic_for(actor: Actor, action: Action, clinic_id: int | None) -> ClinicSeen:
    """
    That clinic, or where none is named the first at which they may do this. In one statement.

    Raises NotFound or NotAllowed, as the matrix says.
    """
    if clinic_id is None:
        return _first(actor, action)
    require(actor, action, Subject(frozenset({clinic_id})))
    found = _clinics(Clinic.id == clinic_id)
    if not found:
        raise NotFound("There is no such record.")
    return found[0]


def clinics_seen(actor: Actor, action: Action) -> list[ClinicSeen]:
    """Every clinic at which they may do this, by name; perhaps none."""
    reached = _reached(actor)
    return [one for one in reached if may(actor, action, Subject(frozenset({one.id})))]


def _first(actor: Actor, action: Action) -> ClinicSeen:
    reached = _reached(actor)
    if not reached:
        raise NotFound("No clinic is yours yet. An administrator can add you to one.")
    for one in reached:
        if may(actor, action, Subject(frozenset({one.id}))):
            return one
    require(actor, action, Subject(frozenset({reached[0].id})))
    return reached[0]


def _reached(actor: Actor) -> list[ClinicSeen]:
    clinics = actor.clinics(*Role)
    return _clinics(*([] if clinics is None else [Clinic.id.in_(clinics)]))


def _clinics(*where: object) -> list[ClinicSeen]:
    adopted = select(Adoption.id).where(Adoption.jurisdiction == Clinic.jurisdiction).exists()
    rows = db.session.execute(
        select(Clinic.id, Clinic.name, Clinic.zone, Clinic.jurisdiction, adopted)
        .where(*where)  # type: ignore[arg-type]
        .order_by(Clinic.name, Clinic.id)
    )
    return [ClinicSeen(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]
