"""What is asked about a patient: how to reach them, and what speaks against needling them."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import InputRequired

from registry.queries.patient_records import PatientRecord
from registry.rules.contraindications import IN_WORDS, Weight, of_weight
from registry.rules.languages import languages_by_name
from registry.services.patients import LONGEST_REFERENCE
from registry.services.typed import LONGEST_EMAIL, LONGEST_NAME, LONGEST_PHONE
from registry.web.fields import Boxes, Line, options


class ReachForm(FlaskForm):
    name = Line("Name", [InputRequired("Give the patient's name.")], longest=LONGEST_NAME)
    phone = Line("Phone", longest=LONGEST_PHONE)
    email = Line("E-mail address", longest=LONGEST_EMAIL)
    language = SelectField(
        "Language", choices=options(languages_by_name(), "Not known"), default=""
    )
    letters = BooleanField("The patient agreed to letters about their appointments by e-mail")


class NewPatientForm(ReachForm):
    reference = Line(
        "Reference", [InputRequired("Give the patient's reference.")], longest=LONGEST_REFERENCE
    )


class ChangePatientForm(ReachForm):
    """`seen_version`: what the person looked at, so that nobody undoes what they never saw."""

    seen_version = HiddenField()


class NotesForm(FlaskForm):
    """`seen_note`: the latest that the person looked at."""

    forbids = Boxes(
        "No needling while this holds",
        choices=options((word.value, IN_WORDS[word]) for word in of_weight(Weight.ABSOLUTE)),
    )
    asks = Boxes(
        "Whoever needles is asked first",
        choices=options((word.value, IN_WORDS[word]) for word in of_weight(Weight.RELATIVE)),
    )
    seen_note = HiddenField()

    @classmethod
    def of(cls, patient: PatientRecord) -> NotesForm:
        return cls(
            forbids=[note.word.value for note in patient.notes if note.forbids],
            asks=[note.word.value for note in patient.notes if not note.forbids],
            seen_note=str(patient.latest),
        )

    @property
    def words(self) -> list[str]:
        return [*(self.forbids.data or ()), *(self.asks.data or ())]
