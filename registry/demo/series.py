"""A series in the demo's appointment book, and some of a leave, just handed over."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.demo.hours import ON_LEAVE
from registry.demo.house import House
from registry.models import Appointment, db
from registry.queries.hand_over import takers_of
from registry.queries.premises import place
from registry.queries.standing_work import work_on
from registry.rules.days import Span
from registry.rules.diary import Slot
from registry.rules.series import same_time_on
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Treatment
from registry.services.copying import Copy
from registry.services.hand_over import Given, hand_over
from registry.services.series import book_series

TIMES = 5
REPEATED = 2  # days from today, the first of the series
HANDED_OVER = 3  # days of the leave


def plan_series(house: House) -> None:
    house.agenda.put(house.moment(-1, "12:40"), partial(_repeat, house))
    house.agenda.put(house.now - timedelta(minutes=5), partial(_hand_over, house))


def _repeat(house: House, now: datetime) -> None:
    """Every week from then on: the patient comes for their thigh."""
    first = _standing(house, "dana", REPEATED, Treatment.NEEDLING)[-1:]
    for one in first:
        zone = house.clinics["harbour"].zone
        book_series(
            actor=house.actors["tess"],
            appointment_id=one.id,
            seen_version=one.version,
            every_weeks=1,
            chosen=[Copy(one.id, slot.starts_at, one.room_id) for slot in _weekly(one.slot, zone)],
            now=now,
        )


def _weekly(slot: Slot, zone: str) -> list[Slot]:
    clock = ZoneInfo(zone)
    day = slot.starts_at.astimezone(clock).date()
    days = [day + timedelta(weeks=week) for week in range(1, TIMES + 1)]
    found = (same_time_on(each, slot, clock).slot for each in days)
    return [each for each in found if each is not None]


def _hand_over(house: House, now: datetime) -> None:
    """The first days of Hannah's leave: each of hers to whoever may take it; the rest waits."""
    key, first, _ = ON_LEAVE
    desk, here = house.actors["tess"], place(house.clinics["harbour"].id)
    day = house.today() + timedelta(days=first)
    days = Span(day, day + timedelta(days=HANDED_OVER - 1))
    work = work_on(desk, here, days, KEEPS_ITS_SLOT, house.practitioners[key])
    chosen = [
        Given(one.work.pattern.id, one.work.version, one.takers[0].id)
        for one in takers_of(desk, here, work)
        if one.takers and not one.to_clear
    ]
    if chosen:
        hand_over(actor=desk, clinic_id=here.id, chosen=chosen, now=now)


def _standing(house: House, whom: str, days: int, treatment: Treatment) -> list[Appointment]:
    """What they have that day, soonest first."""
    return list(
        db.session.scalars(
            select(Appointment)
            .where(
                Appointment.practitioner_id == house.practitioners[whom],
                Appointment.clinic_id == house.clinics["harbour"].id,
                Appointment.first_day == house.today() + timedelta(days=days),
                Appointment.treatment == treatment,
                Appointment.state == AppointmentState.CONFIRMED,
            )
            .order_by(Appointment.starts_at)
        )
    )
