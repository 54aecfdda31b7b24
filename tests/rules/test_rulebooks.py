"""Which requirements apply: what was adopted last, what is coming in, and clinics' own rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from registry.rules.eligibility import decide
from registry.rules.findings import Citation
from registry.rules.forms import BadRequirementSet
from registry.rules.house_rules import (
    HOUSE_KINDS,
    HouseRules,
    house_requirement_as_mapping,
    parse_house_requirement,
)
from registry.rules.open_items import Unstated
from registry.rules.privileges import Span, spans
from registry.rules.questions import Circumstances, Question
from registry.rules.reasons import Verdict
from registry.rules.requirement_kinds import KINDS
from registry.rules.requirements import Barred, OpenQuestion
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Confidence, Profession
from tests.rules.given import CLINIC, RULE, TODAY, certificate, facts, only_set
from tests.rules.judging import YESTERDAY

GEORGIA = only_set("US-GA")
UTAH_PT, UTAH_OT = only_set("US-UT"), only_set("US-UT", Profession.OT)
DOUBTFUL = Citation("https://example.org/list", "2020", Confidence.LOW)
ELSEWHERE = 2


def ask(book, known=None, jurisdiction="US-GA", site="thigh", day=TODAY, clinic=CLINIC, given=None):
    known = known or facts(jurisdiction)
    return decide(known, book, Question(clinic, jurisdiction, site, day, given))


def reasons(*asked, **more):
    return {str(reason) for reason in ask(*asked, **more).reasons}


def asking(hours, one=GEORGIA, **changes):
    """The set with another number of hours."""
    asked = [replace(r, hours=hours) if r.kind == "total_hours" else r for r in one.requirements]
    return replace(one, requirements=tuple(asked), **changes)


def house(*mappings, clinic=CLINIC, first_day=date(2020, 1, 1), last_day=None):
    asked = (parse_house_requirement({"source": "house rule", **one}) for one in mappings)
    return HouseRules(clinic, first_day, last_day, tuple(asked))


def test_the_adoption_that_took_effect_last_decides():
    book = Rulebook(((GEORGIA,), (asking(400),)))
    assert reasons(book) == {"HOURS_SHORT"}
    assert reasons(Rulebook(((asking(400),), (GEORGIA,)))) == set()


def test_a_set_decides_from_its_first_day_to_its_last_and_nothing_older_comes_back():
    stricter = asking(400, first_day=TODAY, last_day=TODAY)
    book = Rulebook(((GEORGIA,), (stricter,)))
    assert reasons(book, day=YESTERDAY) == set()
    assert reasons(book) == {"HOURS_SHORT"}
    assert reasons(book, day=date(2026, 7, 1)) == {"JURISDICTION_NOT_ADOPTED"}


def test_of_two_versions_adopted_together_the_newer_decides():
    stricter = asking(400, version=2)
    assert reasons(Rulebook(((stricter, GEORGIA),))) == {"HOURS_SHORT"}
    assert reasons(Rulebook(((GEORGIA, stricter),))) == {"HOURS_SHORT"}


def test_a_profession_that_the_last_adoption_drops_may_needle_no_more():
    known = facts("US-UT", Profession.OT)
    assert reasons(Rulebook(((UTAH_PT, UTAH_OT),)), known, "US-UT") == set()
    dropped = Rulebook(((UTAH_PT, UTAH_OT), (UTAH_PT,)))
    [refusal] = ask(dropped, known, "US-UT").refusals
    assert refusal.reasons == ("JURISDICTION_NOT_ADOPTED",)
    assert refusal.sentence == (
        "Nobody has adopted the requirements of Utah for an occupational therapist on this day."
    )


def test_a_profession_the_rule_does_not_name_is_refused_by_the_rule():
    decision = ask(Rulebook(((GEORGIA,),)), facts(profession=Profession.OT))
    [refusal] = decision.refusals
    assert refusal.reasons == ("PROFESSION_NOT_ALLOWED",)
    assert refusal.citation.source_url == GEORGIA.requirements[0].citation.source_url
    assert decision.findings[0] is refusal
    assert decision.requirement_set is None


def test_where_the_place_bars_needling_no_rule_lets_another_profession_needle():
    [refusal] = ask(
        Rulebook(((only_set("US-CA"),),)), facts("US-CA", Profession.AT), "US-CA"
    ).refusals
    assert refusal.sentence == "No rule of California on record lets an athletic trainer needle."


def test_where_nothing_is_adopted_the_place_is_named():
    [refusal] = ask(Rulebook()).refusals
    assert refusal.sentence == (
        "Nobody has adopted the requirements of Georgia for a physical therapist on this day."
    )
    assert refusal.verdict is Verdict.UNKNOWN


def test_delegation_is_refused_beside_the_profession_only_where_the_appointment_is_known():
    florida = Rulebook(((only_set("US-FL"),),))
    known = facts("US-FL", Profession.PTA)
    handed_on = Circumstances(delegated=True)
    assert reasons(florida, known, "US-FL") == {"PROFESSION_NOT_ALLOWED"}
    assert reasons(florida, known, "US-FL", given=handed_on) == {
        "PROFESSION_NOT_ALLOWED",
        "DELEGATION_FORBIDDEN",
    }


def test_while_an_adoption_is_coming_both_must_be_met():
    little = facts(certificates=(certificate(hours_total=60, hours_in_person=40),))
    looser = replace(GEORGIA, requirements=GEORGIA.requirements[:3] + GEORGIA.requirements[5:])
    coming = Rulebook(((GEORGIA,),), ((asking(70, looser),),))
    assert reasons(coming, little) == {"IN_PERSON_HOURS_SHORT"}
    stricter = Rulebook(((looser,),), ((asking(70),),))
    assert reasons(stricter, little) == {"HOURS_SHORT", "IN_PERSON_HOURS_SHORT"}


def test_nobody_may_needle_where_the_first_adoption_is_still_coming():
    assert reasons(Rulebook((), ((GEORGIA,),))) == {"JURISDICTION_NOT_ADOPTED"}


def test_what_is_coming_asks_nothing_on_days_on_which_it_is_not_in_force():
    book = Rulebook(((GEORGIA,),), ((asking(400, first_day=TODAY),),))
    assert reasons(book, day=YESTERDAY) == set()
    assert reasons(book) == {"HOURS_SHORT"}
    found = spans(facts(), book, CLINIC, "US-GA")
    assert found["thigh"] == (Span(date(2021, 6, 1), YESTERDAY),)


@pytest.mark.parametrize("old_only", [True, False])
def test_a_profession_in_only_one_of_them_waits(old_only):
    both, one = (UTAH_PT, UTAH_OT), (UTAH_PT,)
    book = Rulebook((both,), (one,)) if old_only else Rulebook((one,), (both,))
    known = facts("US-UT", Profession.OT)
    assert reasons(book, known, "US-UT") == {"JURISDICTION_NOT_ADOPTED"}
    assert spans(known, book, CLINIC, "US-UT") == {}


def test_an_open_item_is_settled_only_if_both_settled_it():
    asks = replace(GEORGIA, settled=frozenset())
    codes = {item.code for item in asks.open_items}
    for old, new in ((GEORGIA, asks), (asks, GEORGIA)):
        decision = ask(Rulebook(((old,),), ((new,),)))
        assert {str(reason) for reason in decision.reasons} == {"OPEN_QUESTION"}
        assert {finding.requirement.code for finding in decision.refusals} == codes
    assert reasons(Rulebook(((GEORGIA,),), ((GEORGIA,),))) == set()


def test_an_item_of_a_doubtful_source_is_asked_once_though_both_have_it():
    doubtful = replace(
        GEORGIA,
        requirements=tuple(replace(r, citation=DOUBTFUL) for r in GEORGIA.requirements),
        not_found=(Unstated.CONSENT,),
        open_questions=(),
        settled=frozenset(),
    )
    decision = ask(Rulebook(((doubtful,),), ((doubtful, UTAH_OT),)))
    assert sorted(finding.requirement.code for finding in decision.refusals) == [
        "not_found.consent",
        "source.https://example.org/list",
    ]


def test_a_requirement_of_both_is_judged_once():
    book = Rulebook(((GEORGIA,),), ((asking(40),),))
    kinds = [finding.requirement.kind for finding in ask(book).findings]
    assert kinds.count("total_hours") == 2
    assert kinds.count("licence") == 1


def test_a_clinics_own_rules_are_judged_beside_at_that_clinic_from_their_day_to_their_last():
    own = house({"kind": "total_hours", "hours": 400}, first_day=TODAY, last_day=date(2026, 7, 1))
    book = Rulebook(((GEORGIA,),), (), (own,))
    assert reasons(book, day=YESTERDAY) == set()
    assert reasons(book) == {"HOURS_SHORT"}
    assert reasons(book, day=date(2026, 7, 2)) == set()
    assert reasons(book, clinic=ELSEWHERE) == {"NOT_AT_CLINIC"}
    assert spans(facts(), book, CLINIC, "US-GA")["thigh"] == (
        Span(date(2021, 6, 1), YESTERDAY),
        Span(date(2026, 7, 2), date.max),
    )


def test_a_rule_for_some_sites_is_asked_for_these_and_their_muscles_only():
    own = house({"kind": "total_hours", "hours": 400, "only_sites": ["neck", "soleus"]})
    book = Rulebook(((GEORGIA,),), (), (own,))
    for site in ("neck", "scalenes", "levator_scapulae", "soleus"):
        assert reasons(book, site=site) == {"HOURS_SHORT"}
    for site in ("thigh", "leg_foot", "shoulder_girdle"):
        assert reasons(book, site=site) == set()
    found = spans(facts(), book, CLINIC, "US-GA")
    assert "scalenes" not in found
    assert "leg_foot" in found
    [met] = [f for f in ask(book, site="thigh").findings if f.requirement.kind == "total_hours"][1:]
    assert met.sentence == "Thigh: not asked for."


def test_a_clinics_own_rule_about_courses_leaves_out_courses():
    own = house({"kind": "course_approved", "bodies": ["AACP"]})
    assert reasons(Rulebook(((GEORGIA,),), (), (own,))) == {"COURSE_NOT_APPROVED"}


def test_a_clinics_own_gate_is_asked_of_its_appointments():
    own = house({"kind": "consent", "written": True, "asked_at": "booking"})
    book = Rulebook(((GEORGIA,),), (), (own,))
    assert reasons(book) == set()
    contacted = Circumstances(physician_contacted=True)
    assert reasons(book, given=contacted) == {"CONSENT_MISSING"}
    assert reasons(book, given=contacted, clinic=ELSEWHERE) == {"NOT_AT_CLINIC"}


def test_nobody_has_to_settle_what_a_clinics_own_rule_rests_on():
    doubtful = {"kind": "cpr", "source_url": "https://example.org/list", "source_date": "2020"}
    own = house({**doubtful, "source": None, "confidence": "low", "stale_risk": "It is old."})
    assert own.requirements[0].citation.doubtful
    assert reasons(Rulebook(((GEORGIA,),), (), (own,))) == set()


def test_a_clinic_cannot_ask_what_is_not_its_to_ask():
    for kind in KINDS.keys() - set(HOUSE_KINDS):
        with pytest.raises(BadRequirementSet) as caught:
            house({"kind": kind})
        assert (caught.value.path, caught.value.why) == (
            "kind",
            "is nothing a clinic decides for itself",
        )
    assert {"barred", "open_question", "licence"}.isdisjoint(HOUSE_KINDS)


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ({"kind": "cpr", "only_sites": ["elbow"]}, "'elbow' is no region or muscle"),
        (
            {"kind": "instructor_qualified", "years": 5, "only_sites": ["neck"]},
            "a rule about courses holds for every site",
        ),
        ({"kind": "cpr", "only_sites": "neck"}, "should be a list"),
    ],
)
def test_a_rule_limited_to_sites_that_cannot_be_is_refused(mapping, why):
    with pytest.raises(BadRequirementSet) as caught:
        house(mapping)
    assert (caught.value.path, caught.value.why) == ("only_sites", why)


@pytest.mark.parametrize("sites", [{}, {"only_sites": ["neck", "soleus"]}])
def test_a_clinics_rule_kept_as_plain_values_reads_back_as_it_was(sites):
    [rule] = house({"kind": "total_hours", "hours": 60, **sites}).requirements
    mapping = house_requirement_as_mapping(rule)
    assert mapping == {"kind": "total_hours", "hours": 60, "source": "house rule", **sites}
    assert parse_house_requirement(mapping) == rule


def test_what_a_rulebook_has_in_force_for_nobody_in_particular():
    book = Rulebook(((UTAH_PT,),), ((UTAH_PT, UTAH_OT),))
    here = Question(CLINIC, "US-UT", "", TODAY)
    assert list(book.sets_here(here)) == [UTAH_PT, UTAH_OT]
    assert list(book.sets_here(here._replace(jurisdiction="US-GA"))) == []
    assert list(Rulebook((), ((UTAH_PT,),)).sets_here(here)) == []


def test_what_a_set_leaves_open():
    barred = replace(GEORGIA, requirements=(Barred(citation=RULE),))
    assert not barred.lets_needle
    assert GEORGIA.lets_needle
    question = OpenQuestion("later", "Later?", citation=DOUBTFUL)
    aged = RULE._replace(stale_risk="A bill is under way.", source_name="page")
    asked = tuple(replace(r, citation=aged) for r in GEORGIA.requirements)
    one = replace(
        GEORGIA,
        requirements=asked,
        open_questions=(question,),
        not_found=(Unstated.TOTAL_HOURS,),
        settled=frozenset({"later"}),
    )
    assert [item.code for item in one.open_items] == [
        "later",
        "not_found.total_hours",
        "source.page",
    ]
    assert [item.question for item in one.unsettled] == [
        "No source seen states how many hours of training are asked for. What holds here?",
        "A bill is under way. Does what it states hold?",
    ]
    assert one.unsettled[1].citation.text is None
    weak = replace(GEORGIA, requirements=tuple(replace(r, citation=DOUBTFUL) for r in asked))
    assert weak.open_items[-1].question == (
        "The source is weak: a list, old, or contradicted by another. Does what it states hold?"
    )
