"""One appointment: what it is, what became of it, and what this person may do with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Appointment, AuditEntry, Patient, Practitioner, Room, db
from registry.queries.diary import treatment_in_words
from registry.queries.ground_back import ground_is_back
from registry.queries.premises import Place, place
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.rules.wording import day_in_words

MOST_HISTORY = 50


@dataclass(frozen=True, slots=True)
class Event:
    """`changes` pairs a word with what it is since."""

    at: datetime
    action: str
    by: str
    reason: str
    changes: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    id: int
    version: int
    place: Place
    practitioner_id: int
    practitioner: str
    room_id: int
    room: str
    patient_id: int
    patient: str | None
    reference: str | None
    treatment: Treatment
    sites: tuple[str, ...]
    slot: Slot
    state: AppointmentState
    ground_lost_because: str
    ground_back: bool  # it is on hold, but need not be
    actions: frozenset[Action]

    @property
    def what(self) -> str:
        return treatment_in_words(self.treatment, self.sites)

    @property
    def open(self) -> bool:
        """It can still be changed."""
        return self.state in (AppointmentState.CONFIRMED, AppointmentState.HELD)


def appointment(actor: Actor, appointment_id: int) -> AppointmentPage:
    """
    Two statements, three for one on hold.

    Raises NotFound, also where the schedule is not theirs to see.
    """
    row = db.session.execute(
        select(Appointment, Practitioner.name, Room.name, Patient.name, Patient.reference)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .where(Appointment.id == appointment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    subject = _subject(row[0])
    require(actor, Action.SEE_SCHEDULE, subject)
    return _page(
        row, place(row[0].clinic_id), frozenset(a for a in Action if may(actor, a, subject))
    )


def history(actor: Actor, page: AppointmentPage) -> list[Event]:
    """What was done to it, the latest first; empty for whoever may not read the clinic's events."""
    if not page.actions & {Action.SEE_CLINIC_EVENTS, Action.SEE_PRACTITIONER_EVENTS}:
        return []
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.body)
        .where(AuditEntry.subject == f"appointment:{page.id}")
        .order_by(AuditEntry.id.desc())
        .limit(MOST_HISTORY)
    )
    told = [(row, json.loads(row.body)) for row in rows]
    names = _practitioners_named(body for _, body in told)
    return [_event(row, body, page.place, names) for row, body in told]


def same_booking(
    actor: Actor,
    *,
    clinic_id: int,
    practitioner_id: int,
    patient_id: int,
    treatment: Treatment,
    slot: Slot,
) -> int | None:
    """The number of an appointment that is just this: a form sent twice leads to the first."""
    require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    return db.session.scalar(
        select(Appointment.id).where(
            Appointment.clinic_id == clinic_id,
            Appointment.practitioner_id == practitioner_id,
            Appointment.patient_id == patient_id,
            Appointment.treatment == treatment,
            Appointment.starts_at == slot.starts_at,
            Appointment.ends_at == slot.ends_at,
            Appointment.state == AppointmentState.CONFIRMED,
        )
    )


def _subject(booked: Appointment) -> Subject:
    return Subject(frozenset({booked.clinic_id}), booked.practitioner_id)


def _page(row: Any, where: Place, actions: frozenset[Action]) -> AppointmentPage:
    booked, practitioner, room, patient, reference = row
    named = Action.SEE_PATIENT in actions
    return AppointmentPage(
        id=booked.id,
        version=booked.version,
        place=where,
        practitioner_id=booked.practitioner_id,
        practitioner=practitioner,
        room_id=booked.room_id,
        room=room,
        patient_id=booked.patient_id,
        patient=patient if named else None,
        reference=reference if named else None,
        treatment=booked.treatment,
        sites=tuple(booked.sites),
        slot=booked.slot,
        state=booked.state,
        ground_lost_because=booked.ground_lost_because,
        ground_back=booked.state is AppointmentState.HELD
        and bool(ground_is_back(Appointment.id == booked.id)),
        actions=actions,
    )


def _practitioners_named(bodies: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Who it was given to, by their number. One statement."""
    numbers = {(body.get("after") or {}).get("practitioner_id") for body in bodies}
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name).where(Practitioner.id.in_(numbers - {None}))
    )
    return {row.id: row.name for row in rows}


def _event(row: Any, body: dict[str, Any], where: Place, names: dict[int, str]) -> Event:
    before, after = body.get("before") or {}, body.get("after") or {}
    reason = body.get("reason") or after.get("reason") or ""
    return Event(
        row.at, row.action, body["by"]["name"], reason, _changes(before, after, where, names)
    )


def _changes(
    before: dict[str, Any], after: dict[str, Any], where: Place, names: dict[int, str]
) -> list[tuple[str, str]]:
    """What changed, in words; who and where are told by the facts above."""
    words: dict[str, str] = {
        name: _shown(name, str(after[name]), where)
        for name in ("state", "starts_at")
        if name in after and before.get(name) != after[name]
    }
    if not before:
        return list(words.items())
    if _differ(before, after, "room_id"):
        words["room"] = next((r.name for r in where.rooms if r.id == after["room_id"]), "another")
    if _differ(before, after, "practitioner_id"):
        words["practitioner"] = names.get(after["practitioner_id"], "somebody else")
    if _differ(before, after, "treatment") or _differ(before, after, "sites"):
        words["what"] = treatment_in_words(Treatment(after["treatment"]), after["sites"])
    return list(words.items())


def _differ(before: dict[str, Any], after: dict[str, Any], name: str) -> bool:
    return name in after and before.get(name) != after[name]


def _shown(name: str, value: str, where: Place) -> str:
    if name != "starts_at":
        return value
    local = datetime.fromisoformat(value).astimezone(where.zone)
    return f"{day_in_words(local.date())}, {local:%H:%M}"
