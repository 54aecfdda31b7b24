"""Clinics: where needling happens, under whose rules, and by which clock."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key
from registry.rules.reminders import BANDS


class Clinic(Model):
    """
    `hours`: of a weekday ("0" is Monday) pairs of local times, "HH:MM", it is open between.

    `takes_provisional`: needling past somebody's last valid day may be booked provisionally.
    `reminder_bands` as in rules/reminders.py; `reminded_on` is its day up to which all that was to
    be reminded of is promised.
    """

    __tablename__ = "clinics"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    address: Mapped[str] = mapped_column(String(300), default="")
    zone: Mapped[str] = mapped_column(String(60))
    jurisdiction: Mapped[str] = mapped_column(String(10), index=True)
    hours: Mapped[dict[str, list[list[str]]]] = mapped_column(Json, default=dict)
    takes_provisional: Mapped[bool] = mapped_column(default=False, server_default=false())
    reminder_bands: Mapped[list[int]] = mapped_column(Json, default=lambda: list(BANDS))
    reminded_on: Mapped[date | None]

    rooms: Mapped[list[Room]] = relationship(order_by="Room.name")


class Room(Model):
    """
    From the day it is closed nothing is booked in it; what was booked there keeps its name.

    `fit_for` are the numbers of the treatment types it is fit for, since a day; none: all are.
    """

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("clinic_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id")
    name: Mapped[str] = mapped_column(String(60))
    closed_from: Mapped[date | None]
    fit_for: Mapped[list[int]] = mapped_column(Json, default=list)
    fit_since: Mapped[date | None]


class ZoneOffset(Model):
    """
    A stretch of constant offset in a zone's clock, so that the database can tell local days.

    Written from the zone rules the application itself uses, whenever a clinic names a zone.
    """

    __tablename__ = "zone_offsets"
    __table_args__ = (CheckConstraint("until_utc > from_utc", name="forwards"),)

    zone: Mapped[str] = mapped_column(String(60), primary_key=True)
    from_utc: Mapped[datetime] = mapped_column(UtcMoment, primary_key=True)
    until_utc: Mapped[datetime] = mapped_column(UtcMoment)
    offset_seconds: Mapped[int]
