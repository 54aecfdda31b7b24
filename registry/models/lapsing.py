"""What lapses at a clinic: versions that count there, what rests on them, and whether renewed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import GenericFunction

from registry.models.appointments import Appointment
from registry.models.credentials import Credential, CredentialVersion
from registry.models.facts_on_record import STANDINGS
from registry.models.people import Engagement, Practitioner
from registry.models.privileges import Privilege
from registry.models.verifications import Verification
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import (
    AppointmentState,
    CredentialKind,
    Outcome,
    Treatment,
    VersionState,
)


class _DayAfter(GenericFunction[date]):
    type = Date()
    inherit_cache = True


@compiles(_DayAfter, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    day = compiler.process(element.clauses, **how)
    return f"coalesce(date({day}, '+1 day'), {day})"


@compiles(_DayAfter, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    return f"({compiler.process(element.clauses, **how)} + 1)"


def lapsing_at(clinic_id: int, today: date, *columns: Any) -> Select[Any]:
    """
    A row for each verified version with a last day, of everybody who works there or is to.

    `booked` is the needling confirmed there until that day, `held` what is on hold already,
    `provisional` what waits for a renewal to be checked, `regions` how many regions end with it,
    `renewal` whether a newer one waits for its check.
    """
    version = CredentialVersion
    return (
        select(
            Credential.practitioner_id,
            Practitioner.name.label("practitioner"),
            version.id.label("version_id"),
            version.credential_id,
            Credential.kind,
            version.particulars,
            version.first_day,
            version.last_day,
            _regions_that_end(clinic_id).label("regions"),
            _work(clinic_id, AppointmentState.CONFIRMED, today).label("booked"),
            _work(clinic_id, AppointmentState.HELD, today).label("held"),
            _work(clinic_id, AppointmentState.PROVISIONAL, today).label("provisional"),
            renewal_waits().label("renewal"),
            *columns,
        )
        .join(Credential, Credential.id == version.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(*lapses_at(clinic_id, today))
    )


def lapses_at(clinic_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    """Of a verified version of somebody who works there, or is to."""
    here = select(Engagement.practitioner_id).where(
        Engagement.clinic_id == clinic_id,
        or_(Engagement.last_day.is_(None), Engagement.last_day >= today),
    )
    return (
        CredentialVersion.state == VersionState.VERIFIED,
        CredentialVersion.last_day.is_not(None),
        Practitioner.id.in_(here),
        Practitioner.archived_at.is_(None),
    )


def to_renew(today: date) -> tuple[ColumnElement[bool], ...]:
    """Nothing verified has taken its place, and nobody has revoked it: somebody must see to it."""
    return ~renewed(today), ~_is_revoked(Credential.id, today)


def renewed(today: date) -> ColumnElement[bool]:
    """Another of the same sort, for the same, is verified, lasts longer and leaves no gap."""
    other, its = aliased(CredentialVersion), aliased(Credential)
    found = _renewing(its, other, VersionState.VERIFIED)
    return found.where(its.id != Credential.id, ~_is_revoked(its.id, today)).exists()


def renewal_waits() -> ColumnElement[bool]:
    """A newer version, or another for the same, waits for its check and would renew it so."""
    other, its = aliased(CredentialVersion), aliased(Credential)
    return _renewing(its, other, VersionState.SUBMITTED).exists()


def _renewing(its: Any, other: Any, state: VersionState) -> Select[Any]:
    return (
        select(other.id)
        .join(its, its.id == other.credential_id)
        .where(
            its.practitioner_id == Credential.practitioner_id,
            its.kind == Credential.kind,
            other.state == state,
            or_(other.last_day.is_(None), other.last_day > CredentialVersion.last_day),
            or_(
                other.first_day.is_(None),
                other.first_day <= _DayAfter(CredentialVersion.last_day),
            ),
            _purpose(its, other) == _purpose(Credential, CredentialVersion),
        )
        .correlate(Credential, CredentialVersion)
    )


def _purpose(credential: Any, version: Any) -> ColumnElement[str]:
    """As `rules.renewals.purpose_of` tells it; a test holds the two together."""
    told = version.particulars
    place = func.coalesce(told["jurisdiction"].as_string(), "")
    kind = func.coalesce(told["kind"].as_string(), "")
    course = func.lower(func.coalesce(told["course"].as_string(), ""))
    return case(
        (credential.kind == CredentialKind.LICENCE, place),
        (credential.kind == CredentialKind.REGISTRATION, kind.concat(" ").concat(place)),
        (credential.kind == CredentialKind.CERTIFICATE, course),
        else_="",
    )


def _is_revoked(credential_id: Any, today: date) -> ColumnElement[bool]:
    """By the last decision on its standing that is in effect."""
    said, later = aliased(Verification), aliased(Verification)
    after = (
        select(later.id)
        .where(
            later.credential_id == said.credential_id,
            later.id > said.id,
            later.outcome.in_(STANDINGS),
            later.effective_from <= today,
        )
        .correlate(said)
        .exists()
    )
    return (
        select(said.id)
        .where(
            said.credential_id == credential_id,
            said.outcome == Outcome.REVOKED,
            said.effective_from <= today,
            ~after,
        )
        .correlate_except(said)
        .exists()
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
