"""The form of an adoption: a field for the adopter's reading of each open question."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import DataRequired

from registry.queries.requirement_pages import QuestionInWords
from registry.web.fields import Paragraph

PREFIX = "reading-"
NO_ANSWER = "Write how you read this, and where that stands."


class AdoptionForm(FlaskForm):
    """Its fields are those of the jurisdiction: see `adoption_form`."""

    def readings(self) -> dict[str, str]:
        """By the code of the question."""
        return {
            field.name.removeprefix(PREFIX): field.data or ""
            for field in self
            if field.name.startswith(PREFIX)
        }

    def field_of(self, code: str | None) -> Field | None:
        return next((field for field in self if field.name == f"{PREFIX}{code}"), None)


def adoption_form(questions: Sequence[QuestionInWords]) -> AdoptionForm:
    """Filled with the readings of the adoption before, if there was one."""
    fields = {
        f"{PREFIX}{asked.code}": Paragraph(
            asked.question, validators=[DataRequired(NO_ANSWER)], default=asked.answer
        )
        for asked in questions
    }
    made: type[AdoptionForm] = type("AdoptionFormHere", (AdoptionForm,), fields)
    return made()
