"""Appointments: who treats whom, where and when; the ones that needle stand on privileges."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key, words
from registry.models.clinics import Clinic, Room
from registry.models.people import Patient, Practitioner
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Treatment

#: What keeps its slot, and so its room.
KEEPS_ITS_SLOT = (AppointmentState.CONFIRMED, AppointmentState.HELD)


class Appointment(Model):
    """
    `sites` are the regions or muscles to be needled, empty for any other treatment.

    `first_day` and `last_day` are the clinic's local days it touches. The database checks them
    against the clinic's clock, and every site against `privileges`, while it is confirmed.
    `ground_lost_at` is when its privilege went: it is then held, or to be looked back upon.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forwards"),
        CheckConstraint("last_day >= first_day", name="days_forwards"),
        Index("ix_appointments_practitioner", "practitioner_id", "starts_at"),
        Index("ix_appointments_room", "room_id", "starts_at"),
        Index("ix_appointments_patient", "patient_id", "starts_at"),
        Index("ix_appointments_clinic", "clinic_id", "starts_at"),
        Index("ix_appointments_cover", "practitioner_id", "state", "last_day"),
        Index("ix_appointments_state", "state", "clinic_id", "starts_at"),
        Index(
            "ix_appointments_ground_lost",
            "clinic_id",
            "starts_at",
            sqlite_where=text("ground_lost_at IS NOT NULL"),
            postgresql_where=text("ground_lost_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id", index=False)
    room_id: Mapped[int] = key("rooms.id", index=False)
    practitioner_id: Mapped[int] = key("practitioners.id", index=False)
    patient_id: Mapped[int] = key("patients.id", index=False)
    treatment: Mapped[Treatment] = mapped_column(words(Treatment))
    sites: Mapped[list[str]] = mapped_column(Json)
    starts_at: Mapped[datetime] = mapped_column(UtcMoment)
    ends_at: Mapped[datetime] = mapped_column(UtcMoment)
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[AppointmentState] = mapped_column(words(AppointmentState))
    ground_lost_because: Mapped[str] = mapped_column(String(500), default="")
    ground_lost_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    clinic: Mapped[Clinic] = relationship()
    room: Mapped[Room] = relationship()
    practitioner: Mapped[Practitioner] = relationship()
    patient: Mapped[Patient] = relationship()

    @property
    def slot(self) -> Slot:
        return Slot(self.starts_at, self.ends_at)


def keeps_room(room_id: int, since: date) -> ColumnElement[bool]:
    """In SQL: booked in that room, on that day or after."""
    return and_(
        Appointment.room_id == room_id,
        Appointment.last_day >= since,
        Appointment.state.in_(KEEPS_ITS_SLOT),
    )
