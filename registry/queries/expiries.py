"""Expiries: what lapses within some days at a clinic or has lapsed, and who sees to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from registry.models import Credential, CredentialVersion, Practitioner, ReminderAnswer, db
from registry.models.lapsing import lapses_at, lapsing_at, renewed, to_renew
from registry.models.reminded import SeenTo, Told, promised_to, seen_to, still_answered_for
from registry.queries.papers import label_of
from registry.queries.scope import ClinicSeen
from registry.rules.days import days_later
from registry.rules.particulars import fact_from
from registry.rules.reminders import AnswerKind
from registry.rules.vocabulary import CredentialKind, VersionState

WINDOWS = (30, 60, 90)
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Expiry:
    """
    A verified credential whose last valid day is near, or has passed.

    `regions` is how many regions end with it here (none: something else covers them), `booked`
    the needling confirmed here until that day, `held` what is on hold already,
    `provisional` what waits for a renewal to be checked, `renewal` says that a newer version or
    another credential of the kind waits for its check, `renewed` that one counts. `told`: the
    reminders promised, to the holder and here; `said`: what was done about it.
    """

    practitioner_id: int
    practitioner: str
    version_id: int
    credential_id: int
    kind: CredentialKind
    name: str
    last_day: date
    regions: int
    booked: int
    held: int
    provisional: int
    renewal: bool
    renewed: bool
    told: Sequence[Told] = ()
    said: SeenTo = field(default_factory=SeenTo)


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
    """The soonest first. Not in full: kinds instead of numbers. Three statements."""
    ahead = (
        CredentialVersion.last_day >= today,
        CredentialVersion.last_day <= days_later(today, days),
        ~_put_off(place.id, today),
    )
    return _found(place, today, ahead, page, in_full)


def lapsed_at(place: ClinicSeen, *, today: date, page: int = 1, in_full: bool = True) -> Expiries:
    """What has lapsed and nobody has renewed, of those who work there still."""
    past = (CredentialVersion.last_day < today, *to_renew(today))
    return _found(place, today, past, page, in_full)


def put_off_at(place: ClinicSeen, *, today: date, page: int = 1, in_full: bool = True) -> Expiries:
    """What somebody answers for until a day that has yet to pass."""
    snoozed = (CredentialVersion.last_day >= today, _put_off(place.id, today))
    return _found(place, today, snoozed, page, in_full)


def how_many_lapsed(clinic_id: int, today: date) -> Any:
    """As a question within another."""
    return (
        select(func.count())
        .select_from(CredentialVersion)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(*lapses_at(clinic_id, today), CredentialVersion.last_day < today, *to_renew(today))
        .scalar_subquery()
    )


def _found(
    place: ClinicSeen, today: date, where: Sequence[Any], page: int, in_full: bool
) -> Expiries:
    first = (page - 1) * A_PAGE
    rows = db.session.execute(
        _lapsing(place, today)
        .where(*where)
        .order_by(CredentialVersion.last_day, Practitioner.name, CredentialVersion.id)
        .offset(first)
        .limit(A_PAGE)
    ).all()
    versions = [row.version_id for row in rows]
    told = promised_to(db.session(), place.id, versions)
    said = seen_to(db.session(), place.id, versions)
    lines = [_line(row, in_full, told[row.version_id], said[row.version_id]) for row in rows]
    return Expiries(lines, first + 1, rows[0].total if rows else 0)


def _lapsing(place: ClinicSeen, today: date) -> Select[Any]:
    total = func.count().over().label("total")
    return lapsing_at(place.id, today, renewed(today).label("renewed"), total)


def _put_off(clinic_id: int, today: date) -> ColumnElement[bool]:
    """As `SeenTo.is_snoozed`: by the last word of the clinic's own."""
    answer, later = ReminderAnswer, ReminderAnswer.__table__.alias("later")
    last = (
        select(func.max(later.c.id))
        .where(later.c.version_id == CredentialVersion.id, later.c.clinic_id == clinic_id)
        .correlate(CredentialVersion)
        .scalar_subquery()
    )
    return (
        select(answer.id)
        .where(
            answer.id == last,
            answer.kind == AnswerKind.SNOOZED,
            answer.until >= today,
            still_answered_for(),
        )
        .correlate(CredentialVersion)
        .exists()
    )


def _line(row: Any, in_full: bool, told: Sequence[Told], said: SeenTo) -> Expiry:
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
        row.version_id,
        row.credential_id,
        row.kind,
        label_of(fact, in_full),
        row.last_day,
        row.regions,
        row.booked,
        row.held,
        row.provisional,
        bool(row.renewal),
        bool(row.renewed),
        told,
        said,
    )
