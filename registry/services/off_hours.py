"""Off hours: no booking while a clinic is closed or somebody is off, and what falls there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, FallsOutside, NotWorking
from registry.models import Appointment, Clinic
from registry.models.appointments import KEEPS_ITS_SLOT
from registry.models.hours_on_record import hours_on_record
from registry.rules.days import days_later
from registry.rules.diary import Slot
from registry.rules.wording import count
from registry.rules.working_hours import (
    LOOKED_AHEAD,
    Outside,
    closed_sentence,
    off_sentence,
    why_outside,
)


class Named(NamedTuple):
    """A clinic or a practitioner."""

    id: int
    name: str


def refuse_off_hours(
    session: Session, slot: Slot, zone: ZoneInfo, clinic: Named, whom: Named
) -> None:
    """Raises BadInput at `starts_at` where the clinic is closed, NotWorking where they are off."""
    first_day, last_day = slot.days_in(zone)

    def judged_until(day: date) -> Any:
        found = hours_on_record(session, [clinic.id], first_day, day, [whom.id])
        return found.at(clinic.id), found.of(whom.id, clinic.id)

    why = why_outside(slot, zone, *judged_until(last_day))
    if why is None:
        return
    opening, working = judged_until(days_later(last_day, LOOKED_AHEAD))
    if why is Outside.CLOSED:
        sentence = closed_sentence(clinic.name, first_day, opening)
        raise BadInput(f"{sentence} Choose another time.", field="starts_at")
    sentence = off_sentence(whom.name, clinic.name, first_day, opening, working)
    raise NotWorking(f"{sentence} Choose another time, or somebody else.")


@contextmanager
def told_what_falls_outside(
    session: Session, booked: ColumnElement[bool], now: datetime, seen: Collection[int]
) -> Iterator[None]:
    """
    Around a change of hours: what is `booked` and falls outside them by it has to be `seen` first.

    Raises FallsOutside with the numbers of those appointments, so that nothing is changed yet.
    Nothing is cancelled or moved. Whoever uses it has the diaries locked.
    """
    before = _outside(session, booked, now)
    yield
    session.flush()
    fallen = _outside(session, booked, now) - before
    if fallen - set(seen):
        are = "is" if len(fallen) == 1 else "are"
        raise FallsOutside(
            f"{count(len(fallen), 'appointment')} {are} booked then. Nothing is saved yet.",
            tuple(sorted(fallen)),
        )


def _outside(session: Session, booked: ColumnElement[bool], now: datetime) -> set[int]:
    rows = session.execute(
        select(
            Appointment.id,
            Appointment.clinic_id,
            Appointment.practitioner_id,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.first_day,
            Appointment.last_day,
            Clinic.zone,
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .where(booked, Appointment.starts_at > now, Appointment.state.in_(KEEPS_ITS_SLOT))
    ).all()
    if not rows:
        return set()
    first, last = min(row.first_day for row in rows), max(row.last_day for row in rows)
    hours = hours_on_record(session, {row.clinic_id for row in rows}, first, last)
    return {
        row.id
        for row in rows
        if why_outside(
            Slot(row.starts_at, row.ends_at),
            ZoneInfo(row.zone),
            hours.at(row.clinic_id),
            hours.of(row.practitioner_id, row.clinic_id),
        )
    }
