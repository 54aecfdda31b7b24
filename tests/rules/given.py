"""Facts for the rules' tests. Each says only what the test cares about; the rest is met."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.rules.eligibility import decide
from registry.rules.facts import (
    Certificate,
    Circumstances,
    Engagement,
    Facts,
    Licence,
    Question,
    Registration,
    SupervisedPractice,
)
from registry.rules.regions import SITES
from registry.rules.requirement_sets import RequirementSet
from registry.rules.standing import StandingSince
from registry.rules.vocabulary import (
    Consent,
    Exam,
    ExamResult,
    Profession,
    RegistrationKind,
    Standing,
    VersionState,
)

CLINIC = 1
TODAY = date(2026, 6, 30)
LONG_AGO = date(2015, 1, 1)
NOTHING_AMISS = Circumstances(Consent.WRITTEN, physician_contacted=True, delegated=False)


@cache
def shipped() -> tuple[RequirementSet, ...]:
    """The sets that ship, every open question settled."""
    sets = [one for known in load_jurisdictions().values() for one in known.sets]
    return tuple(one.settling(question.code for question in one.open_questions) for one in sets)


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
        hours_total=300,
        hours_in_person=300,
        taught=SITES,
        exams=tuple((exam, ExamResult.PASSED) for exam in Exam),
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


def facts(jurisdiction="US-GA", profession=Profession.PT, **known):
    """Somebody who may needle in the jurisdiction, but for what is stated."""
    ordinary = dict(
        licences=(licence(jurisdiction=jurisdiction, profession=profession),),
        certificates=(certificate(),),
        registrations=tuple(
            registration(kind, jurisdiction=jurisdiction) for kind in RegistrationKind
        ),
        supervised=(practice(),),
        engagements=(Engagement(CLINIC, LONG_AGO),),
    )
    return Facts(profession=profession, **{**ordinary, **known})


def decided(known, jurisdiction="US-GA", site="thigh", day=TODAY, sets=None, given=None):
    question = Question(CLINIC, jurisdiction, site, day, given)
    return decide(known, shipped() if sets is None else sets, question)


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
