"""The hours of the demo: who works part of the week, who is on leave, when the clinics close."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from registry.adapters.public_holidays import coming_holidays
from registry.demo.house import House
from registry.errors import FallsOutside
from registry.services.opening_hours import close_on_holidays
from registry.services.time_off import record_time_off
from registry.services.working_hours import set_working_week

#: A weekday ("0" is Monday) to the times they work there.
PART_TIME = {
    "mei": {str(day): [("13:00", "18:00")] for day in range(7)},
    "grace": {str(day): [("08:00", "12:30")] for day in range(3)},
}
ON_LEAVE = ("hannah", 2, 9)  # days from today
CLOSED_ON = ("Thanksgiving", "Christmas")
MANAGERS = {"harbour": "ruth", "hill": "colin"}


def plan_hours(house: House) -> None:
    """Part-time weeks were agreed before anything was booked, leave and closures only just now."""
    for key, week in PART_TIME.items():
        house.agenda.put(house.moment(-40, "09:00"), partial(_agree, house, key, week))
    house.agenda.put(house.now - timedelta(minutes=20), partial(_go_on_leave, house))
    for number, clinic in enumerate(MANAGERS):
        moment = house.now - timedelta(minutes=15 - number)
        house.agenda.put(moment, partial(_close, house, clinic))


def _agree(house: House, key: str, week: dict[str, list[tuple[str, str]]], now: datetime) -> None:
    set_working_week(
        actor=house.actors["ruth"],
        practitioner_id=house.practitioners[key],
        clinic_id=house.clinics["harbour"].id,
        first_day=house.day_of(now),
        week=week,
        now=now,
    )


def _go_on_leave(house: House, now: datetime) -> None:
    key, first, last = ON_LEAVE
    today = house.today()
    _all_the_same(
        lambda seen: record_time_off(
            actor=house.actors["ruth"],
            practitioner_id=house.practitioners[key],
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last),
            seen=seen,
            now=now,
        )
    )


def _close(house: House, clinic: str, now: datetime) -> None:
    where = house.clinics[clinic]
    holidays = coming_holidays(where.jurisdiction, house.today(clinic)) or ()
    days = [one.day for one in holidays if one.name.startswith(CLOSED_ON)]
    _all_the_same(
        lambda seen: close_on_holidays(
            actor=house.actors[MANAGERS[clinic]],
            clinic_id=where.id,
            days=days,
            seen=seen,
            now=now,
        )
    )


def _all_the_same(change: Callable[[Collection[int]], None]) -> None:
    """What is booked then was looked at, and somebody will move it."""
    try:
        change(())
    except FallsOutside as told:
        change(told.appointments)
