"""The diary: what is booked at a clinic on some days, or with one practitioner."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Appointment, Clinic, Engagement, Practitioner, db
from registry.queries.diary_rows import booked_rows
from registry.queries.premises import Place, place
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.days import Span
from registry.rules.diary import LONGEST
from registry.rules.gates import NOTHING_KNOWN
from registry.rules.openings import grid_of
from registry.rules.questions import Circumstances
from registry.rules.regions import site_name
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Profession, Treatment


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One appointment; `named`: its type. `patient` is None for whoever may not see the name; they
    are not told either that something noted of the patient `forbids` needling or `waits` to be
    cleared.
    """

    id: int
    version: int
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    clinic_id: int
    clinic: str
    practitioner_id: int
    practitioner: str
    room_id: int
    room: str
    patient: str | None
    treatment: Treatment
    named: str
    sites: tuple[str, ...]
    ground_lost_because: str
    checked_in: bool
    profession: Profession
    days: tuple[date, date]
    known: Circumstances
    forbids: bool
    waits: bool
    reference: str | None = None  # of the patient, as `patient`
    missed_at: datetime | None = None

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(self.zone).date()

    @property
    def what(self) -> str:
        return treatment_in_words(self.named, self.sites)

    @property
    def open(self) -> bool:
        """It can still be changed."""
        return self.state in KEEPS_ITS_SLOT


@dataclass(frozen=True, slots=True)
class PractitionerDiary:
    practitioner_id: int
    name: str
    entries: list[Entry]


def treatment_in_words(named: str, sites: Iterable[str]) -> str:
    """Dry needling, first visit: neck, thigh"""
    names = ", ".join(site_name(site).lower() for site in sites)
    return f"{named}: {names}" if names else named


def visible_clinic(actor: Actor, clinic_id: int) -> Place:
    """The clinic whose diary is to be read, if it may be. One statement."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({clinic_id})))
    return place(clinic_id)


def clinic_diary(actor: Actor, here: Place, days: Span) -> list[Entry]:
    """What is booked there on these local days, soonest first. One statement."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({here.id})))
    first = grid_of(days.first, here.zone).moment(0)
    last = grid_of(days.last, here.zone)
    rows = booked_rows(Appointment.clinic_id == here.id, first, last.moment(last.steps))
    sees = _seeing_patients(actor)
    return [_entry(row, sees) for row in rows]


def practitioner_diary(actor: Actor, practitioner_id: int, days: Span) -> PractitionerDiary:
    """
    What one practitioner does on these days, where the actor may see it. Two statements.

    Days are those of each appointment's own clinic, so a few hours more are read on either side.
    """
    name, clinics = _name_and_clinics(practitioner_id)
    require(actor, Action.SEE_SCHEDULE, Subject(clinics, practitioner_id))
    first = _utc_midnight(days.first) - 2 * LONGEST
    last = _utc_midnight(days.last) + 5 * LONGEST
    rows = booked_rows(Appointment.practitioner_id == practitioner_id, first, last)
    sees = _seeing_patients(actor)
    seen = [
        _entry(row, sees)
        for row in rows
        if may(actor, Action.SEE_SCHEDULE, Subject(frozenset({row.clinic_id}), practitioner_id))
    ]
    return PractitionerDiary(practitioner_id, name, [each for each in seen if each.day in days])


def clock_of(practitioner_id: int) -> ZoneInfo:
    """The clock they work by: that of the clinic they joined last. One statement."""
    zone = db.session.scalar(
        select(Clinic.zone)
        .join(Engagement, Engagement.clinic_id == Clinic.id)
        .where(Engagement.practitioner_id == practitioner_id)
        .order_by(Engagement.first_day.desc(), Engagement.id.desc())
        .limit(1)
    )
    return ZoneInfo(zone or "UTC")


def _name_and_clinics(practitioner_id: int) -> tuple[str, frozenset[int]]:
    rows = db.session.execute(
        select(Practitioner.name, Engagement.clinic_id)
        .outerjoin(Engagement, Engagement.practitioner_id == Practitioner.id)
        .where(Practitioner.id == practitioner_id)
    ).all()
    if not rows:
        raise NotFound("There is no such record.")
    return rows[0].name, frozenset(row.clinic_id for row in rows if row.clinic_id is not None)


def _seeing_patients(actor: Actor) -> Callable[[int, int], bool]:
    """By clinic and practitioner, asked once of each: a week has hundreds of rows of few people."""

    @cache
    def sees(clinic_id: int, practitioner_id: int) -> bool:
        return may(actor, Action.SEE_PATIENT, Subject(frozenset({clinic_id}), practitioner_id))

    return sees


def _entry(row: Any, sees: Callable[[int, int], bool]) -> Entry:
    named = sees(row.clinic_id, row.practitioner_id)
    return Entry(
        id=row.id,
        version=row.version,
        state=row.state,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=ZoneInfo(row.zone),
        clinic_id=row.clinic_id,
        clinic=row.clinic,
        practitioner_id=row.practitioner_id,
        practitioner=row.practitioner,
        room_id=row.room_id,
        room=row.room,
        patient=row.patient if named else None,
        treatment=row.treatment,
        named=row.named,
        sites=tuple(row.sites),
        ground_lost_because=row.ground_lost_because,
        checked_in=row.checked_in_at is not None,
        profession=row.profession,
        days=(row.first_day, row.last_day),
        known=row.GateRecord.circumstances if row.GateRecord else NOTHING_KNOWN,
        forbids=named and bool(row.forbids),
        waits=named and bool(row.waits),
        reference=row.reference if named else None,
        missed_at=row.missed_at,
    )


def _utc_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
