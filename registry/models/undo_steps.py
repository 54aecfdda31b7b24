"""Undo: what appointments were before something was done to them, one at a time or many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key


class UndoStep(Model):
    """Something that was done at once; `what` is how a page calls it ("Moved")."""

    __tablename__ = "undo_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id")
    account_id: Mapped[int | None] = key("accounts.id")
    what: Mapped[str] = mapped_column(String(60))
    done_at: Mapped[datetime] = mapped_column(UtcMoment)
    undone_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class UndoLine(Model):
    """
    One appointment of a step: the version it made, and the columns as they were before.

    `before` is None for an appointment that the step booked.
    """

    __tablename__ = "undo_lines"
    __table_args__ = (Index("ix_undo_lines_appointment", "appointment_id", "step_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = key("undo_steps.id")
    appointment_id: Mapped[int] = key("appointments.id", index=False)
    version: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
