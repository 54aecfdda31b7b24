"""Reminders as promised, each band of each version once, and what somebody did about them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key, words
from registry.rules.reminders import AnswerKind, Audience

OF_HOLDER, OF_CLINIC = text("clinic_id IS NULL"), text("clinic_id IS NOT NULL")


class Reminder(Model):
    """
    A band of a version's last day that was crossed, for the holder or for those of one clinic.

    Promised in the transaction of its letter. `caught_up`: jumped over, and told together with the
    nearest band. Never changed or deleted: the database sees to it.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        CheckConstraint("(audience = 'holder') = (clinic_id IS NULL)", name="of_clinic"),
        Index(
            "uq_reminders_of_holder",
            *("version_id", "band"),
            unique=True,
            sqlite_where=OF_HOLDER,
            postgresql_where=OF_HOLDER,
        ),
        Index(
            "uq_reminders_of_clinic",
            *("version_id", "clinic_id", "audience", "band"),
            unique=True,
            sqlite_where=OF_CLINIC,
            postgresql_where=OF_CLINIC,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = key("credential_versions.id")
    clinic_id: Mapped[int | None] = key("clinics.id")
    audience: Mapped[Audience] = mapped_column(words(Audience))
    band: Mapped[int]
    caught_up: Mapped[bool]
    promised_at: Mapped[datetime] = mapped_column(UtcMoment)


class ReminderAnswer(Model):
    """
    “I know, I am on it”, or put off until a day by somebody who answers for it.

    Of one clinic; without one, by the holder, for every clinic. The latest holds, none is changed.
    """

    __tablename__ = "reminder_answers"
    __table_args__ = (CheckConstraint("(kind = 'snoozed') = (until IS NOT NULL)", name="until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = key("credential_versions.id")
    clinic_id: Mapped[int | None] = key("clinics.id")
    kind: Mapped[AnswerKind] = mapped_column(words(AnswerKind))
    until: Mapped[date | None]
    owner_id: Mapped[int] = key("accounts.id")
    owner_name: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[int] = key("accounts.id")
    made_by_name: Mapped[str] = mapped_column(String(200))
    made_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
