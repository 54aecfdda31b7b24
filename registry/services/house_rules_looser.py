"""Rules of a clinic that ask less than its jurisdiction are refused: they would change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.errors import BadInput
from registry.models import Clinic
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.findings import Requirement
from registry.rules.house_rules import OnlyForSites
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.questions import Question

FIELD = "requirements"
#: Numbers of which the smaller is the stricter.
SMALLER_IS_STRICTER = {
    ("certificate_lapses", "months"),
    ("notification_within", "days"),
    ("training_window", "years"),
}


def refuse_looser(
    session: Session, clinic: Clinic, asked: Sequence[Requirement], first_day: date
) -> None:
    """A number that is already surpassed for everybody would only look like a rule."""
    rulebook = rulebook_on_record(session, [clinic.jurisdiction])
    question = Question(clinic.id, clinic.jurisdiction, "", first_day)
    sets = [one for one in rulebook.sets_here(question) if one.lets_needle]
    for requirement in asked:
        own = requirement.asked if isinstance(requirement, OnlyForSites) else requirement
        theirs = [[r for r in one.requirements if type(r) is type(own)] for one in sets]
        for name, number in _numbers(own).items():
            stricter = min if (own.kind, name) in SMALLER_IS_STRICTER else max
            asks = [_strictest(stricter, name, same) for same in theirs]
            if asks and all(n not in (None, number) and stricter(n, number) == n for n in asks):
                raise BadInput(
                    f"{jurisdiction_name(clinic.jurisdiction)} asks for {asks[0]} {name} already, "
                    f"and a clinic cannot be looser: {number} would change nothing.",
                    field=FIELD,
                )


def _numbers(requirement: Requirement) -> dict[str, int]:
    values = {own.name: getattr(requirement, own.name) for own in fields(requirement)}
    return {name: value for name, value in values.items() if type(value) is int}


def _strictest(stricter: Any, name: str, same: Sequence[Requirement]) -> Any:
    numbers = [number for one in same if (number := getattr(one, name)) is not None]
    return stricter(numbers) if numbers else None
