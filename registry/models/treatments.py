"""Treatment types: what is on offer, how long it takes, and the time kept before and after it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, words
from registry.rules.treatments import Needs
from registry.rules.vocabulary import Treatment


class TreatmentType(Model):
    """
    Lengths in minutes. `kind` says whether it needles, and never changes.

    From the day it is closed it is no longer booked; what was booked keeps its name.
    """

    __tablename__ = "treatment_types"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes_in_reach"),
        CheckConstraint("preparation BETWEEN 0 AND 60", name="preparation_in_reach"),
        CheckConstraint("clean_up BETWEEN 0 AND 60", name="clean_up_in_reach"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[Treatment] = mapped_column(words(Treatment))
    minutes: Mapped[int]
    preparation: Mapped[int] = mapped_column(default=0)
    clean_up: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(300), default="")
    closed_from: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def needs(self) -> Needs:
        return Needs(self.id, self.preparation, self.clean_up)
