"""Headlines: the numbers of a set in a word or two each, for long lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from registry.rules.course_deadlines import NotifiedWithin, YearsBeforeTraining
from registry.rules.course_rules import InPersonShare
from registry.rules.coursework import ExaminationPassed
from registry.rules.experience import EnoughPracticeHours
from registry.rules.findings import Requirement
from registry.rules.hours import InPersonHours, TotalHours
from registry.rules.jurisdictions import JurisdictionStatus
from registry.rules.licensed_years import YearsLicensed
from registry.rules.open_items import Unstated
from registry.rules.practice import SupervisedSessions, TrainingWindow
from registry.rules.requirement_sets import RequirementSet
from registry.rules.requirements import BoardNotified, NotYetInForce, OnRegister
from registry.rules.vocabulary import Profession
from registry.rules.wording import count


@dataclass(frozen=True, slots=True)
class Headline:
    """`words` is empty where nothing is asked, as far as is known; `found`: a source states it."""

    title: str
    words: str
    found: bool = True


@dataclass(frozen=True, slots=True)
class SetLine:
    """One profession's set in a list. `headlines` is empty where nobody may needle anyway."""

    profession: Profession
    first_day: date
    last_day: date | None
    status: JurisdictionStatus
    lets_needle: bool
    headlines: tuple[Headline, ...]

    def in_force_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def set_line(one: RequirementSet, status: JurisdictionStatus) -> SetLine:
    """`status` is the jurisdiction's; the set's own is worse where it lets nobody needle."""
    if not one.lets_needle:
        waits = any(isinstance(asked, NotYetInForce) for asked in one.requirements)
        barred, passed = JurisdictionStatus.BARRED, JurisdictionStatus.AUTHORISED_NOT_IN_EFFECT
        status = passed if waits else barred
    return SetLine(
        one.profession,
        one.first_day,
        one.last_day,
        status,
        one.lets_needle,
        headlines_of(one) if one.lets_needle else (),
    )


def headlines_of(one: RequirementSet) -> tuple[Headline, ...]:
    found: dict[str, list[str]] = {title: [] for title in TITLES}
    for asked in one.requirements:
        if type(asked) in SAID:
            title, say = SAID[type(asked)]
            found[title].append(say(asked))
    return tuple(
        Headline(title, ", ".join(dict.fromkeys(words)), bool(words) or gap not in one.not_found)
        for (title, words), gap in zip(found.items(), TITLES.values(), strict=True)
    )


def _number(asked: TotalHours | InPersonHours) -> str:
    interim = asked.interim_hours
    return f"{asked.hours} ({interim} at first)" if interim else str(asked.hours)


#: In the order of the columns; with the value that stands for it where no source states it.
TITLES = {
    "Hours": Unstated.TOTAL_HOURS,
    "In person": Unstated.IN_PERSON_HOURS,
    "Sessions": Unstated.SUPERVISED_SESSIONS,
    "Years": Unstated.YEARS_LICENSED,
    "Examination": Unstated.EXAMINATION,
    "Filing": Unstated.REGISTRATION,
}
SAID: dict[type[Requirement], tuple[str, Callable[..., str]]] = {
    TotalHours: ("Hours", _number),
    InPersonHours: ("In person", _number),
    InPersonShare: ("In person", lambda asked: str(asked.share)),
    SupervisedSessions: ("Sessions", lambda asked: str(asked.sessions)),
    TrainingWindow: ("Sessions", lambda asked: str(asked.sessions)),
    YearsLicensed: ("Years", lambda asked: str(asked.years)),
    YearsBeforeTraining: ("Years", lambda asked: str(asked.years)),
    EnoughPracticeHours: ("Years", lambda asked: count(asked.hours, "practice hour")),
    ExaminationPassed: ("Examination", lambda asked: asked.exam.replace("_", " ")),
    OnRegister: ("Filing", lambda asked: str(asked.needs)),
    BoardNotified: ("Filing", lambda _: "notification"),
    NotifiedWithin: ("Filing", lambda asked: f"within {count(asked.days, 'day')}"),
}
