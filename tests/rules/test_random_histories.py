"""What must hold of any record and any rules, whatever they are."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.days import day_after, days_later, months_after, years_after
from registry.rules.eligibility import decide
from registry.rules.privileges import spans
from registry.rules.questions import Circumstances, Question
from registry.rules.requirement_kinds import KINDS
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Consent
from tests.rules.at_random import (
    MORE,
    PLACE,
    REQUIREMENTS,
    WATCHED,
    days,
    people,
    rulebooks,
    worlds,
)
from tests.rules.given import CLINIC

ONE_DAY = timedelta(days=1)
FEW = 6  # examples for each kind: enough over many runs, and quick in each
maybe = st.none() | st.booleans()
circumstances = st.builds(
    Circumstances, st.sampled_from(Consent), maybe, st.booleans(), maybe, maybe, st.booleans()
)


def allowed(known, before, coming=(), own=()):
    return spans(known, Rulebook(before, coming, own), CLINIC, PLACE)


def test_every_kind_of_requirement_comes_up():
    assert REQUIREMENTS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", [*MORE, None])
def test_rules_of_each_kind_and_all_together_keep_their_promises(kind):
    kept = Counter()

    @settings(max_examples=FEW if kind else 4 * FEW, deadline=None)
    @given(worlds(kind))
    def keeps(world):
        for promise in PROMISES:
            promise(*world)
            kept[promise] += 1

    keeps()
    assert {promise: kept[promise] >= FEW for promise in PROMISES} == dict.fromkeys(PROMISES, True)


def a_day_is_in_a_span_exactly_when_decide_says_yes(known, more, before, coming, own):
    for book in (Rulebook(before, (), own), Rulebook(before, coming, own)):
        found = spans(known, book, CLINIC, PLACE)
        for several in found.values():
            assert several
            assert all(span.first <= span.last for span in several)
            assert all(day_after(one.last) < other.first for one, other in pairwise(several))
        for day, site in product(days_to_try(known, book, found), WATCHED[::4]):
            covered = any(day in span for span in found.get(site, ()))
            question = Question(CLINIC, PLACE, site, day)
            assert covered == decide(known, book, question).eligible, (day, site)


def one_more_credential_never_takes_away_and_one_less_never_adds(known, more, before, coming, own):
    assert within(allowed(known, before, (), own), allowed(more, before, (), own))
    assert within(allowed(known, before, coming, own), allowed(more, before, coming, own))


def a_clinics_own_rules_never_allow_more(known, more, before, coming, own):
    assert within(allowed(known, before, (), own), allowed(known, before))
    assert within(allowed(more, before, coming, own), allowed(more, before, coming))


def while_an_adoption_is_coming_no_more_is_allowed_than_before_or_after(
    known, more, before, coming, own
):
    meanwhile = allowed(known, before, coming, own)
    assert within(meanwhile, allowed(known, before, (), own))
    assert within(meanwhile, allowed(known, (*before, *coming), (), own))


PROMISES = (
    a_day_is_in_a_span_exactly_when_decide_says_yes,
    one_more_credential_never_takes_away_and_one_less_never_adds,
    a_clinics_own_rules_never_allow_more,
    while_an_adoption_is_coming_no_more_is_allowed_than_before_or_after,
)


@settings(max_examples=80, deadline=None)
@given(people(), rulebooks(), days, st.sampled_from(WATCHED), st.none() | circumstances)
def test_a_refusal_has_a_reason_and_every_finding_its_words(known, book, day, site, gates):
    question = Question(CLINIC, PLACE, site, day, gates)
    decision = decide(known, book, question)
    assert decision.eligible == (not decision.refusals) == (not decision.reasons)
    without_gates = decide(known, book, question._replace(circumstances=None))
    assert without_gates.eligible >= decision.eligible
    for finding in decision.findings:
        assert finding.sentence.endswith((".", "?"))
        assert bool(finding.remedy) == (not finding.met)
        assert "None" not in finding.sentence + finding.remedy.removeprefix("None ")


def within(narrower, wider):
    return all(
        any(other.first <= span.first and span.last <= other.last for other in wider.get(site, ()))
        for site, found in narrower.items()
        for span in found
    )


def days_to_try(known, book, found):
    """Each day on which something may turn, and the day before: reckoned apart from the rules."""
    turns = set(known.turning_days())
    for one in (*(s for a in (*book.adoptions, *book.coming) for s in a), *book.house_rules):
        turns |= {one.first_day, day_after(one.last_day or one.first_day)}
    stated = [
        day for c in known.certificates for day in (c.course_started, c.completed_on, c.issued_on)
    ]
    stated += [day for c in (*known.certificates, *known.licences) for day in (c.first_day,)]
    stated += [licence.first_licensed for licence in known.licences]
    for day in filter(None, stated):
        turns |= {years_after(day, years) for years in range(1, 6)}
        turns |= {months_after(day, months) for months in (1, 18, 240)}
        turns |= {day_after(days_later(day, count)) for count in (1, 30, 3000)}
    turns |= {edge for covered in found.values() for span in covered for edge in span}
    return sorted(turns | {day - ONE_DAY for day in turns if day > day.min})
