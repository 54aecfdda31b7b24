"""Researched cases, each with the exact reasons it must give."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from registry.rules.facts import Circumstances
from registry.rules.vocabulary import (
    Consent,
    CourseKind,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    RegistrationKind,
    VersionState,
)
from tests.rules.given import (
    LONG_AGO,
    certificate,
    decided,
    facts,
    licence,
    practice,
    registration,
)

SCENARIOS = yaml.safe_load(Path(__file__).with_name("scenarios.yaml").read_text("utf-8"))
STATES = {"pending": VersionState.SUBMITTED}
HOURS = ("hours_total", "hours_in_person")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: f"{s['id']} {s['title']}")
def test_a_researched_scenario_gives_exactly_its_reasons(scenario):
    told = Told(scenario["facts"], scenario["jurisdiction"])

    decision = decided(
        told.facts(),
        scenario["jurisdiction"],
        scenario["site"],
        scenario["day"],
        given=told.circumstances(),
    )

    assert sorted(decision.reasons) == sorted(scenario["reasons"])
    assert decision.eligible == (not scenario["reasons"])
    assert told.heard == set(scenario["facts"]), "a fact of the scenario went unheard"


class Told:
    """A scenario's few stated facts among ordinary ones; each must be heard."""

    def __init__(self, stated, jurisdiction):
        self.stated = stated
        self.jurisdiction = jurisdiction
        self.heard = {"profession", "supervised"}.intersection(stated)
        self.profession = Profession(stated["profession"])

    def get(self, key, otherwise=None):
        self.heard |= {key}.intersection(self.stated)
        return self.stated.get(key, otherwise)

    def facts(self):
        return facts(
            self.jurisdiction,
            self.profession,
            licences=(self.licence(),),
            certificates=tuple(self.certificates()),
            supervised=tuple(self.practice()),
            registrations=tuple(self.registrations()),
        )

    def licence(self):
        stated = self.get("licence", {})
        first_licensed = self.get("first_licensed")
        provisional = self.get("register") == "provisional"
        return licence(
            jurisdiction=stated.get("jurisdiction", self.jurisdiction),
            profession=self.profession,
            first_day=stated.get("issued", first_licensed or LONG_AGO),
            first_licensed=first_licensed,
            last_day=stated.get("expires"),
            kind=LicenceKind.PROVISIONAL if provisional else LicenceKind.FULL,
        )

    def certificates(self):
        one = self.get("certificate", {})
        if one == "none":
            return
        for number, stated in enumerate(self.get("certificates", [one]), start=1):
            hours = {key: self.get(key, stated.get(key)) for key in HOURS}
            yield certificate(id=number, **self.course(stated, number), **_hours(**hours))

    def course(self, stated, number):
        started = self.get("course_started")
        issued = stated.get("issued", date(2021, 6, 1))
        return dict(
            number=stated.get("number", f"N-{number}"),
            state=STATES[stated["state"]] if "state" in stated else VersionState.VERIFIED,
            first_day=issued,
            completed_on=issued,
            course_started=started or date(issued.year - 1, 1, 1),
            last_day=stated.get("expires"),
            kind=CourseKind(stated.get("kind", "dry_needling")),
            holder_matches="holder" not in stated,
            exams=tuple(self.exams()),
        )

    def exams(self):
        for exam in Exam:
            passed = self.get(f"{exam}_exam", "passed") == "passed"
            yield exam, ExamResult.PASSED if passed else ExamResult.NOT_TAKEN

    def practice(self):
        yield practice(
            sessions=self.get("supervised_sessions", 250),
            supervisor_needling_months=self.get("supervisor_needling_months", 36),
            mode=self.get("supervision_mode", "in person"),
            finished=self.get("sessions_finished", date(2022, 6, 1)),
        )
        alone = self.get("independent_sessions_as_licensed_pt")
        if alone is not None:
            yield practice(id=2, sessions=alone, independent=True)

    def registrations(self):
        missing = set()
        if self.get("documentation_submitted") is False:
            missing.add(RegistrationKind.NOTIFICATION)
        if self.get("permit_authorisation") == "none":
            missing.add(RegistrationKind.AUTHORISATION)
        for kind in RegistrationKind:
            if kind not in missing:
                yield registration(kind, jurisdiction=self.jurisdiction)

    def circumstances(self):
        return Circumstances(
            consent=Consent(self.get("consent", "written")),
            physician_contacted=True,
            delegated=self.get("delegated_by") is not None,
        )


def _hours(hours_total, hours_in_person):
    """Where only the in-person hours are told, there are no others."""
    total = hours_in_person if hours_total is None else hours_total
    return dict(
        hours_total=300 if total is None else total,
        hours_in_person=300 if hours_in_person is None else hours_in_person,
    )
