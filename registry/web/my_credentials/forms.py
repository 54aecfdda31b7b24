"""What is asked about each kind of credential but the certificate, which asks most."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.validators import InputRequired

from registry.rules.jurisdictions import JURISDICTIONS
from registry.rules.particulars import OWN, fact_from, particulars_of
from registry.rules.regions import REGIONS
from registry.rules.standing import Held
from registry.rules.vocabulary import (
    CredentialKind,
    LicenceKind,
    Profession,
    RegistrationKind,
    VersionState,
)
from registry.web.fields import Boxes, Day, Line, Number, options

NEEDED = InputRequired("Fill this in.")
CHOSEN = InputRequired("Choose one.")
PLACES = options(sorted(JURISDICTIONS.items(), key=lambda pair: pair[1]), "Choose where")
PROFESSIONS = options((str(one), one.title.capitalize()) for one in Profession)
LICENCE_KINDS = options(
    [
        (str(LicenceKind.FULL), "Full licence"),
        (str(LicenceKind.PROVISIONAL), "Provisional, or an intern's"),
        (str(LicenceKind.COMPACT_PRIVILEGE), "Compact privilege"),
    ]
)
REGISTRATION_KINDS = options(
    [
        (str(RegistrationKind.REGISTRATION), "On the board's register for dry needling"),
        (str(RegistrationKind.AUTHORISATION), "Authorised by the board to needle"),
        (str(RegistrationKind.ENDORSEMENT), "Endorsed on the licence"),
        (str(RegistrationKind.ROSTER), "On a roster that the board or college keeps"),
        (str(RegistrationKind.APPROVAL), "Approved by the board on proof of training"),
        (str(RegistrationKind.CERTIFICATION), "Certified by the board to needle"),
        (str(RegistrationKind.NOTIFICATION), "Training papers sent to the board"),
    ]
)
REGION_BOXES = options((region.code, region.name) for region in REGIONS.values())


class CredentialForm(FlaskForm):
    """
    What every credential has: its days, its paper, a word to whoever checks it.

    The fields of a kind are named as in `rules/facts.py`, so one becomes the other by itself.
    """

    credential: ClassVar[CredentialKind]
    file_needed: ClassVar[bool] = True
    lapses: ClassVar[bool] = True

    file = FileField("The document")
    first_day = Day("First day", [NEEDED])
    last_day = Day("Last valid day", description="It still counts on this day.")
    note = Line("Note for whoever checks it", longest=500)
    compared = BooleanField("I compared what was read with the paper")

    def fact(self) -> Held:
        return fact_from(
            self.credential,
            self.particulars(),
            id=0,
            state=VersionState.SUBMITTED,
            first_day=self.starts,
            last_day=self.ends,
        )

    @property
    def starts(self) -> date | None:
        """The day from which it counts."""
        return self.first_day.data

    @property
    def ends(self) -> date | None:
        return self.last_day.data if self.lapses else None

    def particulars(self) -> dict[str, Any]:
        """What was filled in, as `rules/particulars.py` keeps it."""
        asked = [name for name in OWN[self.credential] if name in self]
        given = ((name, plain(self[name])) for name in asked)
        return {name: value for name, value in given if value not in (None, "")}

    def own_fields(self) -> list[Field]:
        """Those of its kind, in the order they are asked in."""
        return [field for field in self if field.short_name in OWN[self.credential]]

    @classmethod
    def typed(cls, fact: Held) -> dict[str, Any]:
        """What somebody would have typed to enter this fact."""
        own = particulars_of(fact)
        days = {"first_day": fact.first_day, "last_day": fact.last_day}
        return own | _with_days(own) | days

    def makes_sense(self, today: date) -> bool:
        """What the fields say together; each contradiction is told at its field."""
        last = self.ends
        if self.starts and last and last < self.starts:
            wrong(self.last_day, "The last valid day is before the first.")
        return not self.errors

    def not_to_come(self, field: Field, today: date, sentence: str) -> None:
        if field.data and field.data > today:
            wrong(field, sentence)


class LicenceForm(CredentialForm):
    credential = CredentialKind.LICENCE

    number = Line("Licence number", [NEEDED], longest=60)
    jurisdiction = SelectField("Issued by", [CHOSEN], choices=PLACES)
    profession = SelectField("Licensed as", [CHOSEN], choices=PROFESSIONS)
    kind = SelectField("Sort of licence", [CHOSEN], choices=LICENCE_KINDS)
    first_licensed = Day("First licensed on", description="In this profession, anywhere.")

    def makes_sense(self, today: date) -> bool:
        self.not_to_come(self.first_licensed, today, "This day is still to come.")
        return super().makes_sense(today)


class RegistrationForm(CredentialForm):
    credential = CredentialKind.REGISTRATION

    jurisdiction = SelectField("Where", [CHOSEN], choices=PLACES)
    kind = RadioField("What was settled", [CHOSEN], choices=REGISTRATION_KINDS)
    board = Line("Name of the board", longest=120)


class SupervisedPracticeForm(CredentialForm):
    credential = CredentialKind.SUPERVISED_PRACTICE
    file_needed = False

    first_day = Day("Counts from", description="The day of the last session, if left empty.")
    sessions = Number("Sessions", [NEEDED])
    independent = BooleanField("Done alone, as a licensed professional, without a supervisor")
    supervisor = Line("Supervisor", longest=200)
    supervisor_needling_months = Number("Months the supervisor had needled by then")
    mode = Line("How it was supervised", longest=60, description="In the room, by video …")
    started = Day("First session")
    finished = Day("Last session", [NEEDED])

    @property
    def starts(self) -> date | None:
        return self.first_day.data or self.finished.data

    def makes_sense(self, today: date) -> bool:
        self.not_to_come(self.finished, today, "This day is still to come: log what was done.")
        if self.started.data and self.finished.data and self.finished.data < self.started.data:
            wrong(self.finished, "The last session is before the first.")
        if not self.independent.data and not self.supervisor.data:
            wrong(self.supervisor, "Name the supervisor, or tick that it was done alone.")
        return super().makes_sense(today)


class CprForm(CredentialForm):
    credential = CredentialKind.CPR


class IndemnityForm(CredentialForm):
    credential = CredentialKind.INDEMNITY

    excluded = Boxes("Not insured for", choices=REGION_BOXES)


def plain(field: Field) -> Any:
    match field:
        case Number():
            return str(field.number) if field.places and field.data else field.number
        case Day():
            return field.data.isoformat() if field.data else None
        case _:
            return field.data


def wrong(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _with_days(own: dict[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(own[name]) for name in DAYS if isinstance(own.get(name), str)}


DAYS = ("first_licensed", "completed_on", "issued_on", "course_started", "started", "finished")
