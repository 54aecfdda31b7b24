"""What is on record about a credential, kept as plain JSON values, reads back as it was."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from registry.rules.facts import Approval, Examination
from registry.rules.particulars import fact_from, particulars_of
from registry.rules.vocabulary import CourseKind, DegreeLevel, Exam, ExamResult
from tests.rules.at_random import ODDITIES, odd
from tests.rules.given import certificate, degree, licence


def read_back(fact, values):
    return fact_from(
        fact.credential_kind,
        json.loads(json.dumps(values)),
        id=fact.id,
        state=fact.state,
        first_day=fact.first_day,
        last_day=fact.last_day,
        decisions=fact.decisions,
    )


@settings(max_examples=60, deadline=None)
@examples(st.one_of([odd(make) for make in ODDITIES]))
def test_any_credential_reads_back_as_it_was(fact):
    assert read_back(fact, particulars_of(fact)) == fact


def test_half_hours_stay_exact_and_sites_in_order():
    course = certificate(hours_total=Decimal("13.5"), taught=frozenset({"thigh", "arm"}))
    kept = particulars_of(course)
    assert (kept["hours_total"], kept["taught"]) == ("13.5", ["arm", "thigh"])
    assert read_back(course, kept).hours_total == Decimal("13.5")


def test_what_was_written_before_a_field_was_known_reads_as_not_stated():
    kept = particulars_of(certificate())
    del kept["hours_live_video"], kept["in_degree"], kept["instructor_needling_years"]
    kept["exams"] = [["written", "passed"]]
    read = read_back(certificate(), kept)
    assert (read.hours_live_video, read.in_degree, read.instructor_needling_years) == (
        None,
        False,
        None,
    )
    assert read.exams == (Examination(Exam.WRITTEN, ExamResult.PASSED, None),)


def test_words_come_back_as_the_words_of_their_kind():
    assert read_back(degree(), particulars_of(degree())).level is DegreeLevel.DOCTORAL
    assert read_back(certificate(), particulars_of(certificate())).kind is CourseKind.DRY_NEEDLING
    assert read_back(certificate(), particulars_of(certificate())).level == "advanced"
    undated = certificate(approvals=(Approval("APTA", None),), completed_on=None)
    assert read_back(undated, particulars_of(undated)) == undated


@pytest.mark.parametrize("value", ["butcher", None])
def test_a_word_that_is_none_of_its_kind_is_refused(value):
    with pytest.raises(ValueError, match="is not a valid LicenceKind"):
        read_back(licence(), {**particulars_of(licence()), "kind": value})
