"""What a decision on a credential asks for."""

from __future__ import annotations

from wtforms import SelectField
from wtforms.validators import InputRequired

from registry.rules.vocabulary import Method
from registry.web.fields import Day, Line, Paragraph, options
from registry.web.impact import ForeseeingForm

METHODS = options(
    [
        (str(Method.ISSUER_PORTAL), "Looked up on the issuer's own page"),
        (str(Method.BOARD_ROSTER), "Looked up on the board's roster"),
        (str(Method.ISSUER_PHONED), "Asked the issuer by telephone"),
        (str(Method.ISSUER_WROTE), "Asked the issuer in writing"),
        (str(Method.ORIGINAL_SEEN), "Saw the original paper"),
        (str(Method.SIGNED_CREDENTIAL), "Checked the signature of the digital badge"),
    ],
    nothing="Choose one",
)
REASON = InputRequired("Give a reason: the holder is told.")


class VerifyForm(ForeseeingForm):
    method = SelectField(
        "How you checked it", [InputRequired("Say how you checked it.")], choices=METHODS
    )
    reference = Line(
        "Reference",
        [InputRequired("Say what you looked at: an address, a number, a name.")],
        description="A page, a number or a name.",
    )


class RejectForm(ForeseeingForm):
    reason = Paragraph(
        "Why it is rejected", [REASON], description="The holder reads this, and can correct it."
    )


class StandingForm(ForeseeingForm):
    effective_from = Day("From which day", [InputRequired("Fill this in.")])
    reason = Paragraph("Why", [REASON], description="The holder is told, and the managers see it.")
