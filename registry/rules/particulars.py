"""The particulars of each kind of credential, written to and read from plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from registry.rules.facts import (
    Approval,
    Certificate,
    Cpr,
    Degree,
    Examination,
    Indemnity,
    Licence,
    PracticeHours,
    Registration,
    SupervisedPractice,
)
from registry.rules.standing import Held, StandingSince
from registry.rules.vocabulary import (
    CourseKind,
    CredentialKind,
    DegreeLevel,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    RegistrationKind,
    VersionState,
)

CLASSES: dict[CredentialKind, type[Held]] = {
    made.credential_kind: made
    for made in (
        Licence,
        Certificate,
        Registration,
        SupervisedPractice,
        PracticeHours,
        Degree,
        Cpr,
        Indemnity,
    )
}
#: The field of `Facts` that holds those of a kind.
FIELDS = {
    CredentialKind.LICENCE: "licences",
    CredentialKind.CERTIFICATE: "certificates",
    CredentialKind.REGISTRATION: "registrations",
    CredentialKind.SUPERVISED_PRACTICE: "supervised",
    CredentialKind.PRACTICE_HOURS: "practice_hours",
    CredentialKind.DEGREE: "degrees",
    CredentialKind.CPR: "cpr",
    CredentialKind.INDEMNITY: "indemnities",
}
KINDS: dict[CredentialKind, Callable[[str], Enum]] = {
    CredentialKind.LICENCE: LicenceKind,
    CredentialKind.CERTIFICATE: CourseKind,
    CredentialKind.REGISTRATION: RegistrationKind,
}
COMMON = frozenset(field.name for field in fields(Held))
OWN = {
    kind: tuple(field.name for field in fields(made) if field.name not in COMMON)
    for kind, made in CLASSES.items()
}


def particulars_of(fact: Held) -> dict[str, Any]:
    """The fields of its own kind, as JSON values; dates as ISO 8601, hours as text."""
    return {name: _plain(getattr(fact, name)) for name in OWN[fact.credential_kind]}


def fact_from(
    kind: CredentialKind,
    particulars: Mapping[str, Any],
    *,
    id: int,
    state: VersionState,
    first_day: date | None,
    last_day: date | None,
    decisions: tuple[StandingSince, ...] = (),
) -> Held:
    """The inverse: a Licence, Certificate, … as the rules judge it. `id` is the credential's."""
    own = {name: _typed(kind, name, particulars[name]) for name in OWN[kind] if name in particulars}
    return CLASSES[kind](
        id=id,
        state=state,
        first_day=first_day,
        last_day=last_day,
        decisions=decisions,
        **own,
    )


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case frozenset():
            return sorted(value)
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def _typed(kind: CredentialKind, name: str, value: Any) -> Any:
    if name == "kind":
        return KINDS[kind](value)
    if name == "level" and kind is CredentialKind.DEGREE:
        return DegreeLevel(value)
    read = READERS.get(name)
    return read(value) if read and value is not None else value


def _exams(taken: list[list[Any]]) -> tuple[Examination, ...]:
    """Each as `[exam, result]`, or with whether it was taken in person as the third."""
    return tuple(Examination(Exam(one), ExamResult(so), *how) for one, so, *how in taken)


def _approvals(pairs: list[list[str | None]]) -> tuple[Approval, ...]:
    return tuple(Approval(str(by), date.fromisoformat(on) if on else None) for by, on in pairs)


DATES = ("first_licensed", "completed_on", "issued_on", "course_started", "started", "finished")
HOURS = (
    "hours_total",
    "hours_in_person",
    "hours_live_video",
    "hours_didactic",
    "hours_practical",
    "hours_foundation",
)
READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(DATES, date.fromisoformat),
    **dict.fromkeys(HOURS, Decimal),
    "taught": frozenset,
    "excluded": frozenset,
    "profession": Profession,
    "exams": _exams,
    "approvals": _approvals,
}
