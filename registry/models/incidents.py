"""Incidents: treatments that a later discovery puts in doubt, and what is done about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Model, UtcMoment, key, words
from registry.models.people import Practitioner
from registry.rules.incidents import StepState, TreatmentFinding


class Incident(Model):
    """
    Of one clinic, one practitioner and one cause; what is found later for that cause joins it.

    `about` names the cause: "credential:7", or the reason in words. `decision_id` is the decision
    that opened it, `joined` how often treatments were found for it. It is closed once somebody
    wrote a conclusion.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("clinic_id", "practitioner_id", "about"),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_name = '')"
            " AND (closed_at IS NULL) = (conclusion = '')",
            name="closed_by_somebody",
        ),
        Index("ix_incidents_clinic", "clinic_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id", index=False)
    practitioner_id: Mapped[int] = key("practitioners.id")
    about: Mapped[str] = mapped_column(String(200))
    because: Mapped[str] = mapped_column(String(500))
    decision_id: Mapped[int | None] = key("verifications.id")
    opened_at: Mapped[datetime] = mapped_column(UtcMoment)
    joined: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = key("accounts.id")
    closed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    closed_by_name: Mapped[str] = mapped_column(String(200), default="")
    conclusion: Mapped[str] = mapped_column(String(2000), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    practitioner: Mapped[Practitioner] = relationship()
    steps: Mapped[list[IncidentStep]] = relationship(order_by="IncidentStep.id")
    treatments: Mapped[list[IncidentTreatment]] = relationship(order_by="IncidentTreatment.id")


class IncidentStep(Model):
    """Something to be done about it: done, or not needed for a reason, which is then its note."""

    __tablename__ = "incident_steps"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_once"),
        CheckConstraint("state <> 'not_needed' OR note <> ''", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = key("incidents.id")
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[StepState] = mapped_column(words(StepState), default=StepState.OPEN)
    note: Mapped[str] = mapped_column(String(500), default="")
    settled_by_name: Mapped[str] = mapped_column(String(200), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class IncidentTreatment(Model):
    """An appointment of it, and what was found. An appointment loses its ground only once."""

    __tablename__ = "incident_treatments"
    __table_args__ = (CheckConstraint("(finding IS NULL) = (found_at IS NULL)", name="found_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = key("incidents.id")
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), unique=True)
    joined_at: Mapped[datetime] = mapped_column(UtcMoment)
    finding: Mapped[TreatmentFinding | None] = mapped_column(words(TreatmentFinding))
    note: Mapped[str] = mapped_column(String(500), default="")
    found_by_name: Mapped[str] = mapped_column(String(200), default="")
    found_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
