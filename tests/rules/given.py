"""Facts for the rules' tests. Each says only what the test cares about; every rule is met."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.rules.course_rules import CourseApproved
from registry.rules.eligibility import decide
from registry.rules.facts import (
    Approval,
    Certificate,
    Cpr,
    Degree,
    Engagement,
    Examination,
    Facts,
    Indemnity,
    Licence,
    PracticeHours,
    Registration,
    SupervisedPractice,
)
from registry.rules.findings import Citation
from registry.rules.questions import Circumstances, Question
from registry.rules.regions import SITES
from registry.rules.requirement_sets import RequirementSet
from registry.rules.rulebooks import Rulebook
from registry.rules.standing import StandingSince
from registry.rules.vocabulary import (
    Consent,
    DegreeLevel,
    Exam,
    ExamResult,
    Profession,
    RegistrationKind,
    Standing,
    VersionState,
)

CLINIC = 1
TODAY = date(2026, 6, 30)
LONG_AGO = date(2005, 1, 1)
ENOUGH = 350  # more hours of any sort than any place asks for
NOTHING_AMISS = Circumstances(Consent.WRITTEN, physician_contacted=True, referral=True)
RULE = Citation("https://example.org/rule", "2020-01-01")


@cache
def shipped() -> tuple[RequirementSet, ...]:
    """The sets that ship, every open item settled."""
    sets = [one for known in load_jurisdictions().values() for one in known.sets]
    return tuple(one.settling(item.code for item in one.open_items) for one in sets)


@cache
def approving_bodies() -> frozenset[str]:
    """Whoever any set that ships wants a course to be approved by."""
    asked = (requirement for one in shipped() for requirement in one.requirements)
    approvals = (one for one in asked if isinstance(one, CourseApproved))
    return frozenset(body for one in approvals for body in one.bodies)


def only_set(jurisdiction: str, profession: Profession = Profession.PT) -> RequirementSet:
    """The one that ships for the profession there, every open item settled."""
    [one] = [s for s in shipped() if s.jurisdiction == jurisdiction and s.profession is profession]
    return one


@cache
def shipped_rulebook() -> Rulebook:
    return rulebook(*shipped())


def rulebook(*sets: RequirementSet) -> Rulebook:
    """Those of one jurisdiction adopted together."""
    places = dict.fromkeys(one.jurisdiction for one in sets)
    return Rulebook(tuple(tuple(s for s in sets if s.jurisdiction == p) for p in places))


def licence(**known):
    ordinary = dict(
        id=1,
        state=VersionState.VERIFIED,
        first_day=LONG_AGO,
        number="GA-1234",
        jurisdiction="US-GA",
        profession=Profession.PT,
    )
    return Licence(**{**ordinary, **known})


def certificate(**known):
    ordinary = dict(
        id=1,
        state=VersionState.VERIFIED,
        first_day=date(2021, 6, 1),
        provider="Needle School",
        course="DN-1",
        number="N-1",
        level="advanced",
        hours_total=ENOUGH,
        hours_in_person=ENOUGH,
        hours_didactic=ENOUGH,
        hours_practical=ENOUGH,
        hours_foundation=ENOUGH,
        taught=SITES,
        approvals=tuple(Approval(body, LONG_AGO) for body in sorted(approving_bodies())),
        instructor_needling_years=20,
        exams=tuple(Examination(exam, ExamResult.PASSED, in_person=True) for exam in Exam),
        course_started=date(2020, 6, 1),
        completed_on=date(2021, 6, 1),
    )
    return Certificate(**{**ordinary, **known})


def registration(kind=RegistrationKind.NOTIFICATION, **known):
    ordinary = dict(
        id=1, state=VersionState.VERIFIED, first_day=LONG_AGO, jurisdiction="US-GA", kind=kind
    )
    return Registration(**{**ordinary, **known})


def practice(**known):
    ordinary = dict(
        id=1,
        state=VersionState.VERIFIED,
        first_day=date(2022, 6, 1),
        sessions=250,
        supervisor_needling_months=36,
        started=date(2021, 6, 1),
        finished=date(2022, 6, 1),
    )
    return SupervisedPractice(**{**ordinary, **known})


def degree(**known):
    ordinary = dict(
        id=1,
        state=VersionState.VERIFIED,
        first_day=LONG_AGO,
        level=DegreeLevel.DOCTORAL,
        title="DPT",
    )
    return Degree(**{**ordinary, **known})


def practice_hours(hours=9000, **known):
    ordinary = dict(id=1, state=VersionState.VERIFIED, first_day=date(2016, 1, 1))
    return PracticeHours(hours=hours, **{**ordinary, **known})


def cpr(**known):
    return Cpr(**{**dict(id=1, state=VersionState.VERIFIED, first_day=LONG_AGO), **known})


def indemnity(*excluded, **known):
    ordinary = dict(id=1, state=VersionState.VERIFIED, first_day=LONG_AGO)
    return Indemnity(excluded=frozenset(excluded), **{**ordinary, **known})


def facts(jurisdiction="US-GA", profession=Profession.PT, **known):
    """Somebody who may needle in the jurisdiction, but for what is stated."""
    ordinary = dict(
        licences=(licence(jurisdiction=jurisdiction, profession=profession),),
        certificates=(certificate(),),
        registrations=tuple(
            registration(kind, jurisdiction=jurisdiction) for kind in RegistrationKind
        ),
        supervised=(practice(),),
        practice_hours=(practice_hours(),),
        degrees=(degree(),),
        cpr=(cpr(),),
        indemnities=(indemnity(),),
        engagements=(Engagement(CLINIC, LONG_AGO),),
    )
    return Facts(profession=profession, **{**ordinary, **known})


def decided(
    known, jurisdiction="US-GA", site="thigh", day=TODAY, sets=None, given=None, house_rules=()
):
    question = Question(CLINIC, jurisdiction, site, day, given)
    book = shipped_rulebook() if sets is None else rulebook(*sets)
    return decide(known, replace(book, house_rules=house_rules), question)


def reasons(*asked, **more):
    return {str(reason) for reason in decided(*asked, **more).reasons}


def suspended(from_day):
    return StandingSince(from_day, Standing.SUSPENDED)


def revoked(from_day):
    return StandingSince(from_day, Standing.REVOKED)


def restricted(from_day):
    return StandingSince(from_day, Standing.RESTRICTED)


def reinstated(from_day):
    return StandingSince(from_day, Standing.IN_FORCE)


def with_requirements(one, *requirements):
    """The set with these requirements added."""
    return replace(one, requirements=(*one.requirements, *requirements))
