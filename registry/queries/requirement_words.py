"""What a requirement asks, said in words to somebody who is about to adopt it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from registry.rules import course_deadlines as deadlines
from registry.rules import course_rules as courses
from registry.rules import gates, hours, insurance, practice, requirements
from registry.rules.course_levels import LevelTaught
from registry.rules.coursework import ExaminationPassed, HoldsCertificate, RegionsTaught
from registry.rules.experience import DegreeOrLongLicensed, EnoughPracticeHours
from registry.rules.findings import Requirement
from registry.rules.house_rules import OnlyForSites
from registry.rules.licensed_years import YearsLicensed
from registry.rules.licensing import LicenceHere, Unrestricted
from registry.rules.regions import site_name
from registry.rules.vocabulary import RegistrationKind, YearsCounted
from registry.rules.wording import as_sentence, count, day_in_words, either, with_article

COUNTED = {
    YearsCounted.ANYWHERE: "wherever that was",
    YearsCounted.HERE: "here",
    YearsCounted.UNRESTRICTED_IMMEDIATELY_BEFORE: "here, unrestricted and without a gap to the day",
}


def in_words(requirement: Requirement) -> str:
    """One sentence."""
    say: Callable[[Any], str] = SAYINGS[type(requirement)]
    return as_sentence(say(requirement))


def _allowed(asked: requirements.ProfessionAllowed) -> str:
    if not asked.professions:
        return "No profession may needle."
    return f"Only {either(with_article(p.title) for p in asked.professions)} may needle."


def _licence(asked: LicenceHere) -> str:
    provisional = "" if asked.provisional_allowed else ", not a provisional one"
    return f"A licence of this jurisdiction{provisional}, in force on the day."


def _years(asked: YearsLicensed) -> str:
    waived = "; not if the course was part of the degree" if asked.waived_in_degree else ""
    return f"Licensed for {count(asked.years, 'year')}, {COUNTED[asked.counted]}{waived}."


def _degree(asked: DegreeOrLongLicensed) -> str:
    since = day_in_words(asked.licensed_here_since)
    return f"{with_article(asked.degree)} degree, or a licence here without a gap since {since}."


def _approved(asked: courses.CourseApproved) -> str:
    when = {
        courses.Granted.ANY_TIME: "",
        courses.Granted.BEFORE_START: ", before it began",
        courses.Granted.BEFORE_COMPLETION: ", before it was completed",
    }
    degree = "; or it was part of the degree" if asked.or_in_degree else ""
    return f"The course is approved by {either(asked.bodies)}{when[asked.granted]}{degree}."


def _lapses(asked: deadlines.CertificateLapses) -> str:
    level = f" of the level “{asked.level.replace('_', ' ')}”" if asked.level else ""
    months = count(asked.months, "month")
    return f"A certificate{level} is good for {months} from its issue, whatever it prints."


def _hours(asked: hours.TotalHours | hours.InPersonHours) -> str:
    in_person = isinstance(asked, hours.InPersonHours)
    said = f"{count(asked.hours, 'hour')} of training {'in person' if in_person else 'in all'}"
    if isinstance(asked, hours.InPersonHours) and asked.live_video_counts:
        said += ", or followed live by video"
    if asked.interim_hours and asked.interim_years:
        years = count(asked.interim_years, "year")
        said += f"; {asked.interim_hours} are enough for the first {years} after a course began"
    return f"{said}."


def _level(asked: LevelTaught) -> str:
    return f"A course of {asked.level} level that teaches it, for {_sites(asked.sites)}."


def _sessions(asked: practice.SupervisedSessions) -> str:
    said = f"{count(asked.sessions, 'session')} of needling under supervision"
    if asked.supervisor_months:
        said += f", by a supervisor who has needled for {count(asked.supervisor_months, 'month')}"
    return f"{said}{'; as many done alone count as well' if asked.independent_count else ''}."


def _window(asked: practice.TrainingWindow) -> str:
    sessions, years = count(asked.sessions, "session"), count(asked.years, "year")
    return f"The course and {sessions} were done within {years} of its start."


def _on_register(asked: requirements.OnRegister) -> str:
    if asked.needs is RegistrationKind.ROSTER:
        return "Listed on the board's roster for dry needling."
    return f"The board's {asked.needs} for dry needling is on record."


def _consent(asked: gates.PatientConsents) -> str:
    manner = "written consent" if asked.written else "consent"
    return f"The patient's {manner} to dry needling is on record, {_by_when(asked)}."


def _physician(asked: gates.PhysicianContacted) -> str:
    sent = ", where one sent the patient" if asked.if_referred else ""
    return f"A physician was consulted{sent}, {_by_when(asked)}."


def _by_when(asked: gates.PatientConsents | gates.Referred | gates.PhysicianContacted) -> str:
    when = "the booking" if asked.asked_at is gates.AskedAt.BOOKING else "check-in"
    return f"at {when} at the latest"


def _some_sites(asked: OnlyForSites) -> str:
    inner = in_words(asked.asked)
    return f"For {_sites(asked.sites)} only: {inner[:1].lower()}{inner[1:]}"


def _sites(codes: Iterable[str]) -> str:
    return "; ".join(site_name(code).lower() for code in codes)


SAYINGS: dict[type[Requirement], Callable[..., str]] = {
    requirements.Barred: lambda _: "Nobody of this profession may needle here.",
    requirements.NotYetInForce: lambda _: (
        "A law allows it, but nobody may begin before the board's rules are in force."
    ),
    requirements.ProfessionAllowed: _allowed,
    LicenceHere: _licence,
    Unrestricted: lambda _: "The licence is free of restrictions.",
    YearsLicensed: _years,
    deadlines.YearsBeforeTraining: lambda asked: (
        f"Licensed for {count(asked.years, 'year')}, anywhere, before the course began."
    ),
    EnoughPracticeHours: lambda asked: (
        f"{count(asked.hours, 'hour')} of clinical practice in the profession."
    ),
    DegreeOrLongLicensed: _degree,
    HoldsCertificate: lambda _: "A verified dry-needling certificate, in force on the day.",
    courses.CourseApproved: _approved,
    courses.InstructorQualified: lambda asked: (
        f"Whoever taught the course had needled for {count(asked.years, 'year')}."
    ),
    courses.InPersonShare: lambda asked: f"{asked.share} of the course was in person.",
    deadlines.CertificateLapses: _lapses,
    hours.TotalHours: _hours,
    hours.InPersonHours: _hours,
    hours.PracticalHours: lambda asked: f"{count(asked.hours, 'hour')} of hands-on training.",
    hours.DidacticHours: lambda asked: f"{count(asked.hours, 'hour')} of theory in the training.",
    hours.FoundationHours: lambda asked: (
        f"{count(asked.hours, 'hour')} of foundation schooling, beside the needling itself."
    ),
    RegionsTaught: lambda _: "The training covers the region or muscle.",
    LevelTaught: _level,
    ExaminationPassed: lambda asked: f"The {asked.title} was passed.",
    practice.SupervisedSessions: _sessions,
    practice.TrainingWindow: _window,
    requirements.OnRegister: _on_register,
    requirements.BoardNotified: lambda _: "Papers on the training were sent to the board.",
    deadlines.NotifiedWithin: lambda asked: (
        f"Proof of the course reaches the board within {count(asked.days, 'day')} of its end."
    ),
    insurance.CprCurrent: lambda _: "A CPR card in force.",
    insurance.Insured: lambda _: "Indemnity cover that does not exclude the region or muscle.",
    gates.PatientConsents: _consent,
    gates.Referred: lambda asked: f"A referral for the patient is on record, {_by_when(asked)}.",
    gates.PhysicianContacted: _physician,
    gates.NotDelegated: lambda _: "Nobody else is told to do the needling.",
    requirements.OpenQuestion: lambda asked: asked.question,
    OnlyForSites: _some_sites,
}
