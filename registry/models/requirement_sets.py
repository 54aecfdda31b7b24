"""Requirement sets as adopted: whose rules the organisation applies, who said so, since when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key, words
from registry.rules.vocabulary import Profession


class Adoption(Model):
    """A named person confirmed a jurisdiction's sets; `settled` keeps how they read each item."""

    __tablename__ = "adoptions"
    __table_args__ = (UniqueConstraint("jurisdiction", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[int]
    settled: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    adopted_by: Mapped[int] = key("accounts.id")
    adopted_by_name: Mapped[str] = mapped_column(String(200))
    adopted_at: Mapped[datetime] = mapped_column(UtcMoment)

    sets: Mapped[list[StoredRequirementSet]] = relationship(back_populates="adoption")


class StoredRequirementSet(Model):
    """One profession's requirements there, as `RequirementSet.as_mapping` gives them."""

    __tablename__ = "requirement_sets"
    __table_args__ = (
        UniqueConstraint("adoption_id", "profession"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="forwards"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    adoption_id: Mapped[int] = key("adoptions.id")
    profession: Mapped[Profession] = mapped_column(words(Profession))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    content: Mapped[dict[str, Any]] = mapped_column(Json)

    adoption: Mapped[Adoption] = relationship(back_populates="sets")
