"""What a requirement asks, said in words to somebody who is about to adopt it."""

from __future__ import annotations

from collections.abc import Callable

from registry.rules.coursework import ExaminationPassed
from registry.rules.findings import Requirement
from registry.rules.gates import PatientConsents
from registry.rules.hours import InPersonHours, TotalHours
from registry.rules.licensed_years import YearsLicensed
from registry.rules.licensing import LicenceHere
from registry.rules.practice import SupervisedSessions, TrainingWindow
from registry.rules.requirements import OnRegister, OpenQuestion, ProfessionAllowed
from registry.rules.vocabulary import Profession
from registry.rules.wording import count, either

PLAIN = {
    "barred": "May not needle here at all.",
    "unrestricted": "The licence is free of restrictions.",
    "dry_needling_certificate": "Somebody verified a dry-needling certificate, and it is in force.",
    "regions_taught": "The training covers the region or muscle.",
    "notification": "Papers on the training were sent to the board.",
    "physician_contact": "A physician was consulted.",
    "not_delegated": "Nobody else is told to do the needling.",
}


def in_words(requirement: Requirement) -> str:
    """One sentence; a kind without words of its own is shown by its code."""
    say = SAYINGS.get(type(requirement))
    if say is not None:
        return say(requirement)
    return PLAIN.get(requirement.kind, requirement.kind.replace("_", " "))


def _profession(asked: ProfessionAllowed) -> str:
    if not asked.professions:
        return "No profession may needle."
    return f"Only a {either(Profession(p).title for p in asked.professions)} may needle."


def _licence(asked: LicenceHere) -> str:
    provisional = "" if asked.provisional_allowed else ", not a provisional one"
    return f"A licence of this jurisdiction{provisional}, in force on the day."


def _years(asked: YearsLicensed) -> str:
    how = asked.counted.replace("_", " ")
    return f"Licensed for {count(asked.years, 'year')} ({how})."


def _sessions(asked: SupervisedSessions) -> str:
    said = f"{count(asked.sessions, 'session')} of needling under supervision"
    if asked.supervisor_months:
        said += f", by a supervisor who has needled for {count(asked.supervisor_months, 'month')}"
    return f"{said}{'; independent ones count' if asked.independent_count else ''}."


def _consent(asked: PatientConsents) -> str:
    return f"The patient gave {'written ' if asked.written else ''}consent to dry needling."


SAYINGS: dict[type[Requirement], Callable[..., str]] = {
    ProfessionAllowed: _profession,
    LicenceHere: _licence,
    YearsLicensed: _years,
    TotalHours: lambda asked: f"{count(asked.hours, 'hour')} of training in all.",
    InPersonHours: lambda asked: f"{count(asked.hours, 'hour')} of training in person.",
    ExaminationPassed: lambda asked: f"The {asked.title} was passed.",
    SupervisedSessions: _sessions,
    TrainingWindow: lambda asked: f"Trained within {count(asked.years, 'year')} of the start.",
    OnRegister: lambda asked: f"The {asked.needs} with the board is on record.",
    PatientConsents: _consent,
    OpenQuestion: lambda asked: asked.question,
}
