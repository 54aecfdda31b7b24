"""Calendars in the demo: who reads appointments or lapses elsewhere; a feed that was withdrawn."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from registry.demo.house import House
from registry.models import CalendarFeed, db
from registry.rules.calendars import FeedKind
from registry.services.calendars import choose_calendar_letters, make_feed, withdraw_feed

MADE, LOST = -20, -3  # days from today
LOST_ONE = "old telephone"


def plan_calendars(house: House) -> None:
    dana, harbour = house.practitioners["dana"], house.clinics["harbour"].id
    feeds = (
        ("dana", FeedKind.PRACTITIONER, dana, LOST_ONE),
        ("dana", FeedKind.PRACTITIONER, dana, "my telephone"),
        ("tess", FeedKind.CLINIC, harbour, "screen at the front desk"),
        ("ruth", FeedKind.LAPSES_AT_CLINIC, harbour, "calendar at home"),
    )
    for number, (key, kind, of, name) in enumerate(feeds):
        made = house.moment(MADE, f"12:3{number}")
        house.agenda.put(made, partial(_make, house, key, kind, of, name))
    house.agenda.put(house.moment(LOST, "08:15"), partial(_withdraw, house, "dana"))
    house.agenda.put(house.moment(MADE, "12:40"), partial(_no_letters, house, "marcus"))


def _make(house: House, key: str, kind: FeedKind, of: int, name: str, now: datetime) -> None:
    make_feed(actor=house.actors[key], kind=kind, number=of, name=name, now=now)


def _withdraw(house: House, key: str, now: datetime) -> None:
    """It was lost, with the address in it."""
    number = db.session.scalars(
        select(CalendarFeed.id).where(
            CalendarFeed.name == LOST_ONE,
            CalendarFeed.account_id == house.actors[key].account_id,
        )
    ).one()
    withdraw_feed(actor=house.actors[key], feed_id=number, now=now)


def _no_letters(house: House, key: str, now: datetime) -> None:
    choose_calendar_letters(actor=house.actors[key], wanted=False, now=now)
