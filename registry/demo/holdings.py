"""What each practitioner of the demo holds, and what became of it."""

from __future__ import annotations

from datetime import date
from functools import partial

from registry.demo.credential_maker import LOWER, UPPER, Holding, Maker, Paper, passed
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import (
    CourseKind,
    Exam,
    LicenceKind,
    Profession,
    RegistrationKind,
    VersionState,
)

WAITS, REJECTED = VersionState.SUBMITTED, VersionState.REJECTED
ALL_BUT_THORAX = frozenset(REGIONS) - {"thorax"}


def holdings(today: date) -> dict[str, list[Holding]]:
    """By the key of the practitioner."""
    make = Maker(today)
    groups = (_whole_body, _of_harbour, _short_of_training, _refused, _of_hill)
    return {key: held for group in groups for key, held in group(make).items()}


def _whole_body(make: Maker) -> dict[str, list[Holding]]:
    """Those who were taught nearly everything."""
    course = partial(make.course, course="Dry needling of the whole body", hours_total=84)
    return {
        "dana": [
            make.licence(),
            course(taught=ALL_BUT_THORAX, hours_in_person=70, paper=Paper.PDF),
            make.filed(),
            make.degree(),
            make.cpr(45),
            make.cover(80),
        ],
        "maximiliana": [
            make.licence(ends=200),
            course(taught=frozenset(REGIONS), hours_in_person=84),
            make.filed(),
            make.sessions(40),
            make.practised(6200, "Harbour Clinic"),
        ],
    }


def _of_harbour(make: Maker) -> dict[str, list[Holding]]:
    """Others who needle there, until something ends it."""
    thorax = make.course(
        course="Dry needling of the thorax",
        completed=-12,
        hours_total=18,
        hours_in_person=18,
        taught=frozenset({"thorax"}),
        becomes=WAITS,
        days_ago=6,
        paper=Paper.PDF,
    )
    lower = make.course(course="Dry needling, lower quarter", taught=LOWER)
    head = make.course(course="Dry needling for headache", taught=frozenset({"head_face", "neck"}))
    renewal = make.licence(ends=785)._replace(becomes=WAITS, days_ago=2)
    return {
        "ruth": [make.licence(ends=300), lower, make.filed(), thorax],
        "marcus": [make.licence(ends=12), make.course(), make.filed(), make.cpr(200)],
        "naomi": [make.licence(ends=55), head, make.filed(), renewal],
        "victor": [make.licence(ends=500), make.course(paper=Paper.PHOTO), make.filed()],
        "elena": [make.licence(ends=250), make.course(), make.filed()],
    }


def _short_of_training(make: Maker) -> dict[str, list[Holding]]:
    waits = make.course(completed=-9, becomes=WAITS, days_ago=3, paper=Paper.PHOTO)
    rejected = make.course(
        completed=-30,
        becomes=REJECTED,
        days_ago=8,
        paper=Paper.BLURRED,
        reason="The name and the hours cannot be read. Please take a sharper photo.",
    )
    short = make.course(
        course="Dry needling, first steps", hours_total=27, hours_in_person=27, taught=UPPER
    )
    acupuncture = make.course(
        course="Acupuncture, diploma",
        provider="Willow Court College",
        kind=CourseKind.ACUPUNCTURE,
        hours_total=1900,
        hours_in_person=1900,
        taught=frozenset(),
    )
    return {
        "tomas": [make.licence(), waits, make.filed(becomes=WAITS, days_ago=3)],
        "grace": [make.licence(), rejected, make.filed()],
        "hannah": [make.licence(), short, make.filed()],
        "mei": [make.licence(), acupuncture],
    }


def _refused(make: Maker) -> dict[str, list[Holding]]:
    """Those whose licence or profession does not do."""
    return {
        "priya": [make.licence(ends=-20), make.course(), make.filed()],
        "jordan": [make.licence(profession=Profession.PTA)],
        "caleb": [make.licence(here="US-FL"), make.course()],
        "leo": [make.licence(here="US-CA"), make.course()],
    }


def _of_hill(make: Maker) -> dict[str, list[Holding]]:
    physio = partial(make.licence, here="CA-AB", profession=Profession.PHYSIO)
    exams = passed(Exam.WRITTEN, Exam.FINAL_EVALUATION)
    course = partial(make.course, provider="Foothills Needling School", exams=exams)
    permit = partial(make.registered, "CA-AB", RegistrationKind.AUTHORISATION, "College of Alberta")
    return {
        "aisha": [physio(ends=190), course(paper=Paper.PDF), permit(), make.cover(28)],
        "liam": [physio(), course(taught=LOWER), permit(becomes=WAITS, days_ago=5)],
        "noah": [physio(kind=LicenceKind.PROVISIONAL, ends=150), course(), permit()],
    }
