"""The dossier: what a practitioner may needle where and until when, and the papers it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Appointment,
    Clinic,
    Engagement,
    Practitioner,
    Privilege,
    db,
)
from registry.queries.papers import Paper, papers_of
from registry.rules.access import Action, Actor, Answer, Subject, answer, may
from registry.rules.regions import summed_up
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Profession, Treatment


@dataclass(frozen=True, slots=True)
class Stretch:
    """What may be needled at a clinic over the same days; `muscles`: what no region implies."""

    regions: tuple[str, ...]
    muscles: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Work:
    """At one clinic: since when, what may be needled, and what is booked ahead."""

    clinic_id: int
    clinic: str
    zone: str
    first_day: date
    last_day: date | None
    stretches: tuple[Stretch, ...]
    booked: int
    held: int
    provisional: int

    def now(self, day: date) -> int:
        """How many regions on that day."""
        here = [s for s in self.stretches if s.first_day <= day <= s.last_day]
        return sum(len(stretch.regions) for stretch in here)

    def until(self, day: date) -> date | None:
        """The first of the last days of what may be needled on that day."""
        here = [s.last_day for s in self.stretches if s.first_day <= day <= s.last_day]
        return min(here, default=None)


@dataclass(frozen=True, slots=True)
class Dossier:
    practitioner_id: int
    name: str
    profession: Profession
    today: date
    npi: str | None
    archived: bool
    works: tuple[Work, ...]
    papers: tuple[Paper, ...]
    view: Answer  # of the profile: ALLOWED, LIMITED, or no papers at all


def dossier_of(actor: Actor, *, practitioner_id: int, now: datetime) -> Dossier:
    """
    In six statements, whatever is on record; only the clinics the actor may look into.

    Raises NotFound where the practitioner is not theirs to see.
    """
    rows = _where_they_work(practitioner_id)
    subject = Subject(frozenset(row.clinic_id for row in rows if row.clinic_id), practitioner_id)
    if not rows:
        raise NotFound("There is no such record.")
    require(actor, Action.SEE_DIRECTORY, subject)
    view = answer(actor, Action.SEE_PROFILE, subject)
    today = now.astimezone(ZoneInfo(rows[0].zone or "UTC")).date()
    seen = [row for row in rows if row.clinic_id and _may_look_into(actor, row, practitioner_id)]
    first, allowed = rows[0], view is Answer.ALLOWED
    papers: tuple[Paper, ...] = ()
    if view in (Answer.ALLOWED, Answer.LIMITED):
        papers = tuple(papers_of(practitioner_id, today=today, in_full=allowed))
    return Dossier(
        practitioner_id,
        first.name,
        first.profession,
        today,
        first.npi if allowed else None,
        first.archived_at is not None,
        _works(practitioner_id, seen, today),
        papers,
        view,
    )


def _may_look_into(actor: Actor, row: Any, practitioner_id: int) -> bool:
    return may(actor, Action.SEE_DIRECTORY, Subject(frozenset({row.clinic_id}), practitioner_id))


def _where_they_work(practitioner_id: int) -> list[Any]:
    """A row for each clinic, of the latest time there; or one row without a clinic."""
    rows = db.session.execute(
        select(
            Practitioner.name,
            Practitioner.profession,
            Practitioner.npi,
            Practitioner.archived_at,
            Engagement.clinic_id,
            Engagement.first_day,
            Engagement.last_day,
            Clinic.name.label("clinic"),
            Clinic.zone,
        )
        .outerjoin(Engagement, Engagement.practitioner_id == Practitioner.id)
        .outerjoin(Clinic, Clinic.id == Engagement.clinic_id)
        .where(Practitioner.id == practitioner_id)
        .order_by(Clinic.name, Engagement.first_day)
    ).all()
    return list({row.clinic_id: row for row in rows}.values())


def _works(practitioner_id: int, rows: Iterable[Any], today: date) -> tuple[Work, ...]:
    privileges = _privileges(practitioner_id)
    booked = _booked(practitioner_id, today)
    return tuple(
        Work(
            row.clinic_id,
            row.clinic,
            row.zone,
            row.first_day,
            row.last_day,
            tuple(privileges[row.clinic_id]),
            *booked.get(row.clinic_id, (0, 0, 0)),
        )
        for row in rows
    )


def _privileges(practitioner_id: int) -> defaultdict[int, list[Stretch]]:
    found: defaultdict[int, list[Stretch]] = defaultdict(list)
    rows = db.session.execute(
        select(
            Privilege.clinic_id,
            Privilege.first_day,
            Privilege.last_day,
            func.aggregate_strings(Privilege.site, ","),
        )
        .where(Privilege.practitioner_id == practitioner_id)
        .group_by(Privilege.clinic_id, Privilege.first_day, Privilege.last_day)
        .order_by(Privilege.first_day.desc(), Privilege.last_day.desc())
    )
    for clinic_id, first_day, last_day, sites in rows:
        found[clinic_id].append(_stretch(frozenset(sites.split(",")), first_day, last_day))
    return found


def _stretch(sites: frozenset[str], first_day: date, last_day: date) -> Stretch:
    return Stretch(*summed_up(sites), first_day, last_day)


def _booked(practitioner_id: int, today: date) -> dict[int, tuple[int, int, int]]:
    """Clinic: needling appointments ahead: confirmed, on hold, provisional."""

    def counted(state: AppointmentState) -> Any:
        return func.sum(case((Appointment.state == state, 1), else_=0))

    rows = db.session.execute(
        select(
            Appointment.clinic_id,
            counted(AppointmentState.CONFIRMED),
            counted(AppointmentState.HELD),
            counted(AppointmentState.PROVISIONAL),
        )
        .where(
            Appointment.practitioner_id == practitioner_id,
            Appointment.state.in_(KEEPS_ITS_SLOT),
            Appointment.last_day >= today,
            Appointment.treatment == Treatment.NEEDLING,
        )
        .group_by(Appointment.clinic_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
