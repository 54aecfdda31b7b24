"""For each site the spans of days on which it may be needled, as long as they can be."""

from __future__ import annotations

from datetime import date

from registry.rules.facts import Engagement
from registry.rules.privileges import Span, spans
from registry.rules.regions import SITES
from registry.rules.vocabulary import Profession, RegistrationKind
from tests.rules.given import (
    CLINIC,
    TODAY,
    certificate,
    facts,
    licence,
    registration,
    reinstated,
    restricted,
    revoked,
    shipped_rulebook,
)


def test_spans_run_from_when_the_last_requirement_is_met_to_when_the_first_fails():
    known = facts(
        licences=(licence(last_day=date(2027, 6, 30)),),
        engagements=(Engagement(CLINIC, date(2025, 5, 5)),),
    )
    found = spans(known, shipped_rulebook(), CLINIC, "US-GA")
    assert found["thigh"] == (Span(date(2025, 5, 5), date(2027, 6, 30)),)
    assert found.keys() == SITES


def test_a_span_without_end_ends_with_the_calendar():
    assert spans(facts(), shipped_rulebook(), CLINIC, "US-GA")["neck"][-1].last == date.max


def test_a_renewal_that_touches_leaves_no_gap_and_a_day_between_leaves_one():
    def renewed_from(day):
        old, new = licence(last_day=TODAY), licence(id=2, first_day=day)
        return spans(facts(licences=(old, new)), shipped_rulebook(), CLINIC, "US-GA")["neck"]

    start = date(2021, 6, 1)
    assert renewed_from(date(2026, 7, 1)) == (Span(start, date.max),)
    assert renewed_from(date(2026, 7, 2)) == (
        Span(start, TODAY),
        Span(date(2026, 7, 2), date.max),
    )


def test_a_revocation_takes_its_day_and_all_after_it():
    known = facts(certificates=(certificate(decisions=(revoked(TODAY),)),))
    found = spans(known, shipped_rulebook(), CLINIC, "US-GA")
    assert found["neck"] == (Span(date(2021, 6, 1), date(2026, 6, 29)),)


def test_the_years_asked_for_begin_a_span_on_their_anniversary():
    held = licence(jurisdiction="US-FL", first_day=date(2024, 2, 29))
    found = spans(facts("US-FL", licences=(held,)), shipped_rulebook(), CLINIC, "US-FL")
    assert found["neck"] == (Span(date(2026, 3, 1), date.max),)


def test_years_put_off_by_a_gap_begin_a_span_when_they_are_complete():
    year = licence(jurisdiction="US-FL", first_day=date(2020, 1, 1), last_day=date(2020, 12, 31))
    again = licence(id=2, jurisdiction="US-FL", first_day=date(2023, 1, 1))
    found = spans(facts("US-FL", licences=(year, again)), shipped_rulebook(), CLINIC, "US-FL")
    assert found["neck"] == (Span(date(2024, 1, 1), date.max),)


def test_a_restriction_takes_two_years_more_than_it_lasted_where_years_must_be_unbroken():
    lifted = (restricted(date(2023, 1, 1)), reinstated(date(2023, 6, 1)))
    held = licence(jurisdiction="US-UT", decisions=lifted)
    found = spans(facts("US-UT", licences=(held,)), shipped_rulebook(), CLINIC, "US-UT")
    assert found["neck"] == (
        Span(date(2022, 6, 1), date(2022, 12, 31)),
        Span(date(2025, 6, 1), date.max),
    )


def test_hours_that_are_enough_for_a_time_end_with_it():
    course = certificate(course_started=date(2024, 2, 29), hours_total=30, hours_in_person=30)
    found = spans(facts("US-CO", certificates=(course,)), shipped_rulebook(), CLINIC, "US-CO")
    assert found["neck"] == (Span(date(2021, 6, 1), date(2028, 2, 28)),)


def test_a_course_counts_until_its_papers_are_due_and_again_once_they_are_filed():
    course = certificate(first_day=date(2026, 5, 1), completed_on=date(2026, 5, 1))
    filed = registration(
        RegistrationKind.NOTIFICATION, jurisdiction="US-AZ", first_day=date(2026, 7, 1)
    )
    known = facts("US-AZ", certificates=(course,), registrations=(filed,))
    assert spans(known, shipped_rulebook(), CLINIC, "US-AZ")["neck"] == (
        Span(date(2026, 5, 1), date(2026, 5, 31)),
        Span(date(2026, 7, 1), date.max),
    )


def test_a_certificate_that_lapses_by_rule_ends_a_span_before_its_printed_day():
    course = certificate(level="temporary_limited_scope", last_day=date(2030, 1, 1))
    known = facts("US-ND", profession=Profession.DC, certificates=(course,))
    found = spans(known, shipped_rulebook(), CLINIC, "US-ND")
    assert found["neck"] == (Span(date(2021, 6, 1), date(2022, 11, 30)),)


def test_who_may_needle_nothing_has_no_spans():
    assert spans(facts(certificates=()), shipped_rulebook(), CLINIC, "US-GA") == {}
    assert spans(facts("US-CA"), shipped_rulebook(), CLINIC, "US-CA") == {}
    assert spans(facts("US-XX"), shipped_rulebook(), CLINIC, "US-XX") == {}
