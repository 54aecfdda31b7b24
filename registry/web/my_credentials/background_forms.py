"""What is asked about what somebody has behind them besides training: practice, a degree."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import SelectField

from registry.rules.vocabulary import CredentialKind, DegreeLevel
from registry.web.fields import Day, Line, Number, options
from registry.web.my_credentials.forms import CHOSEN, NEEDED, CredentialForm, wrong

DEGREE_LEVELS = options(
    [
        (str(DegreeLevel.BACHELOR), "Bachelor's"),
        (str(DegreeLevel.MASTER), "Master's"),
        (str(DegreeLevel.DOCTORAL), "Doctoral"),
    ],
    "Choose one",
)
TO_COME = "This day is still to come."


class PractisedHours(Number):
    """A working life has more hours than any course."""

    def __init__(self, label: str, validators: Any = (), **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.shape = re.compile(r"[0-9]{1,6}")

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Write this as a whole number, such as 3900.") from None


class PracticeHoursForm(CredentialForm):
    credential = CredentialKind.PRACTICE_HOURS
    lapses = False

    hours = PractisedHours(
        "Hours of practice",
        [NEEDED],
        description="Treating patients in the profession. Records add up: count no hour twice.",
    )
    where = Line("Where they were worked", longest=200)
    first_day = Day("Attested on", [NEEDED], description="They count from this day.")

    def makes_sense(self, today: date) -> bool:
        if self.hours.number == 0:
            wrong(self.hours, "This must be an hour at least.")
        self.not_to_come(self.first_day, today, TO_COME)
        return super().makes_sense(today)


class DegreeForm(CredentialForm):
    credential = CredentialKind.DEGREE
    lapses = False

    title = Line("Degree", [NEEDED], description="As the diploma words it.")
    level = SelectField("Level", [CHOSEN], choices=DEGREE_LEVELS)
    school = Line("School", longest=200)
    first_day = Day("Awarded on", [NEEDED])

    def makes_sense(self, today: date) -> bool:
        self.not_to_come(self.first_day, today, TO_COME)
        return super().makes_sense(today)
