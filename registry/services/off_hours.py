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
from registry.models.hours_on_record import hours_on_record
from registry.rules.days import days_later
from registry.rules.diary import Slot
from registry.rules.vocabulary import KEEPS_ITS_SLOT
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

    Raises FallsOutside with the numbers of those appointments, the soonest first, so that nothing
    is changed yet. Nothing is cancelled or moved. Whoever uses it has the diaries locked.
    """
    before = outside_hours(session, booked, now)
    yield
    session.flush()
    after = outside_hours(session, booked, now)
    fallen = sorted(after.keys() - before.keys(), key=lambda number: (after[number], number))
    if set(fallen) - set(seen):
        told = count(len(fallen), "appointment")
        raise FallsOutside(
            f"{told} would lie outside the hours. Nothing is saved yet.",
            tuple(fallen),
        )


def outside_hours(
    session: Session, booked: ColumnElement[bool], now: datetime
) -> dict[int, datetime]:
    """Of the `booked` to come those that lie outside: when each starts. Two statements at most."""
    rows = session.execute(
        select(
            Appointment.id,
            Appointment.clinic_id,
            Appointment.practitioner_id,
            Appointment.starts_at,
            Appointment.ends_at,
            Clinic.zone,
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .where(booked, Appointment.starts_at > now, Appointment.state.in_(KEEPS_ITS_SLOT))
    ).all()
    if not rows:
        return {}
    slots = {row.id: Slot(row.starts_at, row.ends_at) for row in rows}
    days = [day for row in rows for day in slots[row.id].days_in(ZoneInfo(row.zone))]
    hours = hours_on_record(session, {row.clinic_id for row in rows}, min(days), max(days))
    return {
        row.id: row.starts_at
        for row in rows
        if why_outside(
            slots[row.id],
            ZoneInfo(row.zone),
            hours.at(row.clinic_id),
            hours.of(row.practitioner_id, row.clinic_id),
        )
    }
