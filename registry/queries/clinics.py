"""Clinics: which there are, and what is on record of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Adoption,
    AdoptionState,
    Appointment,
    Clinic,
    Engagement,
    Room,
    db,
)
from registry.models.appointments import keeps_room
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.vocabulary import Role

IS_ADOPTED = (
    select(Adoption.id)
    .where(Adoption.jurisdiction == Clinic.jurisdiction, Adoption.state == AdoptionState.ACTIVE)
    .exists()
)


@dataclass(frozen=True, slots=True)
class ClinicName:
    id: int
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class ClinicLine:
    id: int
    name: str
    jurisdiction: str
    zone: str
    rooms: int
    practitioners: int
    adopted: bool  # somebody adopted the requirement sets of its jurisdiction
    has_hours: bool


@dataclass(frozen=True, slots=True)
class RoomLine:
    """`fit_for` are the numbers of the treatment types it is fit for; none: for every one."""

    id: int
    name: str
    closed_from: date | None
    fit_for: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClinicSettings:
    id: int
    name: str
    address: str
    jurisdiction: str
    zone: str
    rooms: list[RoomLine]
    may_change: bool
    may_export: bool
    adopted: bool
    takes_provisional: bool
    reminder_bands: tuple[int, ...] = ()


def clinics_of(actor: Actor, *roles: Role) -> list[ClinicName]:
    """Where they hold one of the roles (any role, where none is told), by name."""
    reached = actor.clinics(*(roles or tuple(Role)))
    wanted = select(Clinic.id, Clinic.name, Clinic.zone).order_by(Clinic.name, Clinic.id)
    if reached is not None:
        wanted = wanted.where(Clinic.id.in_(reached))
    return [ClinicName(row.id, row.name, row.zone) for row in db.session.execute(wanted)]


def clinic_lines(actor: Actor) -> list[ClinicLine]:
    """The clinics whose settings they may see, by name, in one statement."""
    rooms = select(func.count()).where(Room.clinic_id == Clinic.id).scalar_subquery()
    people = (
        select(func.count(Engagement.practitioner_id.distinct()))
        .where(Engagement.clinic_id == Clinic.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Clinic.id,
            Clinic.name,
            Clinic.jurisdiction,
            Clinic.zone,
            rooms,
            people,
            IS_ADOPTED,
            Clinic.hours,
        ).order_by(Clinic.name, Clinic.id)
    )
    return [
        ClinicLine(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]), bool(row[7]))
        for row in rows
        if may(actor, Action.SEE_CLINIC, Subject(frozenset({row.id})))
    ]


def clinic_settings(*, actor: Actor, clinic_id: int) -> ClinicSettings:
    """Raises NotFound, NotAllowed."""
    subject = Subject(frozenset({clinic_id}))
    require(actor, Action.SEE_CLINIC, subject)
    clinic = db.session.get(Clinic, clinic_id)
    if clinic is None:
        raise NotFound("There is no such record.", action=Action.SEE_CLINIC, subject=subject)
    return ClinicSettings(
        id=clinic.id,
        name=clinic.name,
        address=clinic.address,
        jurisdiction=clinic.jurisdiction,
        zone=clinic.zone,
        rooms=[
            RoomLine(room.id, room.name, room.closed_from, tuple(room.fit_for))
            for room in clinic.rooms
        ],
        may_change=may(actor, Action.CHANGE_CLINIC, subject),
        may_export=may(actor, Action.EXPORT_SCHEDULE, subject),
        adopted=bool(db.session.scalar(select(IS_ADOPTED).where(Clinic.id == clinic_id))),
        takes_provisional=clinic.takes_provisional,
        reminder_bands=tuple(clinic.reminder_bands),
    )


def first_booked_in(actor: Actor, *, clinic_id: int, room_id: int, since: date) -> date | None:
    """The first day from `since` on of which the diary has to be looked at; None if unseen."""
    if not may(actor, Action.SEE_SCHEDULE, Subject(frozenset({clinic_id}))):
        return None
    booked = select(func.min(Appointment.first_day)).where(
        Appointment.clinic_id == clinic_id, keeps_room(room_id, since)
    )
    return db.session.scalar(booked)
