"""What the pages of setting up ask for."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField
from wtforms.validators import InputRequired, Optional

from registry.queries.clinics import ClinicSettings
from registry.rules.languages import languages_by_name
from registry.rules.vocabulary import Profession
from registry.services.clinics import LONGEST
from registry.services.rooms import LONGEST as LONGEST_ROOM
from registry.services.second_factors import LONGEST_REASON
from registry.services.typed import LONGEST_EMAIL, LONGEST_PHONE
from registry.web.fields import Boxes, Day, Line, Paragraph, options
from registry.web.impact import ForeseeingForm
from registry.web.setup.hours_forms import ChangingForm

NEEDED = InputRequired("Fill this in.")
CHOOSE = InputRequired("Choose one.")


def zones(also: str | None) -> list[tuple[object, str]]:
    """Those a clinic may be in; without abbreviations and names kept for old machines."""
    named = {zone for zone in available_timezones() if "/" in zone and "Etc/" not in zone}
    listed = sorted(named | {"UTC"} | ({also} if also else set()))
    return [(zone, zone.replace("_", " ")) for zone in listed]


class ClinicForm(FlaskForm):
    name = Line("Name", [NEEDED], longest=LONGEST["name"])
    address = Paragraph("Address", longest=LONGEST["address"])
    jurisdiction = Line("Jurisdiction", [NEEDED], longest=10)
    zone = SelectField("Time zone", [CHOOSE])

    def __init__(self, clinic: ClinicSettings | None = None) -> None:
        super().__init__(obj=clinic)
        also = clinic.zone if clinic else None
        self.zone.choices = options(zones(also), "Choose one")


class ChangeClinicForm(ClinicForm, ChangingForm, ForeseeingForm):
    """By another clock what is booked may lie outside the hours, or lose its ground."""

    @property
    def status(self) -> int:
        return 409 if self.falls or self.overtaken else 422 if self.errors else 200


class RoomForm(FlaskForm):
    name = Line("Name of the room", [NEEDED], longest=LONGEST_ROOM)


class ChangeRoomForm(RoomForm):
    closed_from = Day("Closed from", [Optional()])


class InvitationForm(FlaskForm):
    email = Line("E-mail address", [NEEDED], longest=LONGEST_EMAIL)
    name = Line("Name", [NEEDED])
    grants = Boxes("What they are", validate_choice=False)


class GrantsForm(FlaskForm):
    grants = Boxes("What they are", validate_choice=False)


class CloseForm(FlaskForm):
    reason = Line("Reason", [NEEDED], longest=300)


class ArchiveForm(CloseForm, ForeseeingForm):
    pass


class ResetFactorForm(FlaskForm):
    reason = Line("Reason", [NEEDED], longest=LONGEST_REASON)
    password = PasswordField("Your own password", validators=[NEEDED])


class PractitionerForm(FlaskForm):
    name = Line("Legal name", [NEEDED], description="As on the licence and the certificates.")
    profession = SelectField(
        "Profession",
        [CHOOSE],
        choices=options([(p.value, p.title.capitalize()) for p in Profession], "Choose one"),
    )
    npi = Line("NPI", longest=40, description="Ten digits, for practitioners in the United States.")
    email = Line("E-mail address", longest=LONGEST_EMAIL)
    phone = Line("Phone", longest=LONGEST_PHONE)
    clinic_ids = Boxes("Clinics", coerce=int)
    first_day = Day("First day there", [NEEDED])


class ContactForm(FlaskForm):
    email = Line("E-mail address", longest=LONGEST_EMAIL)
    phone = Line("Phone", longest=LONGEST_PHONE)
    languages = Boxes("Languages they speak", choices=options(languages_by_name()))


class NameForm(FlaskForm):
    name = Line("Legal name", [NEEDED])


class NpiForm(FlaskForm):
    npi = Line("NPI", longest=40)


class EngagementForm(FlaskForm):
    clinic_id = SelectField("Clinic", [CHOOSE], coerce=int)
    first_day = Day("First day", [NEEDED])
    last_day = Day("Last day", [Optional()])


class EndForm(ForeseeingForm):
    last_day = Day("Last day", [NEEDED])
