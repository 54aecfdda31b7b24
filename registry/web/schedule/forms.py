"""What is to be booked, with whom and when; and what is to become of what is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from registry.queries.premises import RoomName
from registry.queries.treatments import TreatmentLine, standard_of
from registry.rules.diary import FURTHEST_AHEAD, LONGEST
from registry.rules.regions import MUSCLES, REGIONS, SITES, Muscle, site_name
from registry.rules.vocabulary import Treatment
from registry.web.fields import Boxes, Day, Line, Number, Paragraph

SITE_CHOICES = [Choice(code, site_name(code)) for code in sorted(SITES)]
REGION_CHOICES = [(code, region.name) for code, region in REGIONS.items()]
#: Every muscle once, under the first of its regions.
MUSCLES_BY_REGION: list[tuple[str, list[Muscle]]] = [
    (
        region.name,
        [m for m in MUSCLES.values() if next(c for c in REGIONS if c in m.regions) == code],
    )
    for code, region in REGIONS.items()
]
ANY_ROOM = Choice("", "Any that is free")
SHORTEST_MINUTES, LONGEST_MINUTES = 5, int(LONGEST.total_seconds()) // 60
FARTHEST_DAYS = FURTHEST_AHEAD.days
MOST_SITES = 20


class TreatmentFields(FlaskForm):
    types: Sequence[TreatmentLine] = ()
    treatment = SelectField(
        "Treatment",
        invalid_choice_message="Choose one of these treatments.",  # type: ignore[call-arg]
    )
    site = Boxes("Regions or muscles to be needled", choices=SITE_CHOICES)

    def offer(self, types: Sequence[TreatmentLine], day: date, also: int | None = None) -> None:
        """
        Those to choose from on that day, and the one it has already.

        An address may also name a kind, for the standard type of it.
        """
        self.types = [one for one in types if one.is_offered_on(day) or one.id == also]
        self.treatment.choices = [
            Choice(str(one.id), f"{one.name} ({one.minutes} min)", _told(one)) for one in self.types
        ]
        standard = standard_of(self.treatment.data or Treatment.NEEDLING, self.types, day)
        if standard is not None:
            self.treatment.data = str(standard.id)

    @property
    def chosen(self) -> TreatmentLine | None:
        found = (one for one in self.types if str(one.id) == self.treatment.data)
        return next(found, None)

    @property
    def what(self) -> TreatmentLine:
        """Once the form is good."""
        assert self.chosen is not None  # noqa: S101 - it is one of the choices
        return self.chosen

    def validate_site(self, field: Boxes) -> None:
        if len(field.data or ()) > MOST_SITES:
            raise ValidationError(f"Choose {MOST_SITES} at most.")
        if self.needles and not field.data:
            raise ValidationError("Choose at least one region or muscle.")

    @property
    def needles(self) -> bool:
        return self.chosen is not None and self.chosen.needles

    @property
    def sites(self) -> tuple[str, ...]:
        """None for a treatment that needles nothing, whatever was ticked before."""
        return tuple(self.site.data or ()) if self.needles else ()

    def take_usual_length(self, asked: Mapping[str, str]) -> None:
        """That of the treatment, unless another was typed into the form's `minutes`."""
        if self._is_as_long_as_usual(asked) and self.chosen is not None:
            self["minutes"].data = str(self.chosen.minutes)
            self["minutes"].raw_data = [self["minutes"].data]

    def _is_as_long_as_usual(self, asked: Mapping[str, str]) -> bool:
        """No length was typed, or it is only that of the treatment that was chosen before."""
        before = next((one for one in self.types if str(one.id) == asked.get("usual")), None)
        typed = str(asked.get("minutes", "")).strip()
        return not typed or (before is not None and typed == str(before.minutes))


class WishForm(TreatmentFields):
    """The first step; it lives in the address, so it needs no token."""

    day = Day("Day", [InputRequired("Choose a day.")])
    minutes = Number("Length", [InputRequired("Say how long it takes.")], default="45")
    patient = Line("Patient", longest=200)

    def __init__(self, today: date, types: Sequence[TreatmentLine], **kwargs: Any) -> None:
        asked = request.form if request.method == "POST" else request.args
        super().__init__(asked, meta={"csrf": False}, **kwargs)
        self.today = today
        if "day" not in asked:
            self.day.data = today
        self.offer(types, self.day.data or today)
        self.take_usual_length(asked)
        self.wanted = "treatment" in asked or "site" in asked

    def is_good(self) -> bool:
        """Something was asked for, and it makes sense. Fills what the address left out."""
        for field in (self.day, self.minutes):
            field.raw_data = field.raw_data or [str(field.data)]
        return self.wanted and self.validate()

    def validate_day(self, field: Day) -> None:
        if field.data is None:
            return
        if field.data < self.today:
            raise ValidationError("This day has passed. Choose today or a later one.")
        if field.data > self.today + timedelta(days=FARTHEST_DAYS):
            raise ValidationError("That is more than two years ahead.")

    def validate_minutes(self, field: Number) -> None:
        check_minutes(field)

    @property
    def address(self) -> dict[str, Any]:
        """The wish as the query of an address."""
        return {
            "day": self.day.data.isoformat() if self.day.data else None,
            "treatment": self.treatment.data,
            "site": list(self.sites),
            "minutes": self.minutes.data,
            "patient": self.patient.data or None,
        }


class WhoAndWhenForm(FlaskForm):
    """The second step: with whom, and at what time."""

    practitioner_id = SelectField(
        "Practitioner", [InputRequired("Choose who treats.")], validate_choice=False
    )
    time = Line("Time", [InputRequired("Choose a time.")], longest=20)
    room_id = SelectField("Room", validate_choice=False)


class PatientForm(FlaskForm):
    reference = Line("Reference", [InputRequired("Give the patient's reference.")], longest=40)
    name = Line("Name", [InputRequired("Give the patient's name.")], longest=200)


class SeenForm(FlaskForm):
    """`seen_version`: what the person looked at, so that nobody undoes what they never saw."""

    seen_version = HiddenField()


class MoveForm(SeenForm):
    day = Day("Day", [InputRequired("Choose a day.")])
    time = Line("Time", [InputRequired("Choose a time.")], longest=20)
    minutes = Number("Length", [InputRequired("Say how long it takes.")])
    room_id = SelectField("Room", validate_choice=False)

    def validate_minutes(self, field: Number) -> None:
        check_minutes(field)


class ConvertForm(SeenForm, TreatmentFields):
    def __init__(self, types: Sequence[TreatmentLine], day: date, also: int, **kwargs: Any) -> None:
        super().__init__(treatment=str(also), **kwargs)
        self.offer(types, day, also)


class CancelForm(SeenForm):
    reason = Paragraph("Reason", [InputRequired("Say why it is cancelled.")], longest=300)


def check_minutes(field: Number) -> None:
    """Raises ValidationError."""
    if field.errors:
        return
    if not isinstance(field.number, int) or not (
        SHORTEST_MINUTES <= field.number <= LONGEST_MINUTES
    ):
        raise ValidationError("An appointment lasts from 5 minutes to 8 hours.")


def _told(one: TreatmentLine) -> dict[str, object]:
    """What the script and the stylesheet go by: how long it takes, and that it asks no region."""
    return {"data-minutes": one.minutes, **({} if one.needles else {"data-plain": ""})}


def room_choices(rooms: list[RoomName]) -> list[Choice]:
    return [ANY_ROOM, *(Choice(str(room.id), room.name) for room in rooms)]
