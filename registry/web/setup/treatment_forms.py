"""What is asked about a treatment on offer, and about what a room is fit for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Optional

from registry.queries.clinics import RoomLine
from registry.queries.treatments import TreatmentLine
from registry.rules.treatments import kind_in_words
from registry.rules.vocabulary import Treatment
from registry.services.treatments import LONGEST_NAME, LONGEST_NOTE, Terms
from registry.web.fields import Boxes, Day, Line, Number, options

NEEDED = InputRequired("Fill this in.")


class TermsForm(FlaskForm):
    name = Line("Name", [NEEDED], longest=LONGEST_NAME)
    minutes = Number("Length", [NEEDED])
    preparation = Number("Preparation before it", [NEEDED], default="0")
    clean_up = Number("Clean-up after it", [NEEDED], default="0")
    note = Line("Note", longest=LONGEST_NOTE)

    def terms(self) -> Terms:
        return Terms(
            self.name.data or "",
            int(self.minutes.number or 0),
            int(self.preparation.number or 0),
            int(self.clean_up.number or 0),
            self.note.data or "",
        )


class NewTreatmentForm(TermsForm):
    kind = SelectField(
        "What it is",
        [InputRequired("Choose one.")],
        choices=options([(kind.value, kind_in_words(kind)) for kind in Treatment], "Choose one"),
    )


class ChangeTreatmentForm(TermsForm):
    seen_version = HiddenField()
    closed_from = Day("No longer offered from", [Optional()])

    def __init__(self, line: TreatmentLine) -> None:
        super().__init__(
            name=line.name,
            minutes=str(line.minutes),
            preparation=str(line.preparation),
            clean_up=str(line.clean_up),
            note=line.note,
            closed_from=line.closed_from,
            seen_version=str(line.version),
        )


class FitnessForm(FlaskForm):
    """Nothing ticked means that the room is fit for everything. `seen`: what the person saw."""

    fit_for = Boxes("Only fit for", coerce=int)
    seen = HiddenField()

    def __init__(self, room: RoomLine, lines: Sequence[TreatmentLine], **kwargs: Any) -> None:
        super().__init__(
            prefix="fitness",
            data={"fit_for": list(room.fit_for), "seen": ",".join(map(str, room.fit_for))},
            **kwargs,
        )
        self.fit_for.choices = options(
            (line.id, f"{line.name} (needles)" if line.needles else line.name) for line in lines
        )

    def seen_numbers(self) -> list[int]:
        """What cannot be read was never shown."""
        typed = (self.seen.data or "").split(",")
        return [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10]
