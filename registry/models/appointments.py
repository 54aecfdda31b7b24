"""Appointments: who treats whom, where and when; the ones that needle stand on privileges."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, String, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key, words
from registry.models.clinics import Clinic, Room
from registry.models.people import Engagement, Patient, Practitioner
from registry.models.treatments import TreatmentType
from registry.rules.diary import Slot
from registry.rules.questions import Circumstances
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Consent, Treatment


class Appointment(Model):
    """
    `sites` are the regions or muscles to be needled, empty for any other treatment.

    `first_day` and `last_day` are the clinic's local days it touches. The database checks them
    against the clinic's clock, and every site against `privileges`, while it is confirmed.
    `treatment` is the kind of its type. From `busy_from` to `busy_until` practitioner and room are
    taken, preparation and clean-up included; the patient from `starts_at` to `ends_at` only.
    `ground_lost_at` is when its privilege went: it is then held, or to be looked back upon;
    `ground_lost_by` is what took it, as the audit trail names it ("engagement:7").
    `checked_in_at` is when the patient was let through to it: all was met then. `missed_at` is when
    it was recorded that they did not come.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forwards"),
        CheckConstraint("last_day >= first_day", name="days_forwards"),
        CheckConstraint("busy_from <= starts_at AND busy_until >= ends_at", name="busy_encloses"),
        CheckConstraint("(state = 'no_show') = (missed_at IS NOT NULL)", name="missed_no_show"),
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
        Index(
            "ix_appointments_series",
            "series_id",
            "starts_at",
            sqlite_where=text("series_id IS NOT NULL"),
            postgresql_where=text("series_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = key("clinics.id", index=False)
    room_id: Mapped[int] = key("rooms.id", index=False)
    practitioner_id: Mapped[int] = key("practitioners.id", index=False)
    patient_id: Mapped[int] = key("patients.id", index=False)
    treatment: Mapped[Treatment] = mapped_column(words(Treatment))
    treatment_type_id: Mapped[int] = key("treatment_types.id", index=False)
    sites: Mapped[list[str]] = mapped_column(Json)
    starts_at: Mapped[datetime] = mapped_column(UtcMoment)
    ends_at: Mapped[datetime] = mapped_column(UtcMoment)
    busy_from: Mapped[datetime] = mapped_column(UtcMoment)
    busy_until: Mapped[datetime] = mapped_column(UtcMoment)
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[AppointmentState] = mapped_column(words(AppointmentState))
    ground_lost_because: Mapped[str] = mapped_column(String(500), default="")
    ground_lost_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    ground_lost_by: Mapped[str] = mapped_column(String(60), default="", server_default="")
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    checked_in_by: Mapped[int | None] = key("accounts.id", index=False)
    missed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    missed_by: Mapped[int | None] = key("accounts.id", index=False)
    series_id: Mapped[int | None] = key("series.id", index=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    clinic: Mapped[Clinic] = relationship()
    room: Mapped[Room] = relationship()
    practitioner: Mapped[Practitioner] = relationship()
    patient: Mapped[Patient] = relationship()
    treatment_type: Mapped[TreatmentType] = relationship()

    @property
    def slot(self) -> Slot:
        return Slot(self.starts_at, self.ends_at)


class GateRecord(Model):
    """
    What is known of one needling appointment beyond its place and day; the latest one counts.

    Never rewritten: what is learnt later is a record of its own. Each field is as in
    `Circumstances`, where None means that nobody said; `note` says where it can be looked up.
    """

    __tablename__ = "gate_records"
    __table_args__ = (Index("ix_gate_records_appointment", "appointment_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = key("appointments.id", index=False)
    consent: Mapped[Consent] = mapped_column(words(Consent))
    referral: Mapped[bool | None]
    referred: Mapped[bool | None]
    physician_contacted: Mapped[bool | None]
    physician_contraindicates: Mapped[bool]
    delegated: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[int] = key("accounts.id")
    recorded_by_name: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcMoment)

    @property
    def circumstances(self) -> Circumstances:
        return Circumstances(
            consent=self.consent,
            physician_contacted=self.physician_contacted,
            delegated=self.delegated,
            referral=self.referral,
            referred=self.referred,
            physician_contraindicates=self.physician_contraindicates,
        )


def is_latest_record() -> ColumnElement[bool]:
    """Joins an appointment with the one record that counts."""
    other = aliased(GateRecord)
    latest = (
        select(func.max(other.id))
        .where(other.appointment_id == Appointment.id)
        .correlate(Appointment)
        .scalar_subquery()
    )
    return and_(GateRecord.appointment_id == Appointment.id, GateRecord.id == latest)


def keeps_room(room_id: int, since: date) -> ColumnElement[bool]:
    """In SQL: booked in that room, on that day or after."""
    return and_(
        Appointment.room_id == room_id,
        Appointment.last_day >= since,
        Appointment.state.in_(KEEPS_ITS_SLOT),
    )


def does_not_fit(room_id: int, fit_for: Collection[int], since: date) -> ColumnElement[bool]:
    """In SQL: booked in that room from that day on, and of none of these types."""
    return and_(keeps_room(room_id, since), Appointment.treatment_type_id.not_in(fit_for))


#: In SQL: whoever has the appointment works at its clinic on all of its days.
WORKS_THERE = (
    select(Engagement.id)
    .where(
        Engagement.practitioner_id == Appointment.practitioner_id,
        Engagement.clinic_id == Appointment.clinic_id,
        Engagement.first_day <= Appointment.first_day,
        or_(Engagement.last_day.is_(None), Engagement.last_day >= Appointment.last_day),
    )
    .correlate(Appointment)
    .exists()
)
