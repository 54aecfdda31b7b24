"""What is looked for: the fields of a search, which live in its address; or one line of words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, ValidationError

from registry.queries.clinics import ClinicName
from registry.queries.treatments import TreatmentLine
from registry.rules.days import Span, days_later
from registry.rules.parts_of_day import PartOfDay
from registry.rules.search_words import Heard, heard
from registry.rules.vocabulary import Treatment
from registry.web.fields import Boxes, Day, Line, Number
from registry.web.schedule.forms import FARTHEST_DAYS, TreatmentFields, check_minutes

MOST_DAYS = 60
USUAL_DAYS = 7
PART_CHOICES = [Choice(part.value, part.capitalize()) for part in PartOfDay]


class SearchForm(TreatmentFields):
    minutes = Number("Length", [InputRequired("Say how long it takes.")], default="45")
    first = Day("From", [InputRequired("Choose the first day.")])
    last = Day("To", [InputRequired("Choose the last day.")])
    part = Boxes("Part of the day", choices=PART_CHOICES)
    clinic = Boxes("Clinics")
    patient = Line("Patient", longest=200)
    who = HiddenField()
    practitioner = Line("Practitioner", longest=200)

    def __init__(
        self,
        asked: MultiDict[str, str],
        today: date,
        types: Sequence[TreatmentLine],
        clinics: Sequence[ClinicName],
        chosen: Sequence[int],
    ) -> None:
        super().__init__(asked, meta={"csrf": False})
        self.today = today
        self.clinic.choices = [Choice(str(each.id), each.name) for each in clinics]
        self.clinic.data = [str(each) for each in chosen]
        if not asked.get("first"):
            self.first.data = today
        if not asked.get("last"):
            alone = asked.get("first") and not self.first.errors
            days = 0 if alone else USUAL_DAYS - 1
            self.last.data = days_later(self.first.data or today, days)
        self.offer(types, self.first.data or today)
        self.take_usual_length(asked)
        self.wanted = "treatment" in asked or "site" in asked

    def is_good(self) -> bool:
        """Something was asked for, and it makes sense. Fills what the address left out."""
        for field in (self.first, self.last, self.minutes):
            field.raw_data = field.raw_data or [str(field.data)]
        return self.wanted and self.validate()

    @property
    def days(self) -> Span:
        """Once the form is good."""
        return Span(self.first.data or self.today, self.last.data or self.today)

    @property
    def parts(self) -> list[PartOfDay]:
        return [PartOfDay(part) for part in self.part.data or ()]

    def validate_first(self, field: Day) -> None:
        if field.data is None:
            return
        if field.data < self.today:
            raise ValidationError("This day has passed. Choose today or a later one.")
        if field.data > self.today + timedelta(days=FARTHEST_DAYS):
            raise ValidationError("That is more than two years ahead.")

    def validate_last(self, field: Day) -> None:
        if field.data is None or self.first.data is None:
            return
        if field.data < self.first.data:
            raise ValidationError("This is before the first day.")
        if (field.data - self.first.data).days >= MOST_DAYS:
            raise ValidationError(f"Search {MOST_DAYS} days at most.")

    def validate_minutes(self, field: Number) -> None:
        check_minutes(field)

    @property
    def address(self) -> dict[str, Any]:
        """The search as the query of an address."""
        return {
            "clinic": self.clinic.data,
            "treatment": self.treatment.data,
            "site": list(self.sites),
            "minutes": self.minutes.data,
            "first": self.first.data.isoformat() if self.first.data else None,
            "last": self.last.data.isoformat() if self.last.data else None,
            "part": self.part.data or None,
            "patient": self.patient.data or None,
            "who": self.who.data or None,
            "practitioner": self.practitioner.data or None,
        }


def heard_in_words(
    line: str, today: date, clinics: Sequence[ClinicName], types: Sequence[TreatmentLine]
) -> tuple[MultiDict[str, str], list[str]]:
    """The fields that the words fill, and the words that fill none."""
    names = {one.id: one.name for one in types if one.is_offered_on(today)}
    found = heard(line, today, {each.id: each.name for each in clinics}, names)
    return MultiDict(_fields(found)), found.unheard


def asked_for() -> MultiDict[str, str]:
    return MultiDict(request.args)


def _fields(found: Heard) -> list[tuple[str, str]]:
    treatment = str(found.treatment) if found.treatment else Treatment.NEEDLING.value
    pairs = [("treatment", treatment)]
    pairs += [("site", site) for site in found.sites]
    pairs += [("part", part.value) for part in found.parts]
    pairs += [("clinic", str(clinic)) for clinic in found.clinics]
    if found.minutes:
        pairs.append(("minutes", str(found.minutes)))
    if found.days:
        pairs += [("first", found.days.first.isoformat()), ("last", found.days.last.isoformat())]
    return [*pairs, ("practitioner", found.practitioner), ("patient", found.patient)]
