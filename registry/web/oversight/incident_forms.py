"""What working an incident off asks for."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired

from registry.queries.incident_values import IncidentPage, StepSeen, TreatmentSeen
from registry.rules.incidents import StepState, TreatmentFinding
from registry.web.asked import record_number
from registry.web.fields import Line, Paragraph, options

STEP_STATES = options(
    [
        (str(StepState.DONE), "Done"),
        (str(StepState.NOT_NEEDED), "Not needed, because …"),
        (str(StepState.OPEN), "Still to be done"),
    ],
    nothing="Choose one",
)
FINDINGS = options([(str(one), one.title) for one in TreatmentFinding], nothing="Choose one")
CHOOSE = InputRequired("Choose one.")
LONGEST_NOTE = 500


class Seen(FlaskForm):
    seen_version = HiddenField()

    @property
    def version(self) -> int:
        """0, which nothing has, for what is no number."""
        return record_number(self.seen_version.data or "") or 0


class OwnerForm(Seen):
    owner = SelectField("Who sees to it")


class StepForm(Seen):
    state = SelectField("How it stands", [CHOOSE], choices=STEP_STATES)
    note = Line("Note, or why it is not needed", longest=LONGEST_NOTE)


class NewStepForm(FlaskForm):
    title = Line("What else is to be done", [InputRequired("Say what is to be done.")])


class FindingForm(Seen):
    finding = SelectField("What was found", [CHOOSE], choices=FINDINGS)
    note = Line(
        "Note", longest=LONGEST_NOTE, description="Only those who may see patients read it."
    )


class CloseForm(Seen):
    conclusion = Paragraph("Conclusion", [InputRequired("Say what came of it.")], longest=2000)


def owner_form(page: IncidentPage, managers: list[tuple[int, str]]) -> OwnerForm:
    form = OwnerForm(
        prefix="owner-",
        data={"owner": str(page.owner_id or ""), "seen_version": str(page.version)},
    )
    form.owner.choices = options(managers, nothing="Nobody yet")
    return form


def step_form(step: StepSeen) -> StepForm:
    state = "" if step.state is StepState.OPEN else str(step.state)
    told = {"state": state, "note": step.note, "seen_version": str(step.version)}
    return StepForm(prefix=f"step{step.id}-", data=told)


def finding_form(one: TreatmentSeen) -> FindingForm:
    told = {
        "finding": str(one.finding or ""),
        "note": one.note,
        "seen_version": str(one.version),
    }
    return FindingForm(prefix=f"treatment{one.id}-", data=told)


def close_form(page: IncidentPage) -> CloseForm:
    return CloseForm(prefix="close-", data={"seen_version": str(page.version)})
