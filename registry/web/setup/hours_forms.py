"""What the pages on hours ask for: a week of times, a day, days off."""

from __future__ import annotations

import json
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from registry.queries.falling_outside import Falling
from registry.rules.stretches import MOST, WEEKDAYS, Stretches, Week, pairs_of
from registry.services.opening_hours import LONGEST_NAME
from registry.web.asked import record_number
from registry.web.fields import Boxes, Day, Line, options

NEEDED = InputRequired("Fill this in.")
CLOCK = {"type": "time"}
MOST_SEEN = 20_000  # appointments that one change may leave outside
Pairs = list[list[str]]


class ChangingForm(FlaskForm):
    """
    `falls`: what would fall outside the hours by it, to be looked at before it is saved.

    `seen` are the numbers of what was looked at, `seen_hours` the hours that are to be changed.
    """

    seen = HiddenField()
    seen_hours = HiddenField()
    falls: Falling | None = None
    told: str = ""

    def shows(self, kept: object) -> None:
        """What is on record while the page is looked at: nobody undoes what they never saw."""
        self.seen_hours.data = json.dumps(kept)

    @property
    def hours_seen(self) -> dict[str, Any]:
        """As the page had them that was sent; where it does not say, it had none."""
        try:
            told = json.loads(self.seen_hours.data or "{}")
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def seen_numbers(self) -> frozenset[int]:
        typed = (self.seen.data or "").split(",")[:MOST_SEEN]
        return frozenset(number for one in typed if (number := record_number(one)) is not None)

    @property
    def status(self) -> int:
        return 409 if self.falls else 422 if self.errors else 200


class RemoveForm(ChangingForm):
    pass


def _pairs(form: FlaskForm, stem: str = "") -> list[tuple[Field, Field]]:
    """The first pair of times is opens, closes; the next ones opens_2, closes_2."""
    ends = [f"{stem}{f'_{n}' if n > 1 else ''}" for n in range(1, MOST + 1)]
    return [(form[f"opens{end}"], form[f"closes{end}"]) for end in ends]


def _told(pairs: list[tuple[Field, Field]]) -> Pairs:
    typed = [[opens.data or "", closes.data or ""] for opens, closes in pairs]
    return [pair for pair in typed if any(pair)]


def _show(pairs: list[tuple[Field, Field]], stretches: Stretches) -> None:
    for (opens, closes), (starts, ends) in zip(pairs, pairs_of(stretches), strict=False):
        opens.data, closes.data = starts, ends


class HoursForm(ChangingForm):
    """Up to three pairs of times for each weekday; a day without any is closed."""

    def days(self) -> list[tuple[str, list[tuple[Field, Field]]]]:
        return [(day, _pairs(self, f"_{n}")) for n, day in enumerate(WEEKDAYS)]

    def show(self, week: Week) -> None:
        for (_day, pairs), stretches in zip(self.days(), week, strict=True):
            _show(pairs, stretches)

    def hours(self) -> dict[str, Pairs]:
        told = {str(n): _told(pairs) for n, (_day, pairs) in enumerate(self.days())}
        return {weekday: pairs for weekday, pairs in told.items() if pairs}


class WorkingWeekForm(HoursForm):
    first_day = Day("From", [NEEDED])
    when = RadioField(
        "When they work",
        choices=options([("clinic", "Whenever the clinic is open"), ("own", "At these times")]),
        default="own",
        validators=[InputRequired("Choose one.")],
    )


class DayForm(ChangingForm):
    day = Day("Day", [NEEDED])

    def pairs(self) -> list[tuple[Field, Field]]:
        return _pairs(self)

    def hours(self) -> Pairs:
        return _told(self.pairs())


class ClinicDayForm(DayForm):
    name = Line("What for", longest=LONGEST_NAME)


class HolidaysForm(ChangingForm):
    days = Boxes("Closed on", validate_choice=False)


class TimeOffForm(ChangingForm):
    first_day = Day("First day", [NEEDED])
    last_day = Day("Last day", [Optional()])
    starts = Line("From", longest=8, render_kw=CLOCK)
    ends = Line("Until", longest=8, render_kw=CLOCK)


for _number in range(1, MOST + 1):
    for _end in ("opens", "closes"):
        _more = f"_{_number}" if _number > 1 else ""
        setattr(DayForm, f"{_end}{_more}", Line(_end.capitalize(), longest=8, render_kw=CLOCK))
        for _day in range(len(WEEKDAYS)):
            _line = Line(_end.capitalize(), longest=8, render_kw=CLOCK)
            setattr(HoursForm, f"{_end}_{_day}{_more}", _line)
