"""Privileges: days on which a practitioner may needle a site at a clinic. Derived, never typed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model


class Privilege(Model):
    """A longest span of days; open-ended ones end on 9999-12-31. Guarded by the database."""

    __tablename__ = "privileges"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="forwards"),
        Index("ix_privileges_clinic", "clinic_id", "site", "first_day", "last_day"),
    )

    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"), primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinics.id"), primary_key=True)
    site: Mapped[str] = mapped_column(String(40), primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
