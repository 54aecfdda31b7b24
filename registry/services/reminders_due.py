"""What is due at a clinic today: its credentials that lapse, what was promised, who sees to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.models import Clinic, Credential, CredentialVersion, Practitioner, db
from registry.models.lapsing import lapses_at, lapsing_at, to_renew
from registry.models.reminded import SeenTo, Told, promised_to, seen_to
from registry.rules.days import days_later
from registry.rules.particulars import fact_from
from registry.rules.reminders import (
    FARTHEST,
    KINDS,
    Audience,
    Due,
    away_in_words,
    bands_for,
    due,
    is_acted_on,
)
from registry.rules.vocabulary import VersionState
from registry.rules.wording import as_sentence, day_in_words


@dataclass(frozen=True, slots=True)
class Lapse:
    """One credential of somebody at a clinic, and what was promised and said about it there."""

    row: Any
    promised: Sequence[Told]
    said: SeenTo

    @property
    def version_id(self) -> int:
        return int(self.row.version_id)

    @property
    def last_day(self) -> date:
        last_day: date = self.row.last_day
        return last_day

    def due_for(
        self, audience: Audience, bands: Collection[int], today: date, like: Audience | None = None
    ) -> Due | None:
        """At the bands of that audience; or at those of another, `like` which it is told."""
        promised = [told.band for told in self.promised if told.audience is audience]
        return due(self.last_day, bands_for(like or audience, bands), promised, today)

    def is_acted_on(self, today: date, managers: Iterable[int | None]) -> bool:
        """What waits counts only where a manager, as practitioners, may check it: not their own."""
        checked = any(one != self.row.practitioner_id for one in managers)
        return is_acted_on(
            renewal_waits=bool(self.row.renewal) and checked,
            acknowledged_on=self.said.acknowledged_on,
            last_day=self.last_day,
            today=today,
        )

    def as_told(self, today: date) -> dict[str, Any]:
        """What a letter says of it: no patient, only how many bookings."""
        row = self.row
        fact = fact_from(
            row.kind,
            row.particulars,
            id=row.credential_id,
            state=VersionState.VERIFIED,
            first_day=row.first_day,
            last_day=row.last_day,
        )
        return {
            "who": row.practitioner,
            "kind": row.kind.title,
            "what": as_sentence(fact.name),
            "day": day_in_words(row.last_day),
            "away": away_in_words(row.last_day, today),
            "lapsed": row.last_day < today,
            "booked": row.booked,
            "held": row.held,
            "renewal": bool(row.renewal),
            "acknowledged": self.said.acknowledged_by,
        }


#: Of each version what was promised and said: by it one knows whether it still is as it was read.
Standing = Mapping[int, tuple[Sequence[Told], SeenTo]]


@dataclass(frozen=True, slots=True)
class Known:
    """What lapses for these people, or for everybody there where `people` is None."""

    today: date
    people: list[int] | None
    lapses: list[Lapse]

    @property
    def standing(self) -> Standing:
        return {lapse.version_id: (lapse.promised, lapse.said) for lapse in self.lapses}


def read_afresh(clinic_id: int, after: int, at_once: int, now: datetime) -> Known:
    """
    Those who come next, or everybody once all were told.

    Outside any transaction that writes: nobody waits for it.
    """
    session = db.session()
    session.close()  # what was read before is let go
    clinic = session.get_one(Clinic, clinic_id, populate_existing=True)
    today = day_there(clinic.zone, now)
    people = people_after(session, clinic, today, after, at_once) or None
    return Known(today, people, lapses_here(session, clinic, today, people))


def people_after(
    session: Session, clinic: Clinic, today: date, after: int, at_once: int
) -> list[int]:
    """The next who hold something that lapses there, by their numbers."""
    wanted = (
        select(Credential.practitioner_id)
        .distinct()
        .select_from(CredentialVersion)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(*_reached(clinic, today), Credential.practitioner_id > after)
        .order_by(Credential.practitioner_id)
        .limit(at_once)
    )
    return list(session.scalars(wanted))


def lapses_here(
    session: Session, clinic: Clinic, today: date, people: Collection[int] | None = None
) -> list[Lapse]:
    """Those of these people, or of everybody there, the soonest first. Three statements."""
    wanted = lapsing_at(clinic.id, today).where(*_reached(clinic, today))
    if people is not None:
        wanted = wanted.where(Credential.practitioner_id.in_(people))
    soonest = (CredentialVersion.last_day, Practitioner.name, CredentialVersion.id)
    rows = session.execute(wanted.order_by(*soonest)).all()
    # Asked for as a question: their numbers may be more than a statement can hold.
    versions: Select[Any] = wanted.with_only_columns(CredentialVersion.id)
    promised = promised_to(session, clinic.id, versions)
    said = seen_to(session, clinic.id, versions)
    return [Lapse(row, promised[row.version_id], said[row.version_id]) for row in rows]


def standing_now(
    session: Session, clinic: Clinic, today: date, people: Collection[int] | None = None
) -> Standing:
    """The same as it is on record by now, without what is counted for it: three statements."""
    wanted = lapsing_at(clinic.id, today).where(*_reached(clinic, today))
    if people is not None:
        wanted = wanted.where(Credential.practitioner_id.in_(people))
    versions: Select[Any] = wanted.with_only_columns(CredentialVersion.id)
    promised = promised_to(session, clinic.id, versions)
    said = seen_to(session, clinic.id, versions)
    return {number: (promised[number], said[number]) for number in session.scalars(versions)}


def _reached(clinic: Clinic, today: date) -> tuple[Any, ...]:
    farthest = max(clinic.reminder_bands, default=FARTHEST)
    return (
        *lapses_at(clinic.id, today),
        *to_renew(today),
        CredentialVersion.last_day <= days_later(today, farthest),
        Credential.kind.in_(KINDS),
    )


def day_there(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone)).date()
