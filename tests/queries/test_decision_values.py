"""A decision as plain values: its shape, what it cites, and that JSON can carry it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from registry.queries.decision_values import decision_as_mapping, findings_seen, own_rules
from registry.rules.eligibility import decide
from registry.rules.findings import HOUSE_RULE, Citation
from registry.rules.gates import PatientConsents
from registry.rules.hours import TotalHours
from registry.rules.house_rules import HouseRules, OnlyForSites
from registry.rules.licensing import LicenceHere
from registry.rules.questions import Circumstances, Question
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Consent
from tests.rules import given

TOP = {"question", "eligible", "reasons", "nearest_fix", "requirement_set", "judged_by", "findings"}
QUESTION = {"clinic_id", "jurisdiction", "site", "day", "circumstances"}
FINDING = {
    *("requirement", "verdict", "reasons", "sentence", "remedy", "have", "need"),
    *("gate", "evidence", "citation"),
}
CITATION = {"source", "date", "confidence", "text", "stale_risk"}
SINCE = date(2026, 1, 1)


def decided(facts=None, rulebook=None, **question):
    known = dict(jurisdiction="US-MD", site="neck", day=given.TODAY) | question
    rulebook = rulebook or given.rulebook(given.only_set("US-MD"))
    asked = Question(given.CLINIC, **known)
    return decide(facts or given.facts(jurisdiction="US-MD"), rulebook, asked)


def test_the_shape_is_the_same_whatever_was_decided():
    nobody_adopted = decided(rulebook=Rulebook())
    for decision in (decided(), decided(given.facts(jurisdiction="US-GA")), nobody_adopted):
        told = decision_as_mapping(decision)
        assert set(told) == TOP
        assert set(told["question"]) == {
            "clinic_id",
            "jurisdiction",
            "site",
            "day",
            "circumstances",
        }
        assert told["findings"]
        for finding in told["findings"]:
            assert set(finding) == FINDING
            assert set(finding["citation"]) == CITATION
        assert json.loads(json.dumps(told)) == told


def test_it_says_what_the_decision_says_in_its_order():
    decision = decided(given.facts(jurisdiction="US-GA"))
    told = decision_as_mapping(decision)
    assert told["eligible"] is decision.eligible is False
    assert told["nearest_fix"] == decision.refusals[0].remedy
    assert set(told["reasons"]) == {str(reason) for reason in decision.reasons}
    assert [one["sentence"] for one in told["findings"]] == [f.sentence for f in decision.findings]
    assert told["question"]["day"] == given.TODAY.isoformat()
    assert told["requirement_set"]["place"] == "Maryland"


def test_of_a_yes_there_is_nothing_to_fix():
    told = decision_as_mapping(decided())
    assert told["eligible"]
    assert told["nearest_fix"] is None
    assert told["reasons"] == []
    assert {one["remedy"] for one in told["findings"]} == {""}


def test_numbers_are_numbers_and_evidence_names_the_papers():
    facts = given.facts("US-MD", certificates=(given.certificate(hours_total=Decimal("13.5")),))
    [hours] = [
        one
        for one in decision_as_mapping(decided(facts))["findings"]
        if one["requirement"] == "total_hours"
    ]
    assert (hours["have"], hours["need"]) == (13.5, 80)
    assert hours["evidence"] == [
        {"kind": "certificate", "id": certificate.id} for certificate in facts.certificates
    ]


def test_the_circumstances_are_told_where_they_were_given():
    known = Circumstances(Consent.VERBAL, physician_contacted=True)
    told = decision_as_mapping(decided(circumstances=known))
    assert told["question"]["circumstances"]["consent"] == "verbal"
    assert [one["requirement"] for one in told["findings"] if one["gate"]] == ["consent"]
    assert decision_as_mapping(decided())["question"]["circumstances"] is None


def test_what_a_clinic_asks_of_its_own_accord_is_cited_as_its_own():
    own = TotalHours(999, citation=HOUSE_RULE)
    insurer = Citation("https://insurer.example/terms", "2026", text="Asked by the insurer.")
    rules = (
        own,
        OnlyForSites(("neck",), LicenceHere(citation=insurer), citation=insurer),
        PatientConsents(citation=HOUSE_RULE),
    )
    adopted = given.rulebook(given.only_set("US-MT"))
    house = (HouseRules(given.CLINIC, SINCE, None, rules),)
    rulebook = Rulebook(adopted.adoptions, (), house)
    facts = given.facts(jurisdiction="US-MT")
    decision = decided(facts, rulebook, jurisdiction="US-MT")
    seen = findings_seen(decision, own_rules(rulebook, decision.question, "Harbour Clinic"))
    cited = {(one.kind, one.citation.source_url) for one in seen}
    assert ("total_hours", "Harbour Clinic's own rule") in cited
    assert ("licence", "https://insurer.example/terms") in cited
    assert ("dry_needling_certificate", HOUSE_RULE.source_url) in cited
    [theirs] = [one.citation for one in seen if one.kind == "total_hours"]
    assert theirs.source_date == SINCE.isoformat()
    [insured] = [one.citation for one in seen if one.citation.source_url == insurer.source_url]
    assert insured.text == "Harbour Clinic's own rule. Asked by the insurer."


def test_another_clinics_rules_and_those_of_another_day_are_not_this_clinics():
    rules = (TotalHours(999, citation=HOUSE_RULE),)
    elsewhere = HouseRules(given.CLINIC + 1, SINCE, None, rules)
    over = HouseRules(given.CLINIC, date(2020, 1, 1), SINCE, rules)
    question = decided().question
    assert own_rules(Rulebook(house_rules=(elsewhere, over)), question, "Harbour Clinic") == {}
