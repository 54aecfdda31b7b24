"""What somebody must know to write to the patient of an appointment: how to reach them, and how."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from registry.leave import require
from registry.models import Clinic, Patient, db
from registry.queries.appointments import AppointmentPage
from registry.rules.access import Action, Subject
from registry.rules.access import Actor as Asking
from registry.rules.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Reach:
    """`by_letter`: they agreed to letters and left an address. What is not known is empty."""

    phone: str
    language: str
    by_letter: bool
    address: str


def how_to_reach(actor: Asking, page: AppointmentPage) -> Reach:
    """The patient, and the clinic's own address. One statement. Raises NotAllowed, NotFound."""
    subject = Subject(frozenset({page.place.id}), page.practitioner_id)
    for action in (Action.MOVE, Action.SEE_PATIENT_RECORD):
        require(actor, action, subject)
    row = db.session.execute(
        select(Patient.phone, Patient.language, Patient.letters, Patient.email, Clinic.address)
        .join(Clinic, Clinic.id == Patient.clinic_id)
        .where(Patient.id == page.patient_id)
    ).one()
    language = LANGUAGES.get(row.language, "")
    return Reach(row.phone, language, bool(row.letters and row.email), row.address)
