"""Work in the background: adoptions being activated, and answers to what a change would do."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key, words


class Phase(StrEnum):
    """
    First everybody is judged by both versions, then, after the switch, by the new alone.

    Where it is given up before the switch: by what is in force alone.
    """

    NARROWING = "narrowing"
    WIDENING = "widening"
    DONE = "done"


class Activation(Model):
    """
    How far the activation of an adoption is, and who began it.

    `reached` is the number of the last practitioner of the phase who was judged anew; `done` and
    `total` count over both phases. Whoever goes on starts from here.
    """

    __tablename__ = "activations"

    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoptions.id"), primary_key=True)
    phase: Mapped[Phase] = mapped_column(words(Phase), index=True)
    reached: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    begun: Mapped[int] = mapped_column(default=0)
    started_by: Mapped[int] = key("accounts.id")
    started_by_name: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    moved_at: Mapped[datetime] = mapped_column(UtcMoment)
    failed_with: Mapped[str] = mapped_column(String(300), default="")


class ActivationGivenUp(Model):
    """
    Somebody gave an activation up before the new version was in force, and why. Never rewritten.

    Its adoption is withdrawn with it. The activation goes on with its second phase: everybody is
    judged by what is in force, which is what it was before.
    """

    __tablename__ = "activations_given_up"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)

    adoption_id: Mapped[int] = mapped_column(
        ForeignKey("activations.adoption_id"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(String(500))
    given_up_by: Mapped[int] = key("accounts.id")
    given_up_by_name: Mapped[str] = mapped_column(String(200))
    given_up_at: Mapped[datetime] = mapped_column(UtcMoment)


class WhatIf(Model):
    """
    Somebody asked what a proposed adoption, or a clinic's own new rules, would do.

    `requirements` and `first_day` are those new rules. Answered once `answered_at` is set.
    """

    __tablename__ = "what_ifs"
    __table_args__ = (
        CheckConstraint("(adoption_id IS NULL) <> (clinic_id IS NULL)", name="about_one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adoption_id: Mapped[int | None] = key("adoptions.id")
    clinic_id: Mapped[int | None] = key("clinics.id")
    requirements: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    first_day: Mapped[date | None]
    asked_by: Mapped[int] = key("accounts.id")
    asked_at: Mapped[datetime] = mapped_column(UtcMoment)
    reached: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime] = mapped_column(UtcMoment)
    answered_at: Mapped[datetime | None] = mapped_column(UtcMoment, index=True)
    failed_with: Mapped[str] = mapped_column(String(300), default="")

    @property
    def finished(self) -> bool:
        """Answered about everybody, and not merely asked no further."""
        return self.answered_at is not None and self.done >= self.total


class WhatIfPart(Model):
    """What was found out about some of the practitioners, the last of them `reached`."""

    __tablename__ = "what_if_parts"

    what_if_id: Mapped[int] = mapped_column(ForeignKey("what_ifs.id"), primary_key=True)
    reached: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[list[dict[str, Any]]] = mapped_column(Json)
