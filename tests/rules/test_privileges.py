"""The spans of days must say what `decide` says, for every day, site and clinic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry.rules.days import day_after
from registry.rules.eligibility import decide
from registry.rules.facts import Engagement, Question
from registry.rules.privileges import Span, spans
from registry.rules.regions import REGIONS, SITES
from registry.rules.standing import StandingSince
from registry.rules.vocabulary import (
    CourseKind,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    RegistrationKind,
    Standing,
    VersionState,
)
from tests.rules.given import (
    CLINIC,
    LONG_AGO,
    TODAY,
    certificate,
    facts,
    licence,
    practice,
    registration,
    reinstated,
    restricted,
    revoked,
    shipped,
)

WATCHED = (*REGIONS, "scalenes", "rhomboids", "gluteus_medius", "no_such_site")
PLACES = ("US-GA", "US-UT", "US-FL", "US-MT", "US-CA")


def test_spans_run_from_when_the_last_requirement_is_met_to_when_the_first_fails():
    known = facts(
        licences=(licence(last_day=date(2027, 6, 30)),),
        engagements=(Engagement(CLINIC, date(2025, 5, 5)),),
    )
    found = spans(known, shipped(), CLINIC, "US-GA")
    assert found["thigh"] == (Span(date(2025, 5, 5), date(2027, 6, 30)),)
    assert found.keys() == SITES


def test_a_span_without_end_ends_with_the_calendar():
    assert spans(facts(), shipped(), CLINIC, "US-GA")["neck"][-1].last == date.max


def test_a_renewal_that_touches_leaves_no_gap_and_a_day_between_leaves_one():
    def renewed_from(day):
        old, new = licence(last_day=TODAY), licence(id=2, first_day=day)
        return spans(facts(licences=(old, new)), shipped(), CLINIC, "US-GA")["neck"]

    start = date(2021, 6, 1)
    assert renewed_from(date(2026, 7, 1)) == (Span(start, date.max),)
    assert renewed_from(date(2026, 7, 2)) == (
        Span(start, TODAY),
        Span(date(2026, 7, 2), date.max),
    )


def test_a_revocation_takes_its_day_and_all_after_it():
    known = facts(certificates=(certificate(decisions=(revoked(TODAY),)),))
    found = spans(known, shipped(), CLINIC, "US-GA")
    assert found["neck"] == (Span(date(2021, 6, 1), date(2026, 6, 29)),)


def test_the_years_asked_for_begin_a_span_on_their_anniversary():
    held = licence(jurisdiction="US-FL", first_day=date(2024, 2, 29))
    found = spans(facts("US-FL", licences=(held,)), shipped(), CLINIC, "US-FL")
    assert found["neck"] == (Span(date(2026, 3, 1), date.max),)


def test_years_put_off_by_a_gap_begin_a_span_when_they_are_complete():
    year = licence(jurisdiction="US-FL", first_day=date(2020, 1, 1), last_day=date(2020, 12, 31))
    again = licence(id=2, jurisdiction="US-FL", first_day=date(2023, 1, 1))
    found = spans(facts("US-FL", licences=(year, again)), shipped(), CLINIC, "US-FL")
    assert found["neck"] == (Span(date(2024, 1, 1), date.max),)


def test_a_restriction_takes_two_years_more_than_it_lasted_where_years_must_be_unbroken():
    lifted = (restricted(date(2023, 1, 1)), reinstated(date(2023, 6, 1)))
    held = licence(jurisdiction="US-UT", decisions=lifted)
    found = spans(facts("US-UT", licences=(held,)), shipped(), CLINIC, "US-UT")
    assert found["neck"] == (
        Span(date(2022, 6, 1), date(2022, 12, 31)),
        Span(date(2025, 6, 1), date.max),
    )


def test_who_may_needle_nothing_has_no_spans():
    assert spans(facts(certificates=()), shipped(), CLINIC, "US-GA") == {}
    assert spans(facts("US-CA"), shipped(), CLINIC, "US-CA") == {}
    assert spans(facts("US-XX"), shipped(), CLINIC, "US-XX") == {}


days = st.one_of(
    st.dates(date(2023, 12, 28), date(2024, 3, 3)),
    st.dates(date(2020, 1, 1), date(2028, 12, 31)),
    st.sampled_from([date.min, LONG_AGO, date(2024, 2, 29), date(9999, 12, 30), date.max]),
)
last_days = st.none() | days
decisions = st.lists(st.builds(StandingSince, days, st.sampled_from(Standing)), max_size=3)
amounts = st.sampled_from([None, 0, 20, 30, 60, 300])
taught = st.frozensets(st.sampled_from(WATCHED), min_size=1)
exams = st.lists(st.tuples(st.sampled_from(Exam), st.sampled_from(ExamResult)))

ANY = dict(
    state=st.sampled_from(VersionState),
    first_day=last_days,
    last_day=last_days,
    decisions=decisions.map(tuple),
)
ODDITIES = {
    licence: dict(
        ANY,
        jurisdiction=st.sampled_from(PLACES),
        first_licensed=last_days,
        kind=st.sampled_from(LicenceKind),
    ),
    certificate: dict(
        ANY,
        kind=st.sampled_from(CourseKind),
        number=st.sampled_from(["N-1", "N-2", None]),
        hours_total=amounts,
        hours_in_person=amounts,
        taught=taught,
        exams=exams.map(tuple),
        course_started=last_days,
        completed_on=last_days,
        holder_matches=st.booleans(),
    ),
    registration: dict(
        ANY, jurisdiction=st.sampled_from(PLACES), kind=st.sampled_from(RegistrationKind)
    ),
    practice: dict(
        ANY,
        sessions=st.sampled_from([10, 25, 250]),
        independent=st.booleans(),
        supervisor_needling_months=st.sampled_from([None, 8, 36]),
        started=last_days,
        finished=last_days,
    ),
}


@st.composite
def odd(draw, make, most=2, **common):
    """One on record that is ordinary but for a few parts."""
    parts = ODDITIES[make]
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), max_size=most))
    return make(**{**common, **{name: draw(parts[name]) for name in sorted(chosen)}})


@st.composite
def people(draw, place, most):
    """Somebody who would meet everything at the place, but for some oddities."""

    def several(make, **common):
        held = st.lists(odd(make, most, **common), min_size=1, max_size=3)
        return draw(held.map(tuple))

    profession = draw(st.sampled_from([Profession.PT] * 5 + [Profession.OT]))
    changes = dict(
        licences=several(licence, jurisdiction=place, profession=profession),
        certificates=several(certificate, taught=draw(taught)),
        registrations=(*facts(place).registrations, *several(registration)),
        supervised=several(practice),
        engagements=(Engagement(CLINIC, draw(days), draw(last_days)), Engagement(CLINIC, TODAY)),
    )
    kept = draw(st.sets(st.sampled_from(sorted(changes)), min_size=1, max_size=3))
    return facts(place, profession, **{name: changes[name] for name in sorted(kept)})


@st.composite
def near_misses(draw):
    place = draw(st.sampled_from(PLACES))
    return place, draw(people(place, draw(st.sampled_from([1, 2, 9]))))


@st.composite
def rule_books(draw):
    """The sets that ship, with some in force only for a time and some asking less later."""
    books = []
    for one in shipped():
        books.append(replace(one, last_day=draw(last_days)))
        if draw(st.booleans()) and one.jurisdiction != "US-CA":
            asked = tuple(
                r for r in one.requirements if r.kind not in ("total_hours", "examination")
            )
            first, settled = draw(days), draw(st.sampled_from([one.settled, frozenset()]))
            books.append(
                replace(one, version=2, first_day=first, requirements=asked, settled=settled)
            )
    return books


@settings(max_examples=80, deadline=None)
@given(near_misses(), rule_books(), st.lists(days, max_size=4), st.sampled_from(sorted(SITES)))
def test_a_day_is_in_a_span_exactly_when_decide_says_yes(somebody, books, more_days, site):
    place, known = somebody
    found = spans(known, books, CLINIC, place)
    for day in days_to_try(known, books, found, more_days):
        for watched in (*WATCHED, site):
            covered = any(day in span for span in found.get(watched, ()))
            question = Question(CLINIC, place, watched, day)
            assert covered == decide(known, books, question).eligible, (day, watched)


@settings(max_examples=50, deadline=None)
@given(near_misses(), rule_books())
@example(("US-GA", facts()), shipped())
def test_spans_are_in_order_apart_and_as_long_as_can_be(somebody, books):
    place, known = somebody
    for found in spans(known, books, CLINIC, place).values():
        assert found
        assert all(span.first <= span.last for span in found)
        assert all(day_after(one.last) < other.first for one, other in pairwise(found))


def days_to_try(known, books, found, more):
    turns = {*known.turning_days(), *more}
    for book in books:
        turns |= {book.first_day, book.last_day or date.max}
    for covered in found.values():
        turns |= {day for span in covered for day in span}
    one = timedelta(days=1)
    return sorted(
        turns
        | {day - one for day in turns if day > date.min}
        | {day + one for day in turns if day < date.max}
    )
