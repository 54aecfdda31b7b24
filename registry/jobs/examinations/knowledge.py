"""What was known: does its last row say what is on record, and is every doubt in an incident?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.jobs.examinations.everybody import practitioners
from registry.models import (
    Appointment,
    Clinic,
    IncidentTreatment,
    KnownPersonRow,
    KnownPlaceRow,
)
from registry.models.knowledge_on_record import last_known, people_on_record, place_on_record
from registry.rules.knowledge import person_from, place_from
from registry.rules.vocabulary import AppointmentState


def known_people(session: Session) -> Iterator[str]:
    """As the rules read them, so that another spelling of the same is no fault."""
    for ids in practitioners(session):
        last = last_known(session, KnownPersonRow, KnownPersonRow.practitioner_id, ids)
        for who, person in sorted(people_on_record(session, ids).items()):
            if who not in last:
                yield f"Nothing is kept of what was known of practitioner {who}."
            elif person_from(last[who].text) != person:
                yield (
                    f"What is kept as known of practitioner {who} since "
                    f"{last[who].known_from:%Y-%m-%d %H:%M} UTC is not what is on record."
                )
        session.expunge_all()


def known_places(session: Session) -> Iterator[str]:
    clinics = {one.id: one for one in session.scalars(select(Clinic).order_by(Clinic.id))}
    last = last_known(session, KnownPlaceRow, KnownPlaceRow.clinic_id, list(clinics))
    for number, clinic in clinics.items():
        if number not in last:
            yield f"Nothing is kept of what was known of clinic {number}."
        elif place_from(last[number].text) != place_on_record(clinic):
            yield f"What is kept as known of clinic {number} is not what is on record."


def without_incident(session: Session) -> Iterator[str]:
    """Treatments that are listed for look-back, and that nobody is asked to look into."""
    wanted = (
        select(Appointment.id)
        .outerjoin(IncidentTreatment, IncidentTreatment.appointment_id == Appointment.id)
        .where(
            Appointment.state.in_([AppointmentState.BEGUN, AppointmentState.DONE]),
            Appointment.ground_lost_at.is_not(None),
            IncidentTreatment.id.is_(None),
        )
        .order_by(Appointment.id)
    )
    for number in session.scalars(wanted):
        yield f"Appointment {number} is listed for look-back, but is in no incident."
