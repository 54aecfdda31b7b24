"""Requirement sets as adopted: whose rules the organisation applies, who said so, since when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key, words
from registry.rules.vocabulary import Profession


class AdoptionState(StrEnum):
    """
    Where an adoption stands. While it is activating, both it and what it follows must be met.

    A proposal is withdrawn, and so is what was being activated once that is given up.
    """

    PROPOSED = "proposed"
    ACTIVATING = "activating"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class Adoption(Model):
    """
    A named person confirmed a jurisdiction's sets.

    `settled` keeps for each open item, by its code, how they read it, why, and when somebody is
    to look again: `{"reading": …, "why": …, "look_again_on": "2027-11-22"}`.
    """

    __tablename__ = "adoptions"
    __table_args__ = (UniqueConstraint("jurisdiction", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[int]
    state: Mapped[AdoptionState] = mapped_column(
        words(AdoptionState), default=AdoptionState.PROPOSED, index=True
    )
    settled: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    adopted_by: Mapped[int] = key("accounts.id")
    adopted_by_name: Mapped[str] = mapped_column(String(200))
    adopted_at: Mapped[datetime] = mapped_column(UtcMoment)
    active_since: Mapped[datetime | None] = mapped_column(UtcMoment)

    sets: Mapped[list[StoredRequirementSet]] = relationship(back_populates="adoption")


class StoredRequirementSet(Model):
    """One profession's requirements there, as `RequirementSet.as_mapping` gives them."""

    __tablename__ = "requirement_sets"
    __table_args__ = (
        UniqueConstraint("adoption_id", "profession", "first_day"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="forwards"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adoption_id: Mapped[int] = key("adoptions.id")
    profession: Mapped[Profession] = mapped_column(words(Profession))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    content: Mapped[dict[str, Any]] = mapped_column(Json)

    adoption: Mapped[Adoption] = relationship(back_populates="sets")


class HouseRulesVersion(Model):
    """
    What a clinic asks beyond its jurisdiction, from a day on until its next version begins.

    `content` is a list of requirements as `house_requirement_as_mapping` gives them; never
    rewritten.
    """

    __tablename__ = "house_rules"
    __table_args__ = (UniqueConstraint("clinic_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id")
    version: Mapped[int]
    first_day: Mapped[date]
    content: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(500), default="")
    made_by: Mapped[int] = key("accounts.id")
    made_by_name: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
