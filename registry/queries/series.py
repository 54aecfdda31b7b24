"""Series: what belongs together, and what one more stretch of it would be like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from registry.leave import require
from registry.models import Appointment, Practitioner, Series, db
from registry.queries.appointments import AppointmentPage
from registry.queries.fitting import Fit, fitting
from registry.queries.patterns import Pattern
from registry.rules.access import Action, Actor, Subject
from registry.rules.diary import Slot
from registry.rules.series import same_time_on
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    version: int
    slot: Slot
    state: AppointmentState
    practitioner: str

    @property
    def open(self) -> bool:
        return self.state in KEEPS_ITS_SLOT


@dataclass(frozen=True, slots=True)
class WholeSeries:
    """All of a series, soonest first."""

    every_weeks: int
    members: list[Member]

    def rest_after(self, slot: Slot) -> list[Member]:
        """This one and what follows, as far as it can still be changed."""
        return [one for one in self.members if one.open and one.slot.starts_at >= slot.starts_at]

    def last_day(self, page: AppointmentPage) -> date:
        """Of those that stand: the next follows it."""
        stand = [one for one in self.members if one.state is not AppointmentState.CANCELLED]
        last = max((one.slot.starts_at for one in stand), default=page.slot.starts_at)
        return last.astimezone(page.place.zone).date()


def series_of(actor: Actor, page: AppointmentPage) -> WholeSeries | None:
    """None for an appointment that is part of none. One statement."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({page.place.id}), page.practitioner_id))
    its = (
        select(Appointment.series_id)
        .where(Appointment.id == page.id, Appointment.clinic_id == page.place.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Series.every_weeks,
            Appointment.id,
            Appointment.version,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.state,
            Practitioner.name,
        )
        .join(Appointment, Appointment.series_id == Series.id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(Series.id == its)
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    members = [
        Member(row.id, row.version, Slot(row.starts_at, row.ends_at), row.state, row.name)
        for row in rows
    ]
    return WholeSeries(rows[0].every_weeks, members) if rows else None


def repeats(actor: Actor, page: AppointmentPage, days: Iterable[date], now: datetime) -> list[Fit]:
    """The appointment again on these days, at its time on the clinic's clock."""
    require(actor, Action.BOOK, Subject(frozenset({page.place.id})))
    pattern = Pattern(
        id=page.id,
        practitioner_id=page.practitioner_id,
        patient_id=page.patient_id,
        patient=page.patient,
        room_id=page.room_id,
        treatment=page.treatment,
        needs=page.needs,
        sites=page.sites,
        slot=page.slot,
        busy=page.busy,
    )
    asked = [(pattern, same_time_on(day, page.slot, page.place.zone)) for day in days]
    return fitting(page.place, asked, now)
