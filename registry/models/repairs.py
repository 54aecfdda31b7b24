"""Repairs: somebody asked how all that is on hold could be placed at once; how far that is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key, words


class RepairPhase(StrEnum):
    """What is to be done next: read who could take what, then one goal after the other."""

    READING = "reading"
    TIMES = "times"
    PATIENTS = "patients"
    WORK = "work"
    ANSWERED = "answered"


PHASES = tuple(RepairPhase)


class Repair(Model):
    """
    All that is on hold at a clinic, or of one practitioner there, as it was at `as_of`.

    `work` is what was read and the best plan so far, until it is answered; `result` the answer.
    Nothing is done by it: a person accepts. `moved_at` is when it got on last; while a step is
    claimed, or after one that failed, the moment from which it is anybody's to take.
    """

    __tablename__ = "repairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id")
    practitioner_id: Mapped[int | None] = key("practitioners.id")
    asked_by: Mapped[int] = key("accounts.id")
    asked_by_name: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime] = mapped_column(UtcMoment)
    phase: Mapped[RepairPhase] = mapped_column(words(RepairPhase), index=True)
    as_of: Mapped[datetime | None] = mapped_column(UtcMoment)
    work: Mapped[dict[str, Any] | None] = mapped_column(Json, deferred=True)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json, deferred=True)
    moved_at: Mapped[datetime] = mapped_column(UtcMoment)
    failed_with: Mapped[str] = mapped_column(String(300), default="")

    @property
    def done(self) -> int:
        return PHASES.index(self.phase)

    @property
    def answered(self) -> bool:
        return self.phase is RepairPhase.ANSWERED
