"""Expiries: what lapses within some days at a clinic, and whose bookings rest on it until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from registry.models import (
    Appointment,
    Credential,
    CredentialVersion,
    Engagement,
    Practitioner,
    Privilege,
    db,
)
from registry.queries.papers import label_of
from registry.queries.scope import ClinicSeen
from registry.rules.days import days_later
from registry.rules.particulars import fact_from
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import AppointmentState, CredentialKind, Treatment, VersionState

WINDOWS = (30, 60, 90)
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Expiry:
    """
    A verified credential whose last valid day is near.

    `regions` is how many regions end with it here (none: something else covers them), `booked`
    the needling confirmed here until that day, `held` what is on hold already, `renewal` says
    that a newer version or another credential of the kind waits for its check.
    """

    practitioner_id: int
    practitioner: str
    credential_id: int
    kind: CredentialKind
    name: str
    last_day: date
    regions: int
    booked: int
    held: int
    renewal: bool


@dataclass(frozen=True, slots=True)
class Expiries:
    lines: list[Expiry]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


def expiries_at(
    place: ClinicSeen, *, today: date, days: int, page: int = 1, in_full: bool = True
) -> Expiries:
    """In one statement, the soonest first. Not in full: kinds instead of numbers."""
    first = (page - 1) * A_PAGE
    rows = db.session.execute(
        _lapsing(place.id, today, days)
        .order_by(CredentialVersion.last_day, Practitioner.name, CredentialVersion.id)
        .offset(first)
        .limit(A_PAGE)
    ).all()
    lines = [_line(row, in_full) for row in rows]
    return Expiries(lines, first + 1, rows[0].total if rows else 0)


def _lapsing(clinic_id: int, today: date, days: int) -> Select[Any]:
    version = CredentialVersion
    here = select(Engagement.practitioner_id).where(
        Engagement.clinic_id == clinic_id,
        Engagement.last_day.is_(None) | (Engagement.last_day >= today),
    )
    return (
        select(
            Credential.practitioner_id,
            Practitioner.name.label("practitioner"),
            version.credential_id,
            Credential.kind,
            version.particulars,
            version.first_day,
            version.last_day,
            _regions_that_end(clinic_id).label("regions"),
            _work(clinic_id, AppointmentState.CONFIRMED, today).label("booked"),
            _work(clinic_id, AppointmentState.HELD, today).label("held"),
            newer_waits().label("renewal"),
            func.count().over().label("total"),
        )
        .join(Credential, Credential.id == version.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(
            version.state == VersionState.VERIFIED,
            version.last_day >= today,
            version.last_day <= days_later(today, days),
            Practitioner.id.in_(here),
            Practitioner.archived_at.is_(None),
        )
    )


def _regions_that_end(clinic_id: int) -> Any:
    return (
        select(func.count())
        .select_from(Privilege)
        .where(
            Privilege.practitioner_id == Credential.practitioner_id,
            Privilege.clinic_id == clinic_id,
            Privilege.site.in_(REGIONS),
            Privilege.last_day == CredentialVersion.last_day,
        )
        .correlate(Credential, CredentialVersion)
        .scalar_subquery()
    )


def _work(clinic_id: int, state: AppointmentState, today: date) -> Any:
    """Needling still to come. What is confirmed cannot lie beyond the privilege it rests on."""
    until: ColumnElement[bool] = Appointment.first_day >= today
    if state is AppointmentState.CONFIRMED:
        until = Appointment.first_day <= CredentialVersion.last_day
    return (
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.practitioner_id == Credential.practitioner_id,
            Appointment.clinic_id == clinic_id,
            Appointment.state == state,
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.last_day >= today,
            until,
        )
        .correlate(Credential, CredentialVersion)
        .scalar_subquery()
    )


def newer_waits() -> Any:
    """In SQL: of the credential's kind a newer version, or another one, waits for its check."""
    other, its = CredentialVersion.__table__.alias("other"), Credential.__table__.alias("its")
    return (
        select(other.c.id)
        .join(its, its.c.id == other.c.credential_id)
        .where(
            its.c.practitioner_id == Credential.practitioner_id,
            its.c.kind == Credential.kind,
            other.c.state == VersionState.SUBMITTED,
        )
        .correlate(Credential)
        .exists()
    )


def _line(row: Any, in_full: bool) -> Expiry:
    fact = fact_from(
        row.kind,
        row.particulars,
        id=row.credential_id,
        state=VersionState.VERIFIED,
        first_day=row.first_day,
        last_day=row.last_day,
    )
    return Expiry(
        row.practitioner_id,
        row.practitioner,
        row.credential_id,
        row.kind,
        label_of(fact, in_full),
        row.last_day,
        row.regions,
        row.booked,
        row.held,
        bool(row.renewal),
    )
