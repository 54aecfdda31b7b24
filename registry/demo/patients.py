"""The patients of the demo: how to reach them, what is noted of some, what came up just now."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import exists, select

from registry.demo.house import House
from registry.models import Appointment, PatientNote, db
from registry.models.contraindications import is_on_record
from registry.rules.access import Actor
from registry.rules.contraindications import Contraindication
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.patient_notes import change_notes
from registry.services.patients import add_patient

LANGUAGES = ("en", "es", "en", "fr", "en", "vi", "", "tl")
#: Every so many patients one has a note from the beginning, which each booking clears.
ONE_IN = 5
NOTED = (
    Contraindication.DIABETES,
    Contraindication.BLEEDING,
    Contraindication.ALLERGY,
    Contraindication.EPILEPSY,
)
#: Told on the telephone a minute ago, by those who come next from tomorrow on.
JUST_NOW = (Contraindication.PREGNANCY, Contraindication.NEEDLE_PHOBIA)
A_MINUTE = timedelta(minutes=1)
SOON = timedelta(hours=12)


def welcome_patient(
    desk: Actor, clinic_id: int, reference: str, name: str, number: int, now: datetime
) -> int:
    """Returns their number. Telephones are of those that no exchange gives to anybody."""
    patient = add_patient(
        actor=desk,
        clinic_id=clinic_id,
        reference=reference,
        name=name,
        phone=f"+1 406 555 01{number:02}" if number % 7 else "",
        email=f"{name.lower().replace(' ', '.')}@patient.example" if number % 3 else "",
        language=LANGUAGES[number % len(LANGUAGES)],
        letters=number % 3 == 1,
        now=now,
    )
    if number % ONE_IN == 2:
        _note(desk, patient.id, NOTED[number // ONE_IN % len(NOTED)], now)
    return patient.id


def cleared_for(patient_id: int, treatment: Treatment) -> list[int]:
    """What is noted, all of it asked about, where needling is booked."""
    if treatment is not Treatment.NEEDLING:
        return []
    mine = select(PatientNote.id).where(PatientNote.patient_id == patient_id, is_on_record())
    return list(db.session.scalars(mine))


def plan_news(house: House, desk: Actor, clinic: str) -> None:
    """So that something is to be confirmed, and somebody not to be needled any more."""
    act = partial(_hear_news, desk, house.clinics[clinic].id)
    house.agenda.put(house.now - A_MINUTE, act)


def _hear_news(desk: Actor, clinic_id: int, now: datetime) -> None:
    coming = db.session.scalars(
        select(Appointment.patient_id)
        .where(
            Appointment.clinic_id == clinic_id,
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.state == AppointmentState.CONFIRMED,
            Appointment.starts_at > now + SOON,
            ~exists().where(PatientNote.patient_id == Appointment.patient_id),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    patients = list(dict.fromkeys(coming))
    for patient_id, word in zip(patients, JUST_NOW, strict=False):
        _note(desk, patient_id, word, now)


def _note(desk: Actor, patient_id: int, word: Contraindication, now: datetime) -> None:
    change_notes(actor=desk, patient_id=patient_id, words=[word], seen_note=0, now=now)
