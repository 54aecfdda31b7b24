"""Requirements as plain values, to keep in files and in the database; and back, strictly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from registry.rules.findings import HOUSE_RULE, Citation, Requirement
from registry.rules.forms import Form
from registry.rules.requirement_kinds import KINDS
from registry.rules.vocabulary import Confidence


def parse_requirement(form: Form) -> Requirement:
    """Raises BadRequirementSet for an unknown kind, a wrong type, a missing source, odd numbers."""
    kind = form.text("kind")
    if kind not in KINDS:
        raise form.refuse("kind", f"{kind!r} is not one of: {', '.join(KINDS)}")
    requirement = KINDS[kind]
    values = {own.name: _read(form, own, hint) for own, hint in own_fields(requirement)}
    citation = _parse_citation(form)
    form.nothing_else()
    made = requirement(citation=citation, **values)
    if wrong := made.at_odds():
        raise form.refuse(*wrong)
    return made


def requirement_as_mapping(requirement: Requirement) -> dict[str, Any]:
    values = {own.name: getattr(requirement, own.name) for own, _ in own_fields(type(requirement))}
    stated = {name: _plain(value) for name, value in values.items() if value is not None}
    return {"kind": requirement.kind, **stated, **_citation_as_mapping(requirement.citation)}


def _parse_citation(form: Form) -> Citation:
    if form.has("source") and form.text("source") == HOUSE_RULE.source_url:
        return HOUSE_RULE
    return Citation(
        form.text("source_url"),
        form.text("source_date"),
        form.one_of(Confidence, "confidence"),
        form.text("text") if form.has("text") else None,
        form.text("stale_risk") if form.has("stale_risk") else None,
        form.text("source_name", default=""),
    )


def _citation_as_mapping(citation: Citation) -> dict[str, Any]:
    if citation == HOUSE_RULE:
        return {"source": HOUSE_RULE.source_url}
    stated = citation._asdict()
    return {name: _plain(value) for name, value in stated.items() if value not in (None, "")}


@cache
def own_fields(requirement: type[Requirement]) -> list[tuple[Field[Any], Any]]:
    """What one of its kind states beside its source: each field, and of what type it is."""
    hints = get_type_hints(requirement)
    return [(own, hints[own.name]) for own in fields(requirement) if own.name != "citation"]


def _read(form: Form, own: Field[Any], hint: Any) -> Any:
    if own.default is not MISSING and not form.has(own.name):
        return own.default
    if get_origin(hint) is tuple:
        return _read_several(form, own.name, get_args(hint)[0])
    if get_origin(hint) is UnionType:
        [hint] = [one for one in get_args(hint) if one is not type(None)]
    if issubclass(hint, StrEnum):
        return form.one_of(hint, own.name)
    return READERS[hint](form, own.name)


def _read_several(form: Form, name: str, of: Any) -> tuple[Any, ...]:
    several = form.texts(name) if of is str else form.several_of(of, name)
    if not several:
        raise form.refuse(name, "should name at least one")
    return several


READERS: dict[Any, Callable[[Form, str], Any]] = {
    bool: Form.flag,
    int: Form.whole,
    str: Form.text,
    date: Form.day,
}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return [str(word) for word in value] if isinstance(value, tuple) else value
