"""What is asked about the examinations of a course: how each went, and how it was taken."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from wtforms import Field, SelectField

from registry.rules.vocabulary import Exam, ExamResult
from registry.web.fields import options
from registry.web.my_credentials.forms import wrong

RESULTS = options(
    [
        (str(ExamResult.PASSED), "Passed"),
        (str(ExamResult.FAILED), "Failed"),
        (str(ExamResult.NOT_TAKEN), "Not taken"),
    ],
    "Not stated",
)
WAYS = options([("in_person", "In person"), ("online", "Online")], "Not stated")
#: What is kept of a way; None is not stated.
IN_PERSON = {"in_person": True, "online": False, "": None}
WAY = {kept: way for way, kept in IN_PERSON.items()}
TAKEN = (ExamResult.PASSED, ExamResult.FAILED)


class Examined(NamedTuple):
    exam: Exam
    result: Field
    way: Field


class ExaminationFields(FlaskForm):
    exam_written = SelectField("Written", default="", choices=RESULTS)
    way_written = SelectField("Written, taken", default="", choices=WAYS)
    exam_practical = SelectField("Practical", default="", choices=RESULTS)
    way_practical = SelectField("Practical, taken", default="", choices=WAYS)
    exam_final_evaluation = SelectField("Final evaluation", default="", choices=RESULTS)
    way_final_evaluation = SelectField("Final evaluation, taken", default="", choices=WAYS)
    exam_skills_assessment = SelectField("Skills assessment", default="", choices=RESULTS)
    way_skills_assessment = SelectField("Skills assessment, taken", default="", choices=WAYS)
    exam_competency = SelectField("Competency", default="", choices=RESULTS)
    way_competency = SelectField("Competency, taken", default="", choices=WAYS)

    def examinations(self) -> list[Examined]:
        return [Examined(exam, self[f"exam_{exam}"], self[f"way_{exam}"]) for exam in Exam]

    def examined(self) -> list[list[Any]]:
        """As `rules/particulars.py` keeps them: those of which the result is stated."""
        return [
            [exam, result.data, IN_PERSON.get(way.data)]
            for exam, result, way in self.examinations()
            if result.data
        ]

    def exams_make_sense(self) -> None:
        for _, result, way in self.examinations():
            if way.data and result.data not in TAKEN:
                wrong(result, "Say how it went, or leave empty how it was taken.")


def exams_typed(kept: list[list[Any]]) -> dict[str, str]:
    """What somebody would have chosen to state these."""
    typed: dict[str, str] = {}
    for exam, result, in_person in kept:
        typed |= {f"exam_{exam}": result, f"way_{exam}": WAY[in_person]}
    return typed
