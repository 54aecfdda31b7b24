"""Oversight: what needs a manager today, counted for the clinic they look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from registry.models import (
    Appointment,
    Clinic,
    Credential,
    CredentialVersion,
    Engagement,
    Incident,
    IncidentTreatment,
    Letter,
    Practitioner,
    db,
)
from registry.queries.expiries import WINDOWS, how_many_lapsed
from registry.queries.restoring import how_many_restorable
from registry.queries.scope import ClinicSeen
from registry.rules.access import Actor
from registry.rules.days import days_later
from registry.rules.incidents import FINAL
from registry.rules.vocabulary import STANDS, AppointmentState, Role, Treatment, VersionState

LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attention:
    """
    Counts, and since or until when. `overdue` letters should have gone out by now.

    `to_look_back` are treatments without a finding, in the `incidents` that are open.
    """

    held: int
    first_held_at: datetime | None
    to_look_back: int
    waiting: int
    oldest_waiting: datetime | None
    letters_waiting: int
    letters_overdue: int
    last_letter_sent: datetime | None
    lapsed: int  # and nobody has renewed it
    incidents: int
    without_owner: int  # of those incidents
    provisional: int
    first_provisional_at: datetime | None
    restorable: int  # of those held


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What waits at another clinic of theirs."""

    clinic_id: int
    clinic: str
    held: int
    waiting: int


@dataclass(frozen=True, slots=True)
class LapsesWithin:
    """Credentials whose last day is at most so many days away, and work that rests on them."""

    days: int
    credentials: int
    people: int
    bookings: int


def attention_at(clinic: ClinicSeen, *, now: datetime) -> Attention:
    """In one statement, four if any is held: every count is a question of its own to an index."""
    held = (Appointment.clinic_id == clinic.id, Appointment.state == AppointmentState.HELD)
    provisional = (held[0], Appointment.state == AppointmentState.PROVISIONAL)
    open_here = (Incident.clinic_id == clinic.id, Incident.closed_at.is_(None))
    unfound = (
        IncidentTreatment.incident_id.in_(select(Incident.id).where(*open_here)),
        or_(IncidentTreatment.finding.is_(None), IncidentTreatment.finding.not_in(FINAL)),
    )
    waiting = _waiting(clinic.id)
    unsent = (Letter.sent_at.is_(None),)
    row = db.session.execute(
        select(
            _one(func.count(Appointment.id), *held),
            _one(func.min(Appointment.starts_at), *held),
            _one(func.count(IncidentTreatment.id), *unfound),
            waiting.with_only_columns(func.count(CredentialVersion.id)).scalar_subquery(),
            waiting.with_only_columns(func.min(CredentialVersion.entered_at)).scalar_subquery(),
            _one(func.count(Letter.id), *unsent),
            _one(func.count(Letter.id), *_overdue(now)),
            _one(func.max(case((Letter.last_error == "", Letter.sent_at)))),
            how_many_lapsed(clinic.id, clinic.day_at(now)),
            _one(func.count(Incident.id), *open_here),
            _one(func.count(Incident.id), *open_here, Incident.owner_id.is_(None)),
            _one(func.count(Appointment.id), *provisional),
            _one(func.min(Appointment.starts_at), *provisional),
        )
    ).one()
    back = how_many_restorable(now, Appointment.clinic_id == clinic.id) if row[0] else 0
    counted: tuple[Any, ...] = (*row, back)
    return Attention(*counted)


def letters_overdue(now: datetime) -> int:
    """Of the whole registry: how many should have gone by now."""
    return db.session.scalar(select(func.count(Letter.id)).where(*_overdue(now))) or 0


def elsewhere(actor: Actor, but: ClinicSeen) -> list[Elsewhere]:
    """The other clinics they manage where something waits; asks nothing if there is no other."""
    others = (actor.clinics(Role.MANAGER) or frozenset()) - {but.id}
    if not others:
        return []
    held = _one(
        func.count(Appointment.id),
        Appointment.clinic_id == Clinic.id,
        Appointment.state == AppointmentState.HELD,
    )
    waiting = _waiting(Clinic.id).with_only_columns(func.count(CredentialVersion.id))
    rows = db.session.execute(
        select(Clinic.id, Clinic.name, held, waiting.correlate(Clinic).scalar_subquery())
        .where(Clinic.id.in_(others))
        .order_by(Clinic.name, Clinic.id)
    )
    found = [Elsewhere(*row) for row in rows]
    return [one for one in found if one.held or one.waiting]


def lapses_at(clinic: ClinicSeen, *, today: date) -> list[LapsesWithin]:
    """For each window, in one statement; `bookings` lie ahead and end by the last window."""
    version = CredentialVersion
    here = select(Engagement.practitioner_id).where(
        Engagement.clinic_id == clinic.id,
        or_(Engagement.last_day.is_(None), Engagement.last_day >= today),
    )
    lapsing = (
        select(
            Credential.practitioner_id.label("who"),
            func.count().label("credentials"),
            func.min(version.last_day).label("last_day"),
            *[_within(version.last_day, today, days).label(f"c{days}") for days in WINDOWS],
        )
        .join(version, version.credential_id == Credential.id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(
            version.state == VersionState.VERIFIED,
            version.last_day >= today,
            version.last_day <= days_later(today, max(WINDOWS)),
            Practitioner.archived_at.is_(None),
            Credential.practitioner_id.in_(here),
        )
        .group_by(Credential.practitioner_id)
        .subquery()
    )
    booked = (
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.practitioner_id == lapsing.c.who,
            Appointment.clinic_id == clinic.id,
            Appointment.state.in_(STANDS),
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.last_day >= today,
        )
        .scalar_subquery()
    )
    rows = db.session.execute(select(lapsing, booked.label("booked"))).mappings().all()
    return [_counted(rows, today, days) for days in WINDOWS]


def _counted(rows: Collection[Any], today: date, days: int) -> LapsesWithin:
    concerned = [row for row in rows if row["last_day"] <= days_later(today, days)]
    return LapsesWithin(
        days,
        sum(row[f"c{days}"] for row in concerned),
        len(concerned),
        sum(row["booked"] for row in concerned),
    )


def _within(last_day: Any, today: date, days: int) -> Any:
    return func.sum(case((last_day <= days_later(today, days), 1), else_=0))


def _overdue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """
    By when it was promised to go: the next try of one that was refused is always yet to come.

    One that nobody tried yet may be one that is to wait a while.
    """
    promised_for = case((Letter.tries == 0, Letter.not_before), else_=Letter.promised_at)
    return Letter.sent_at.is_(None), promised_for < now - LATE


def _waiting(clinic_id: Any) -> Select[Any]:
    people = (
        select(Engagement.practitioner_id)
        .where(Engagement.clinic_id == clinic_id)
        .correlate(Clinic)
    )
    return (
        select(CredentialVersion.id)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .where(
            CredentialVersion.state == VersionState.SUBMITTED,
            Credential.practitioner_id.in_(people),
        )
    )


def _one(what: Any, *where: Any) -> Any:
    return select(what).where(*where).scalar_subquery()
