"""Series: appointments that belong together, one every so many weeks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key


class Series(Model):
    """What its appointments are stands on each of them; here only how far apart they are."""

    __tablename__ = "series"
    __table_args__ = (CheckConstraint("every_weeks BETWEEN 1 AND 4", name="every_weeks"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id")
    every_weeks: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
