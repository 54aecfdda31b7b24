"""Holds: appointments that lost their ground, and those already begun, to look back upon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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
from registry.models.hours_on_record import HoursOnRecord, hours_on_record
from registry.queries.diary import treatment_in_words
from registry.queries.restoring import AsItStands, held_as_they_stand
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.days import Span, cover
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.rules.working_hours import why_outside

HELD = (AppointmentState.HELD,)
GIVEN = (AppointmentState.BEGUN, AppointmentState.DONE)
A_PAGE = 25
NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GroundlessAppointment:
    """
    `named` is its type. `patient` is None for those who may not see names; `others` may needle it
    and work then.
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
    stands: AsItStands | None  # of what is on hold

    @property
    def what(self) -> str:
        return treatment_in_words(self.named, self.sites)

    @property
    def who_else(self) -> str:
        """The first few names, and how many more; whoever has it first, if they may again."""
        again = self._again
        if self.stands and self.stands.for_nobody and self._may_be_told:
            return f"{again} {self.stands.advice}" if again else self._nobody
        if self.treatment is not Treatment.NEEDLING:
            return again or "Anybody who works here that day."
        if not self.others:
            return again or "Nobody else here holds the privilege and works then."
        more = len(self.others) - NAMES_SHOWN
        shown = ", ".join(self.others[:NAMES_SHOWN])
        told = f"{shown} and {more} more" if more > 0 else shown
        return f"{again} Also {told}." if again else told

    @property
    def _again(self) -> str:
        if self.stands is None or not self.stands.ground_back or not self._may_be_told:
            return ""
        but = self.stands.in_the_way
        return f"{self.practitioner} again{f', but {but}.' if but else ': restore it.'}"

    @property
    def _nobody(self) -> str:
        return f"Nobody, for {self.stands.in_the_way}. {self.stands.advice}" if self.stands else ""

    @property
    def _may_be_told(self) -> bool:
        """That there is a note about a patient is for those who may see the patient."""
        noted = self.stands and (self.stands.forbids or self.stands.waits)
        return self.patient is not None or not noted


@dataclass(frozen=True, slots=True)
class Groundless:
    appointments: list[GroundlessAppointment]
    first: int
    total: int
    ground_back: int = 0  # of all of them, not only of this page
    restorable: int = 0  # of those, what nothing else speaks against

    @property
    def last(self) -> int:
        return self.first + len(self.appointments) - 1


def on_hold_at(actor: Actor, place: ClinicSeen, *, page: int, now: datetime) -> Groundless:
    """Soonest first, each with who else holds the privilege; in six statements."""
    stands = held_as_they_stand(now, Appointment.clinic_id == place.id)
    return _groundless(actor, place, page, HELD, stands)


def to_look_back_upon(actor: Actor, place: ClinicSeen, *, page: int) -> Groundless:
    """Begun or done before their ground was found missing, latest first; in one statement."""
    return _groundless(actor, place, page, GIVEN, {})


def _groundless(
    actor: Actor,
    place: ClinicSeen,
    page: int,
    states: Collection[AppointmentState],
    stands: Mapping[int, AsItStands],
) -> Groundless:
    first = (page - 1) * A_PAGE
    rows = db.session.execute(_appointments(place, states).offset(first).limit(A_PAGE)).all()
    named = may(actor, Action.SEE_PATIENT, Subject(frozenset({place.id})))
    others = _who_else(place, rows) if rows and states is HELD else {}
    return Groundless(
        [_one(row, named, others.get(row.id, ()), stands.get(row.id)) for row in rows],
        first + 1,
        rows[0].total if rows else 0,
        sum(one.ground_back for one in stands.values()),
        sum(one.restorable for one in stands.values()),
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


def _one(
    row: Any, named: bool, others: tuple[str, ...], stands: AsItStands | None
) -> GroundlessAppointment:
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
        stands=stands,
    )


def _who_else(place: ClinicSeen, rows: Collection[Any]) -> dict[int, tuple[str, ...]]:
    """
    For each appointment, whoever holds every privilege it asks for and works then; free or not is
    not asked.
    """
    if not any(row.sites for row in rows):
        return {}
    days = [day for row in rows for day in (row.first_day, row.last_day)]
    hours = hours_on_record(db.session(), [place.id], min(days), max(days))
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
            and _works_then(hours, place, row, who)
        )
        for row in rows
    }


def _works_then(hours: HoursOnRecord, place: ClinicSeen, row: Any, who: int) -> bool:
    slot, working = Slot(row.starts_at, row.ends_at), hours.of(who, place.id)
    return not why_outside(slot, ZoneInfo(place.zone), hours.at(place.id), working)
