"""Scope: the clinics a person may look into for what they came to do, each with its clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Adoption, AdoptionState, Clinic, db
from registry.queries.opens_first import opens_first
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


def clinic_for(
    actor: Actor, action: Action, clinic_id: int | None, last_seen: int | None = None
) -> ClinicSeen:
    """As `clinic_among` all that they reach."""
    return clinic_among(clinics_reached(actor), actor, action, clinic_id, last_seen)


def clinic_among(
    reached: Sequence[ClinicSeen],
    actor: Actor,
    action: Action,
    clinic_id: int | None,
    last_seen: int | None = None,
) -> ClinicSeen:
    """
    That clinic, or where none is named the one that opens first of those where they may do this.

    Raises NotFound or NotAllowed, as the matrix says.
    """
    if clinic_id is None:
        return _first(reached, actor, action, last_seen)
    require(actor, action, Subject(frozenset({clinic_id})))
    found = next((one for one in reached if one.id == clinic_id), None)
    if found is None:
        raise NotFound("There is no such record.")
    return found


def clinics_seen(actor: Actor, action: Action) -> list[ClinicSeen]:
    """Every clinic at which they may do this, by name; perhaps none."""
    reached = clinics_reached(actor)
    return [one for one in reached if may(actor, action, Subject(frozenset({one.id})))]


def clinics_reached(actor: Actor) -> list[ClinicSeen]:
    """Where they hold any role, by name. One statement."""
    ids = actor.clinics(*Role)
    if ids is None:
        rows = db.session.connection().execute(_every_clinic())
    else:
        rows = db.session.connection().execute(_some_clinics(), {"ids": sorted(ids)})
    return [ClinicSeen(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def _first(
    reached: Sequence[ClinicSeen], actor: Actor, action: Action, last_seen: int | None
) -> ClinicSeen:
    if not reached:
        raise NotFound("No clinic is yours yet. An administrator can add you to one.")
    theirs = {one.id: one for one in reached if may(actor, action, Subject(frozenset({one.id})))}
    if not theirs:
        require(actor, action, Subject(frozenset({reached[0].id})))
    return theirs[opens_first(actor, list(theirs), last_seen)]


@cache
def _every_clinic() -> Any:
    adopted = (
        select(Adoption.id)
        .where(Adoption.jurisdiction == Clinic.jurisdiction, Adoption.state == AdoptionState.ACTIVE)
        .exists()
    )
    return select(Clinic.id, Clinic.name, Clinic.zone, Clinic.jurisdiction, adopted).order_by(
        Clinic.name, Clinic.id
    )


@cache
def _some_clinics() -> Any:
    return _every_clinic().where(Clinic.id.in_(bindparam("ids", expanding=True)))
