"""What is asked about the patient before needling, and what was answered."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms import SelectChoice as Choice  # type: ignore[attr-defined]

from registry.errors import BadInput, NotPrepared, Refused
from registry.rules.before_needling import facts_asked
from registry.rules.questions import Circumstances
from registry.rules.vocabulary import Consent
from registry.web.fields import Line

CONSENTS = [
    Choice(Consent.NONE.value, "Not given"),
    Choice(Consent.GENERAL.value, "Given to treatment in general only"),
    Choice(Consent.VERBAL.value, "Given in words"),
    Choice(Consent.WRITTEN.value, "Given in writing"),
]
NOT_KNOWN = Choice("", "Not known")
MEANS = {"": None, "yes": True, "no": False}
LONGEST_NOTE = 200


class GateForm(FlaskForm):
    """Only what the set in force asks is shown and sent; it is named as in `Circumstances`."""

    consent = SelectField("Consent to dry needling", choices=CONSENTS, default=Consent.NONE.value)
    referral = SelectField(
        "Referral",
        choices=[NOT_KNOWN, Choice("yes", "On record"), Choice("no", "There is none")],
        default="",
    )
    referred = SelectField(
        "Sent by a physician",
        choices=[NOT_KNOWN, Choice("yes", "Yes"), Choice("no", "No")],
        default="",
    )
    physician_contacted = SelectField(
        "Physician consulted",
        choices=[NOT_KNOWN, Choice("yes", "Yes"), Choice("no", "Not yet")],
        default="",
    )
    physician_contraindicates = SelectField(
        "The physician's word",
        choices=[Choice("no", "Nothing against needling"), Choice("yes", "Advises against it")],
        default="no",
    )
    delegated = SelectField(
        "Done by",
        choices=[Choice("no", "The practitioner booked"), Choice("yes", "Somebody else for them")],
        default="no",
    )

    @property
    def told(self) -> dict[str, Any]:
        """What was answered; nothing of what was not asked."""
        return {name: _meant(name, self[name].data) for name in _sent()}

    def asks(self, names: list[str]) -> list[SelectField]:
        return [self[name] for name in names]


class RecordForm(GateForm):
    """On the appointment's own page: what is on record stands in it already."""

    seen_record = HiddenField()
    note = Line("Where to look it up", longest=LONGEST_NOTE)


def told_along() -> dict[str, Any]:
    """What a form that does something else says of the patient besides. Raises BadInput."""
    form = GateForm(meta={"csrf": False})
    if _sent() and not form.validate():
        name, errors = next(iter(form.errors.items()))
        raise BadInput(f"{form[name].label.text}: {errors[0]}")
    return form.told


def asked_by(refused: Refused | None) -> list[str]:
    """What to ask where something was refused for want of it."""
    if not isinstance(refused, NotPrepared):
        return []
    return facts_asked(f for decision in refused.decisions for f in decision.refusals)


def sent_before() -> list[tuple[str, str]]:
    """The form that was refused, to be sent once more with the answers in it."""
    fields = request.form.items(multi=True)
    return [pair for pair in fields if pair[0] not in (*Circumstances._fields, "csrf_token")]


def as_typed(known: Circumstances) -> dict[str, str]:
    """What is on record, as the answers of the form."""
    words = {True: "yes", False: "no", None: ""}
    return {
        name: value.value if isinstance(value, Consent) else words[value]
        for name, value in known._asdict().items()
    }


def _sent() -> list[str]:
    return [name for name in Circumstances._fields if name in request.form]


def _meant(name: str, answer: str | None) -> Consent | bool | None:
    return Consent(answer or "") if name == "consent" else MEANS[answer or ""]
