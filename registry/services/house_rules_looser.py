"""A clinic's rules that ask no more than its jurisdiction are refused: they change nothing."""

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
from registry.rules.requirements import ProfessionAllowed

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
    place = jurisdiction_name(clinic.jurisdiction)
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
                    f"{place} asks for {asks[0]} {name} already, "
                    f"and a clinic cannot be looser: {number} would change nothing.",
                    field=FIELD,
                )
        if sets and all(any(_as_strict(one, own) for one in same) for same in theirs):
            raise BadInput(f"{place} asks for this already: it would change nothing.", field=FIELD)


def _as_strict(theirs: Requirement, own: Requirement) -> bool:
    """Whoever meets theirs meets the clinic's own, which is of the same kind."""
    if isinstance(theirs, ProfessionAllowed) and isinstance(own, ProfessionAllowed):
        return set(theirs.professions) <= set(own.professions)
    names = [one.name for one in fields(own) if one.name != "citation"]
    return all(_asks_as_much(own.kind, n, getattr(theirs, n), getattr(own, n)) for n in names)


def _asks_as_much(kind: str, name: str, theirs: Any, own: Any) -> bool:
    if type(theirs) is int and type(own) is int:
        stricter = min if (kind, name) in SMALLER_IS_STRICTER else max
        return stricter(theirs, own) == theirs
    return bool(theirs == own)


def _numbers(requirement: Requirement) -> dict[str, int]:
    values = {own.name: getattr(requirement, own.name) for own in fields(requirement)}
    return {name: value for name, value in values.items() if type(value) is int}


def _strictest(stricter: Any, name: str, same: Sequence[Requirement]) -> Any:
    numbers = [number for one in same if (number := getattr(one, name)) is not None]
    return stricter(numbers) if numbers else None
