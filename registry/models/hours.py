"""Hours: the days on which a clinic's differ, when practitioners work there, and their time off."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, key
from registry.rules.stretches import Stretch, Stretches, stretches_told

#: Pairs of "HH:MM", or for each weekday such pairs (see rules/stretches.py).
Times = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class ClinicDay(Model):
    """A day with hours of its own at a clinic; closed where there are none."""

    __tablename__ = "clinic_days"
    __table_args__ = (UniqueConstraint("clinic_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id", index=False)
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(100), default="")
    hours: Mapped[list[list[str]]] = mapped_column(Times)

    @property
    def stretches(self) -> Stretches:
        return stretches_told(self.hours)


class WorkingWeek(Model):
    """A practitioner's week at a clinic from a day on; no week: whenever the clinic is open."""

    __tablename__ = "working_weeks"
    __table_args__ = (UniqueConstraint("practitioner_id", "clinic_id", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id", index=False)
    clinic_id: Mapped[int] = key("clinics.id")
    first_day: Mapped[date]
    week: Mapped[dict[str, Any] | None] = mapped_column(Times)


class WorkingDay(Model):
    """One day on which a practitioner works other hours at a clinic, or not at all."""

    __tablename__ = "working_days"
    __table_args__ = (UniqueConstraint("practitioner_id", "clinic_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id", index=False)
    clinic_id: Mapped[int] = key("clinics.id")
    day: Mapped[date]
    hours: Mapped[list[list[str]]] = mapped_column(Times)

    @property
    def stretches(self) -> Stretches:
        return stretches_told(self.hours)


class TimeOff(Model):
    """
    Days on which a practitioner works at no clinic; or a part ("HH:MM") of a single one.

    Nothing says why: a reason for being away may be about somebody's health.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="forwards"),
        CheckConstraint(
            "(starts IS NULL AND ends IS NULL)"
            " OR (starts IS NOT NULL AND ends IS NOT NULL AND first_day = last_day)",
            name="part_of_one_day",
        ),
        Index("ix_time_off_days", "last_day", "first_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id")
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts: Mapped[str | None] = mapped_column(String(5))
    ends: Mapped[str | None] = mapped_column(String(5))

    @property
    def part(self) -> Stretch | None:
        return stretches_told([(self.starts, self.ends)])[0] if self.starts and self.ends else None
