"""People: practitioners and where they work, the accounts that sign in, and patients."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key, words
from registry.rules.access import Actor, Grant, Subject
from registry.rules.vocabulary import Profession, Role

#: No clinic has this number; what belongs to none at all would be within everybody's reach.
NOWHERE = frozenset({0})


class Practitioner(Model):
    """`languages` they speak, as ISO 639-1 codes; where there are none nobody said."""

    __tablename__ = "practitioners"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    profession: Mapped[Profession] = mapped_column(words(Profession))
    npi: Mapped[str | None] = mapped_column(String(10), unique=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    languages: Mapped[list[str]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    archived_at: Mapped[datetime | None] = mapped_column(UtcMoment)

    engagements: Mapped[list[Engagement]] = relationship(order_by="Engagement.first_day")

    def as_subject(self) -> Subject:
        """Whose clinics may see and change what hangs on this practitioner."""
        return Subject(frozenset(e.clinic_id for e in self.engagements), self.id)

    def as_subject_since(self, day: date) -> Subject:
        """Only the clinics that have them on that day or after it."""
        there = (e for e in self.engagements if e.last_day is None or e.last_day >= day)
        return Subject(frozenset(e.clinic_id for e in there) or NOWHERE, self.id)


class Engagement(Model):
    """A practitioner works at a clinic from a day to a day."""

    __tablename__ = "engagements"
    __table_args__ = (
        UniqueConstraint("practitioner_id", "clinic_id", "first_day"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="forwards"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id")
    clinic_id: Mapped[int] = key("clinics.id")
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class Account(Model):
    """
    Somebody who may sign in. The e-mail address is kept casefolded.

    `calendar_letters`: whoever treats gets a letter with each of their appointments.
    `early_letters`: whoever manages gets one of what lapses, long before it does.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id"), unique=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    calendar_letters: Mapped[bool] = mapped_column(default=True, server_default=true())
    early_letters: Mapped[bool] = mapped_column(default=True, server_default=true())

    grants: Mapped[list[AccountGrant]] = relationship(
        cascade="all, delete-orphan", order_by="AccountGrant.id"
    )

    def as_actor(self, address: str = "") -> Actor:
        grants = tuple(Grant(grant.role, grant.clinic_id) for grant in self.grants if grant.holds)
        return Actor(self.id, self.name, grants, self.practitioner_id, address)

    def as_subject(self) -> Subject:
        """Whose clinics it belongs to."""
        clinics = frozenset(g.clinic_id for g in self.grants if g.clinic_id is not None)
        return Subject(clinics, self.practitioner_id)


class AccountGrant(Model):
    """
    One role, at one clinic or (no clinic) everywhere.

    `proposed_by` is the account that proposed it, while a second person has yet to confirm it.
    """

    __tablename__ = "account_grants"
    __table_args__ = (UniqueConstraint("account_id", "role", "clinic_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = key("accounts.id")
    role: Mapped[Role] = mapped_column(words(Role))
    clinic_id: Mapped[int | None] = key("clinics.id")
    proposed_by: Mapped[int | None]

    @property
    def holds(self) -> bool:
        return self.proposed_by is None


class Patient(Model):
    """
    As little as the appointment book needs: a reference, a name, how to reach them.

    `language` is an ISO 639-1 code; what is not known is empty. `letters`: they agreed to get
    letters about their appointments at that address.
    """

    __tablename__ = "patients"
    __table_args__ = (
        UniqueConstraint("clinic_id", "reference"),
        Index("ix_patients_name", "clinic_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id")
    reference: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    letters: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
