"""Requirements as plain values, to keep in files and in the database; and back, strictly."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from registry.rules.coursework import ExaminationPassed, HoldsCertificate, RegionsTaught
from registry.rules.findings import HOUSE_RULE, Citation, Requirement
from registry.rules.forms import Form
from registry.rules.gates import NotDelegated, PatientConsents, PhysicianContacted
from registry.rules.hours import InPersonHours, TotalHours
from registry.rules.licensed_years import YearsLicensed
from registry.rules.licensing import LicenceHere, Unrestricted
from registry.rules.practice import SupervisedSessions, TrainingWindow
from registry.rules.requirements import (
    Barred,
    BoardNotified,
    OnRegister,
    OpenQuestion,
    ProfessionAllowed,
)
from registry.rules.vocabulary import Confidence

KINDS: dict[str, type[Requirement]] = {
    requirement.kind: requirement
    for requirement in (
        Barred,
        ProfessionAllowed,
        LicenceHere,
        Unrestricted,
        YearsLicensed,
        HoldsCertificate,
        TotalHours,
        InPersonHours,
        RegionsTaught,
        ExaminationPassed,
        SupervisedSessions,
        TrainingWindow,
        OnRegister,
        BoardNotified,
        PatientConsents,
        PhysicianContacted,
        NotDelegated,
        OpenQuestion,
    )
}


def parse_requirement(form: Form) -> Requirement:
    """Raises BadRequirementSet for an unknown kind, a wrong type, a missing source."""
    kind = form.text("kind")
    if kind not in KINDS:
        raise form.refuse("kind", f"{kind!r} is not one of: {', '.join(KINDS)}")
    requirement = KINDS[kind]
    values = {own.name: _read(form, own, hint) for own, hint in _own_fields(requirement)}
    citation = _parse_citation(form)
    form.nothing_else()
    return requirement(citation=citation, **values)


def requirement_as_mapping(requirement: Requirement) -> dict[str, Any]:
    values = {own.name: getattr(requirement, own.name) for own, _ in _own_fields(type(requirement))}
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
    )


def _citation_as_mapping(citation: Citation) -> dict[str, Any]:
    if citation == HOUSE_RULE:
        return {"source": HOUSE_RULE.source_url}
    stated = citation._asdict()
    return {name: _plain(value) for name, value in stated.items() if value is not None}


@cache
def _own_fields(requirement: type[Requirement]) -> list[tuple[Field[Any], Any]]:
    hints = get_type_hints(requirement)
    return [(own, hints[own.name]) for own in fields(requirement) if own.name != "citation"]


def _read(form: Form, own: Field[Any], hint: Any) -> Any:
    if own.default is not MISSING and not form.has(own.name):
        return own.default
    if get_origin(hint) is tuple:
        return form.several_of(get_args(hint)[0], own.name)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return form.one_of(hint, own.name)
    if hint is bool:
        return form.flag(own.name)
    return form.text(own.name) if hint is str else form.whole(own.name)


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    return [str(word) for word in value] if isinstance(value, tuple) else value
