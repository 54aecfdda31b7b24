"""What would it take: asked of any place, by what a practitioner holds."""

from __future__ import annotations

from datetime import date

import pytest

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.errors import BadInput, NotAllowed, NotFound
from registry.queries.what_it_takes import record_for_question, what_it_takes
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import PatientConsents
from registry.rules.vocabulary import Profession, Role, VersionState
from registry.services.house_rules import set_house_rules
from tests import given


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


def asked(who, place="US-GA", site="thigh", day=None, by=None):
    record = record_for_question(by or given.EVERYBODY, who.id)
    return what_it_takes(
        by or given.EVERYBODY, record, jurisdiction=place, site=site, day=day, now=given.NOW
    )


def kinds(several):
    return [one.finding.kind for one in several]


def test_each_requirement_says_what_there_is_and_what_is_missing_in_numbers(dana):
    given.licence(dana, jurisdiction="US-GA")
    given.certificate(dana, hours_total=27, hours_in_person=20)
    found = asked(dana)
    missing = {one.finding.kind: one for one in found.missing}
    assert "23 more hours" in missing["total_hours"].finding.remedy
    assert "30 more in-person hours" in missing["in_person_hours"].finding.remedy
    assert "27 of the 50 hours" in missing["total_hours"].finding.sentence
    assert missing["total_hours"].words == "50 hours of training in all."
    assert {"licence", "dry_needling_certificate", "regions_taught"} <= {*kinds(found.met)}


def test_the_nearest_to_a_cure_comes_first_and_papers_after_what_they_show(dana):
    given.licence(dana, jurisdiction="US-GA", state=VersionState.SUBMITTED)
    given.certificate(dana, hours_total=27, hours_in_person=20)
    assert kinds(asked(dana, site="neck").missing) == [
        *("licence", "total_hours", "in_person_hours", "regions_taught", "notification"),
    ]


def test_with_all_that_is_asked_nothing_is_missing(dana):
    given.certified(dana)
    found = asked(dana, "US-MT")
    assert found.missing == ()
    assert found.adopted
    assert "works_here" not in kinds(found.met)


def test_to_work_at_a_clinic_is_no_condition_and_no_clinics_own_rule_is_asked(harbour):
    somebody = given.practitioner("Sam Roy")
    given.certified(somebody)
    set_house_rules(
        actor=given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        requirements=[{"kind": "total_hours", "hours": 999}],
        first_day=given.TODAY,
        reason="We want more.",
        now=given.NOW,
    )
    assert asked(somebody, "US-MT").missing == ()


def test_where_nobody_adopted_it_is_what_ships_and_what_is_open_is_an_adopters_to_settle(dana):
    found = asked(dana, "US-MD")
    assert not found.adopted
    assert found.in_force
    [_, *_] = found.missing
    physical_therapists = load_jurisdictions()["US-MD"].sets[0]
    assert found.open_items == tuple(item.question for item in physical_therapists.open_items)
    assert "open_question" not in kinds((*found.missing, *found.met))
    assert [gate.words for gate in found.gates] == [
        "The patient's written consent to dry needling is on record, at check-in at the latest."
    ]


def test_what_was_adopted_counts_before_what_ships(dana):
    given.adopt_with("US-GA", PatientConsents(written=True, citation=HOUSE_RULE))
    found = asked(dana)
    assert found.adopted
    assert found.open_items == ()
    assert len(found.gates) == 2


def test_a_profession_the_place_does_not_let_needle_is_told_so(harbour):
    luis = given.practitioner("Luis Prado", at=harbour, profession=Profession.OT)
    found = asked(luis)
    assert kinds(found.missing) == ["profession_allowed"]
    assert "lets only a physical therapist needle" in found.no_way.finding.sentence


def test_what_waits_for_something_that_is_missing_is_told_apart(dana):
    found = asked(dana, "US-MT")
    assert {*kinds(found.first)} == {"licence", "dry_needling_certificate"}
    assert {*kinds(found.later)} == {"examination", "regions_taught"}
    assert len(found.first) + len(found.later) == len(found.missing)
    assert found.no_way is None
    assert asked(dana, "US-CA").no_way is not None
    assert asked(dana, "US-OR").no_way is not None


@pytest.mark.parametrize("code", sorted(load_jurisdictions()))
def test_every_place_answers_everybody(dana, code):
    found = asked(dana, code, site="infraspinatus")
    assert found.in_force
    assert found.missing
    assert all(one.words and one.finding.remedy for one in found.missing)


def test_on_a_day_before_any_rule_nothing_is_judged(dana):
    found = asked(dana, day=date(1999, 12, 31))
    assert not found.in_force
    assert found.missing == found.met == found.gates == ()


def test_the_day_is_today_where_they_work_unless_it_is_said(dana):
    assert asked(dana).day == given.TODAY
    assert asked(dana, day=date(2028, 2, 29)).day == date(2028, 2, 29)


def test_an_unknown_site_or_place_is_refused(dana):
    with pytest.raises(BadInput):
        asked(dana, site="tail")
    with pytest.raises(NotFound):
        asked(dana, "XX-YY")


def test_whoever_sees_their_credentials_may_ask_and_nobody_else(harbour, dana):
    hill = given.clinic("Hill Clinic")
    themself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    for actor in (
        themself,
        given.somebody(Role.MANAGER, harbour),
        given.somebody(Role.ADMINISTRATOR),
        given.somebody(Role.AUDITOR),
    ):
        assert asked(dana, by=actor).name == "Dana Okafor"
    assert asked(dana, by=themself).may_upload
    with pytest.raises(NotAllowed):
        asked(dana, by=given.somebody(Role.FRONT_DESK, harbour))
    for actor in (
        given.somebody(Role.MANAGER, hill),
        given.somebody(Role.PRACTITIONER, harbour, practises_as=given.practitioner("Luis")),
    ):
        with pytest.raises(NotFound):
            asked(dana, by=actor)


def test_it_takes_four_statements(dana, statements):
    given.certified(dana)
    statements.clear()
    asked(dana)
    assert len(statements) == 4
