"""What was known, and since when: a row for each time it became something else. Only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key


class KnownPersonRow(Model):
    """
    A practitioner as the rules were told of them from `known_from` on, until the next such row.

    `content` is canonical JSON, as `rules/knowledge.py` writes and reads it. `begins`: the registry
    began to keep this with that row; what was known earlier cannot be told.
    """

    __tablename__ = "known_people"
    __table_args__ = (Index("ix_known_people_practitioner", "practitioner_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id", index=False)
    known_from: Mapped[datetime] = mapped_column(UtcMoment)
    content: Mapped[str] = mapped_column(Text)
    begins: Mapped[bool] = mapped_column(default=False, server_default=false())


class KnownPlaceRow(Model):
    """A clinic's name, clock and jurisdiction from `known_from` on, kept in the same way."""

    __tablename__ = "known_places"
    __table_args__ = (Index("ix_known_places_clinic", "clinic_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id", index=False)
    known_from: Mapped[datetime] = mapped_column(UtcMoment)
    content: Mapped[str] = mapped_column(Text)
    begins: Mapped[bool] = mapped_column(default=False, server_default=false())
