"""What is asked about a certificate of training."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from wtforms import BooleanField, Field, SelectField

from registry.rules.regions import MUSCLES, REGIONS, Muscle
from registry.rules.standing import Held
from registry.rules.vocabulary import CourseKind, CredentialKind
from registry.web.fields import Boxes, Day, Line, Number, options
from registry.web.my_credentials.examination_fields import ExaminationFields, exams_typed
from registry.web.my_credentials.forms import (
    CHOSEN,
    NEEDED,
    REGION_BOXES,
    CredentialForm,
    plain,
    wrong,
)

COURSE_KINDS = options(
    [
        (str(CourseKind.DRY_NEEDLING), "Dry needling"),
        (str(CourseKind.ACUPUNCTURE), "Acupuncture"),
        (str(CourseKind.OTHER), "Something else"),
    ]
)
OVER_THE_LUNG = " (over the lung)"
MUSCLE_BOXES = options((m.code, m.name + OVER_THE_LUNG * m.pleural) for m in MUSCLES.values())


def _home_of(muscle: Muscle) -> str:
    """The region a muscle is listed under: the first it belongs to."""
    return next(code for code in REGIONS if code in muscle.regions)


MUSCLES_BY_REGION = {
    code: [muscle for muscle in MUSCLES.values() if _home_of(muscle) == code] for code in REGIONS
}
#: Foundation hours are no part of them: they come on top of what is about dry needling.
PARTS = ("hours_in_person", "hours_practical", "hours_live_video", "hours_didactic")
MORE = (
    "hours_live_video",
    "hours_didactic",
    "hours_foundation",
    "instructor_needling_years",
    "in_degree",
)


class CertificateForm(CredentialForm, ExaminationFields):
    credential = CredentialKind.CERTIFICATE
    approval_rows: ClassVar[tuple[int, ...]] = (1, 2, 3)

    course = Line("Course", [NEEDED])
    provider = Line("Provider", [NEEDED])
    kind = SelectField("Training in", [CHOSEN], choices=COURSE_KINDS)
    level = Line("Level", longest=60)
    number = Line("Number on the certificate", longest=60)
    holder_matches = BooleanField("The name on it is the practitioner's own", default=True)

    course_started = Day("Course began")
    completed_on = Day("Course completed", [NEEDED])
    issued_on = Day("Issued")
    first_day = Day("Valid from", description="The day the course was completed, if left empty.")

    hours_total = Number("In all", places=2)
    hours_in_person = Number("In person", places=2)
    hours_practical = Number("Practical", places=2)
    hours_live_video = Number("By live video", places=2)
    hours_didactic = Number("Theory", places=2)
    hours_foundation = Number("Foundation", places=2)
    instructor_needling_years = Number("Years the instructor had needled by then")
    in_degree = BooleanField("It was part of the degree that led to the licence")

    regions = Boxes("Regions", choices=REGION_BOXES)
    muscles = Boxes("Muscles", choices=MUSCLE_BOXES)

    approved_by_1 = Line("Approved by")
    approved_on_1 = Day("On")
    approved_by_2 = Line("Approved by")
    approved_on_2 = Day("On")
    approved_by_3 = Line("Approved by")
    approved_on_3 = Day("On")

    @property
    def starts(self) -> date | None:
        return self.first_day.data or self.completed_on.data

    def approvals(self) -> list[tuple[Field, Field]]:
        """Who approved the course, and when: one pair of fields a row."""
        return [(self[f"approved_by_{n}"], self[f"approved_on_{n}"]) for n in self.approval_rows]

    @property
    def more_is_said(self) -> bool:
        """Whether anything is filled in, or wrong, in the part that is folded."""
        return any(self[name].data or self[name].errors for name in MORE)

    @property
    def approval_is_said(self) -> bool:
        return any(field.data or field.errors for row in self.approvals() for field in row)

    def taught_boxes(self) -> list[tuple[Any, list[Any]]]:
        """The box of each region, and those of the muscles listed under it."""
        muscles = {box.data: box for box in self.muscles}
        return [
            (box, [muscles[muscle.code] for muscle in MUSCLES_BY_REGION[box.data]])
            for box in self.regions
        ]

    def particulars(self) -> dict[str, Any]:
        return super().particulars() | {
            "taught": [*(self.regions.data or ()), *(self.muscles.data or ())],
            "exams": self.examined(),
            "approvals": [[by.data, plain(on)] for by, on in self.approvals() if by.data],
        }

    @classmethod
    def typed(cls, fact: Held) -> dict[str, Any]:
        typed = super().typed(fact)
        rows = dict(enumerate(typed["approvals"], start=1))
        return (
            typed
            | exams_typed(typed["exams"])
            | {f"approved_by_{n}": by for n, (by, _) in rows.items()}
            | {f"approved_on_{n}": on and date.fromisoformat(on) for n, (_, on) in rows.items()}
            | {"regions": [c for c in typed["taught"] if c in REGIONS]}
            | {"muscles": [c for c in typed["taught"] if c in MUSCLES]}
        )

    def makes_sense(self, today: date) -> bool:
        done = self.completed_on.data
        self.not_to_come(self.completed_on, today, "This day is still to come: finish it first.")
        self.not_to_come(self.issued_on, today, "This day is still to come.")
        if self.course_started.data and done and done < self.course_started.data:
            wrong(self.completed_on, "The course was completed before it began.")
        if self.kind.data == CourseKind.DRY_NEEDLING and not (
            self.regions.data or self.muscles.data
        ):
            wrong(self.regions, "Tick what the course taught: it covers nothing else.")
        self._hours_add_up()
        self.exams_make_sense()
        for by, on in self.approvals():
            if on.data and not by.data:
                wrong(by, "Say who approved it on that day.")
        return super().makes_sense(today)

    def _hours_add_up(self) -> None:
        total = self.hours_total.number
        if total is None:
            return
        parts = {name: self[name].number or 0 for name in PARTS}
        for name, part in parts.items():
            if part > total:
                wrong(self[name], "This is more than the hours in all.")
        both = parts["hours_in_person"] + parts["hours_live_video"]
        if both > total and not self.errors:
            wrong(self.hours_live_video, "With those in person this is more than the hours in all.")
