"""The gates of one appointment: each once, judged for every site and day, and by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.rules.before_needling import (
    asked_at,
    facts_asked,
    gate_findings,
    in_short,
    missing_at,
    questions_about,
)
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import (
    NOTHING_KNOWN,
    AskedAt,
    NotDelegated,
    PatientConsents,
    PhysicianContacted,
    Referred,
)
from registry.rules.house_rules import HouseRules, OnlyForSites
from registry.rules.questions import Circumstances
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Consent, Profession
from tests.rules.given import CLINIC, TODAY, shipped

CONSENT = PatientConsents(citation=HOUSE_RULE)
REFERRAL = Referred(asked_at=AskedAt.BOOKING, citation=HOUSE_RULE)
PHYSICIAN = PhysicianContacted(if_referred=True, citation=HOUSE_RULE)
NOT_HANDED_ON = NotDelegated(citation=HOUSE_RULE)
TOMORROW = date(2026, 7, 1)


def rulebook(*gates, house=()):
    montana = next(s for s in shipped() if (s.jurisdiction, s.profession) == ("US-MT", "PT"))
    standing = tuple(r for r in montana.requirements if not r.gate)
    return Rulebook(((replace(montana, requirements=(*standing, *gates)),),), (), tuple(house))


def found(book, known=NOTHING_KNOWN, sites=("thigh",), days=(TODAY, TODAY), who=Profession.PT):
    return gate_findings(book, who, questions_about(CLINIC, "US-MT", sites, days, known))


def test_each_gate_is_found_once_however_many_sites_and_days_it_is_asked_for():
    findings = found(rulebook(CONSENT, REFERRAL), sites=("thigh", "neck"), days=(TODAY, TOMORROW))
    assert [f.requirement for f in findings] == [CONSENT, REFERRAL]


def test_a_profession_without_a_set_has_no_gates():
    assert found(rulebook(CONSENT), who=Profession.LMT) == []


def test_what_is_asked_for_one_site_only_is_missing_if_that_is_one_of_them():
    for_the_neck = OnlyForSites(("neck",), CONSENT, citation=HOUSE_RULE)
    book = rulebook(house=[HouseRules(CLINIC, TODAY, None, (for_the_neck,))])
    assert missing_at(AskedAt.CHECK_IN, found(book, sites=("thigh",))) == []
    for sites in (("thigh", "neck"), ("neck", "thigh")):
        assert len(missing_at(AskedAt.CHECK_IN, found(book, sites=sites))) == 1


def test_a_rule_of_the_second_day_counts_for_what_goes_on_past_midnight():
    book = rulebook(house=[HouseRules(CLINIC, TOMORROW, None, (CONSENT,))])
    assert found(book) == []
    assert len(found(book, days=(TODAY, TOMORROW))) == 1


def test_at_booking_only_what_is_asked_then_and_at_check_in_all():
    findings = found(rulebook(CONSENT, REFERRAL))
    assert [f.requirement for f in missing_at(AskedAt.BOOKING, findings)] == [REFERRAL]
    assert [f.requirement for f in missing_at(AskedAt.CHECK_IN, findings)] == [CONSENT, REFERRAL]


def test_what_is_met_is_not_missing():
    known = Circumstances(consent=Consent.VERBAL, referral=True)
    assert missing_at(AskedAt.CHECK_IN, found(rulebook(CONSENT, REFERRAL), known)) == []


@pytest.mark.parametrize(
    ("gate", "when"),
    [
        (CONSENT, AskedAt.CHECK_IN),
        (REFERRAL, AskedAt.BOOKING),
        (NOT_HANDED_ON, AskedAt.CHECK_IN),
        (OnlyForSites(("neck",), REFERRAL, citation=HOUSE_RULE), AskedAt.BOOKING),
    ],
)
def test_when_a_gate_is_asked(gate, when):
    assert asked_at(gate) is when


@pytest.mark.parametrize(
    ("gate", "facts", "known", "words"),
    [
        (CONSENT, ["consent"], {}, "Consent missing"),
        (REFERRAL, ["referral"], {}, "Referral missing"),
        (
            PHYSICIAN,
            ["referred", "physician_contacted", "physician_contraindicates"],
            {},
            "Physician not consulted",
        ),
        (
            replace(PHYSICIAN, if_referred=False),
            ["physician_contacted", "physician_contraindicates"],
            {"physician_contraindicates": True},
            "Physician advises against",
        ),
        (NOT_HANDED_ON, ["delegated"], {"delegated": True}, "Handed on"),
    ],
)
def test_which_facts_open_a_gate_and_how_it_is_called_in_short(gate, facts, known, words):
    [finding] = found(rulebook(gate), Circumstances(**known))
    assert facts_asked([finding]) == facts
    assert in_short(finding) == words
