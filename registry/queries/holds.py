"""Holds: appointments that lost their ground, and those already begun, to look back upon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from registry.models import (
    Appointment,
    Patient,
    Practitioner,
    Privilege,
    Room,
    TreatmentType,
    db,
)
from registry.queries.diary import treatment_in_words
from registry.queries.ground_back import ground_is_back
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.days import Span, cover
from registry.rules.vocabulary import AppointmentState, Treatment

HELD = (AppointmentState.HELD,)
GIVEN = (AppointmentState.BEGUN, AppointmentState.DONE)
A_PAGE = 25
NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GroundlessAppointment:
    """
    `named` is its type. `patient` is None for those who may not see names; `others` may needle it
    then.
    """

    id: int
    starts_at: datetime
    ends_at: datetime
    practitioner_id: int
    practitioner: str
    patient: str | None
    room: str
    treatment: Treatment
    named: str
    sites: tuple[str, ...]
    because: str
    since: datetime | None
    state: AppointmentState
    others: tuple[str, ...]
    ground_back: bool

    @property
    def what(self) -> str:
        return treatment_in_words(self.named, self.sites)

    @property
    def who_else(self) -> str:
        """The first few names, and how many more; whoever has it first, if they may again."""
        again = f"{self.practitioner} again: restore it." if self.ground_back else ""
        if self.treatment is not Treatment.NEEDLING:
            return again or "Anybody who works here that day."
        if not self.others:
            return again or "Nobody else here holds the privilege that day."
        more = len(self.others) - NAMES_SHOWN
        shown = ", ".join(self.others[:NAMES_SHOWN])
        told = f"{shown} and {more} more" if more > 0 else shown
        return f"{again} Also {told}." if again else told


@dataclass(frozen=True, slots=True)
class Groundless:
    appointments: list[GroundlessAppointment]
    first: int
    total: int
    ground_back: int = 0  # of all of them, not only of this page

    @property
    def last(self) -> int:
        return self.first + len(self.appointments) - 1


def on_hold_at(actor: Actor, place: ClinicSeen, *, page: int) -> Groundless:
    """Soonest first, each with who else holds the privilege; in three statements."""
    return _groundless(actor, place, page, HELD)


def to_look_back_upon(actor: Actor, place: ClinicSeen, *, page: int) -> Groundless:
    """Begun or done before their ground was found missing, latest first; in one statement."""
    return _groundless(actor, place, page, GIVEN)


def _groundless(
    actor: Actor, place: ClinicSeen, page: int, states: Collection[AppointmentState]
) -> Groundless:
    first = (page - 1) * A_PAGE
    rows = db.session.execute(_appointments(place, states).offset(first).limit(A_PAGE)).all()
    named = may(actor, Action.SEE_PATIENT, Subject(frozenset({place.id})))
    held = bool(rows) and states is HELD
    others = _who_else(place, rows) if held else {}
    back = ground_is_back(Appointment.clinic_id == place.id) if held else frozenset()
    return Groundless(
        [_one(row, named, others.get(row.id, ()), row.id in back) for row in rows],
        first + 1,
        rows[0].total if rows else 0,
        len(back),
    )


def _appointments(place: ClinicSeen, states: Collection[AppointmentState]) -> Any:
    soonest = Appointment.starts_at
    return (
        select(
            Appointment.id,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.first_day,
            Appointment.last_day,
            Appointment.practitioner_id,
            Practitioner.name.label("practitioner"),
            Patient.name.label("patient"),
            Room.name.label("room"),
            Appointment.treatment,
            TreatmentType.name.label("named"),
            Appointment.sites,
            Appointment.ground_lost_because,
            Appointment.ground_lost_at,
            Appointment.state,
            func.count().over().label("total"),
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .join(Room, Room.id == Appointment.room_id)
        .where(
            Appointment.clinic_id == place.id,
            Appointment.state.in_(states),
            Appointment.ground_lost_at.is_not(None),
        )
        .order_by(soonest.desc() if states is GIVEN else soonest, Appointment.id)
    )


def _one(row: Any, named: bool, others: tuple[str, ...], back: bool) -> GroundlessAppointment:
    return GroundlessAppointment(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        practitioner_id=row.practitioner_id,
        practitioner=row.practitioner,
        patient=row.patient if named else None,
        room=row.room,
        treatment=row.treatment,
        named=row.named,
        sites=tuple(row.sites),
        because=row.ground_lost_because,
        since=row.ground_lost_at,
        state=row.state,
        others=others,
        ground_back=back,
    )


def _who_else(place: ClinicSeen, rows: Collection[Any]) -> dict[int, tuple[str, ...]]:
    """For each appointment, whoever holds every privilege it asks for; free or not is not asked."""
    if not any(row.sites for row in rows):
        return {}
    covering = select(
        Privilege.practitioner_id,
        Practitioner.name,
        Privilege.site,
        Privilege.first_day,
        Privilege.last_day,
    ).join(Practitioner, Practitioner.id == Privilege.practitioner_id)
    spans: defaultdict[tuple[int, str], dict[str, list[Span]]] = defaultdict(dict)
    for who, name, site, first_day, last_day in db.session.execute(
        covering.where(
            Practitioner.archived_at.is_(None),
            Privilege.clinic_id == place.id,
            Privilege.site.in_({site for row in rows for site in row.sites}),
            Privilege.first_day <= max(row.first_day for row in rows),
            Privilege.last_day >= min(row.last_day for row in rows),
        ).order_by(Practitioner.name)
    ):
        spans[who, name].setdefault(site, []).append(Span(first_day, last_day))
    return {
        row.id: tuple(
            name
            for (who, name), held in spans.items()
            if who != row.practitioner_id
            and all(
                cover(held.get(site, ()), Span(row.first_day, row.last_day)) for site in row.sites
            )
        )
        for row in rows
    }
