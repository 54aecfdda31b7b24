"""The form of one requirement, of whatever kind: made from what its class states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, get_args, get_origin

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField, ValidationError
from wtforms.validators import InputRequired, Optional

from registry.rules.course_levels import LEVELS
from registry.rules.requirement_forms import own_fields
from registry.rules.requirement_kinds import KINDS
from registry.rules.vocabulary import Confidence
from registry.rules.wording import as_sentence
from registry.web.fields import Boxes, Day, Line, Number, Paragraph, options
from registry.web.requirement_form_words import HINTS, LABELS, plain, site_boxes, word_for

NEEDED = InputRequired("Fill this in.")
CHOSEN = InputRequired("Choose one.")
TICKED = InputRequired("Choose at least one.")
MOST_LINES = 20


class OneEach(Paragraph):
    """Several texts, each on a line of its own."""

    def process_data(self, value: Any) -> None:
        self.data = "\n".join(value) if isinstance(value, list | tuple) else value

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in (self.data or "").splitlines() if line.strip()]


class RequirementForm(FlaskForm):
    """`asked` names the fields of the kind; `kind_asked` is the kind itself."""

    kind_asked: ClassVar[str]
    asked: ClassVar[tuple[str, ...]]

    seen = HiddenField()

    def asked_fields(self) -> list[Field]:
        return [self[name] for name in self.asked]

    def mapping(self) -> dict[str, Any]:
        """As in a jurisdiction's file, without what was left empty."""
        stated = {name: _plain_value(self[name]) for name in self.asked}
        given = {name: value for name, value in stated.items() if value not in (None, "", [])}
        return {"kind": self.kind_asked, **given}


class HouseRuleForm(RequirementForm):
    """What a clinic asks: it cites itself, and may ask for some regions only."""

    only_sites = Boxes(
        "Only for these regions and muscles",
        choices=site_boxes(),
        description="Everywhere, where none is ticked. A region means its muscles too.",
    )

    def mapping(self) -> dict[str, Any]:
        some = list(self.only_sites.data or ())
        return super().mapping() | ({"only_sites": some} if some else {})


class SourcedForm(RequirementForm):
    """What an organisation writes into a jurisdiction's set: it says where that stands."""

    source_url = Line(
        "Where it stands", [NEEDED], longest=500, description="An address, or the name of a paper."
    )
    source_date = Line(
        "As it stood on",
        [NEEDED],
        longest=200,
        description="A day, a month or a year, such as 2026-06-30 or 2026.",
    )
    confidence = SelectField(
        "How far the source is trusted",
        [CHOSEN],
        choices=options([(str(one), word_for(one)) for one in Confidence], "Choose one"),
    )
    text = Paragraph("What it says", longest=2000)

    def mapping(self) -> dict[str, Any]:
        cited = {
            "source_url": self.source_url.data,
            "source_date": self.source_date.data,
            "confidence": self.confidence.data,
        }
        return super().mapping() | cited | ({"text": self.text.data} if self.text.data else {})


@cache
def form_of(kind: str, base: type[RequirementForm]) -> type[RequirementForm]:
    """The class of the form for one of KINDS."""
    own = own_fields(KINDS[kind])
    made = {one.name: _field(one.name, hint, one.default is MISSING) for one, hint in own}
    kept = {"kind_asked": kind, "asked": tuple(made)}
    return type(f"{base.__name__}Of{kind}", (base,), {**kept, **made})


def typed(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody would have filled in to ask this; `mapping` is as in a jurisdiction's file."""
    own = own_fields(KINDS[mapping["kind"]])
    days = {one.name for one, hint in own if hint is date} & mapping.keys()
    return {**mapping, **{name: date.fromisoformat(mapping[name]) for name in days}}


def _field(name: str, hint: Any, needed: bool) -> Field:
    said = HINTS.get(name, "")
    label = LABELS.get(name) or as_sentence(plain(name))
    if get_origin(hint) is UnionType:
        [hint] = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple:
        return _several(name, label, get_args(hint)[0], said)
    if hint is bool:
        return BooleanField(label, description=said)
    if hint is int:
        return Number(label, [NEEDED if needed else Optional(), _above_none], description=said)
    if hint is date:
        return Day(label, [NEEDED], description=said)
    if issubclass(hint, StrEnum):
        return _choice(label, [(str(one), word_for(one)) for one in hint], needed)
    if name == "level" and needed:
        return _choice(label, [(level, as_sentence(level)) for level in LEVELS], needed)
    return Line(label, [NEEDED if needed else Optional()], description=said)


def _several(name: str, label: str, of: Any, said: str) -> Field:
    if of is not str:
        listed = options((str(one), word_for(one)) for one in of)
        return Boxes(label, [TICKED], choices=listed, description=said)
    if name == "sites":
        return Boxes(label, [TICKED], choices=site_boxes(), description=said)
    return OneEach(label, [NEEDED, _not_too_many], description=said)


def _choice(label: str, pairs: list[tuple[str, str]], needed: bool) -> Field:
    """What need not be stated has a word of its own already, the first."""
    none = "Choose one" if needed else None
    return SelectField(label, [CHOSEN], choices=options(pairs, none))


def _above_none(_form: FlaskForm, field: Number) -> None:
    if field.number == 0:
        raise ValidationError("Write a number above 0.")


def _not_too_many(_form: FlaskForm, field: OneEach) -> None:
    if not 1 <= len(field.lines) <= MOST_LINES:
        raise ValidationError(f"Write between 1 and {MOST_LINES} lines.")


def _plain_value(field: Field) -> Any:
    match field:
        case Number():
            return field.number
        case OneEach():
            return field.lines
        case Day():
            return field.data.isoformat() if field.data else None
        case Boxes():
            return list(field.data or ())
        case _:
            return field.data
