"""Whence a value is: what was read and is the same, however it was written; else it was stated."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.course_catalogue import CatalogueCourse
from registry.rules.extracts import Doubt, Extract, Extracted, Source
from registry.rules.legibility import says_enough
from registry.rules.marks import DOUBTS, marks_of
from registry.rules.numbers import number_key
from registry.rules.page_words import Box, ReadPages, Word
from registry.rules.prefilling import catalogue_values, values_read
from registry.rules.sources import sources_of, values_of
from registry.rules.vocabulary import Confidence

PLACE = Box(1, 0.1, 0.1, 0.2, 0.2)
NOTHING = Extract()


def extract(*values):
    return Extract(values=tuple(values))


def source(field, value, read=NOTHING, syllabus=NOTHING, catalogue=None):
    return sources_of({field: value}, read, syllabus, catalogue).get(field)


@pytest.mark.parametrize(
    ("field", "typed", "printed"),
    [
        ("course", "dry  needling", "Dry Needling"),
        ("hours_total", "27", "27.0"),
        ("hours_total", 27, "27"),
        ("completed_on", "2025-03-09", "2025-03-09"),
        ("taught", ["neck", "arm"], ["arm", "neck"]),
        ("exams", [["written", "passed", None]], [["written", "passed"]]),
    ],
)
def test_what_was_read_and_is_the_same_is_read_from_the_certificate(field, typed, printed):
    assert source(field, typed, extract(Extracted(field, printed))) == "certificate"


@pytest.mark.parametrize(
    ("field", "typed", "printed"),
    [
        ("course", "Dry needling 2", "Dry needling"),
        ("hours_total", "54", "27"),
        ("hours_total", "many", "27"),
        ("taught", ["neck", "arm", "thorax"], ["arm", "neck"]),
    ],
)
def test_what_differs_was_stated_by_the_practitioner(field, typed, printed):
    assert source(field, typed, extract(Extracted(field, printed))) == "stated"


def test_one_of_several_days_that_a_paper_may_mean_stands_on_the_paper():
    both = Extracted("completed_on", None, choices=("2025-09-11", "2025-11-09"))
    assert source("completed_on", "2025-11-09", extract(both)) == "certificate"
    assert source("completed_on", "2025-11-10", extract(both)) == "stated"


def test_the_certificate_goes_before_the_syllabus_and_that_before_the_list_of_courses():
    says = Extracted("hours_total", "27")
    listed = {"hours_total": "27"}
    assert source("hours_total", "27", extract(says), extract(says), listed) == "certificate"
    assert source("hours_total", "27", NOTHING, extract(says), listed) == "syllabus"
    assert source("hours_total", "27", NOTHING, NOTHING, listed) == "catalogue"


def test_what_is_not_said_has_no_source():
    values = values_of({"level": None, "in_degree": False, "number": ""}, None, None)
    assert sources_of(values, NOTHING, NOTHING) == {}


def test_that_the_name_is_the_holders_own_is_read_only_where_the_paper_says_so():
    named = extract(Extracted("holder", "Dana Okafor"))
    other = extract(Extracted("holder", "Bo Lind", doubts=(Doubt.OTHER_NAME,)))
    assert source("holder_matches", True, named) == "certificate"
    assert source("holder_matches", True, other) == "stated"
    assert source("holder_matches", True) == "stated"


def test_a_mark_says_where_the_value_stands_and_what_the_paper_says_instead():
    read = extract(Extracted("hours_total", "27", "27 h", PLACE))
    values = {"hours_total": "54"}
    mark = marks_of(values, sources_of(values, read, NOTHING), read, NOTHING)["hours_total"]
    assert (mark.source, mark.instead) == (Source.STATED, "27")
    assert (mark.place.name, mark.place.box) == ("certificate-hours-total", PLACE)


def test_what_was_read_and_not_typed_is_told_too():
    read = extract(Extracted("taught", ["neck"], "neck", PLACE))
    mark = marks_of({}, {}, read, NOTHING)["taught"]
    assert (mark.source, mark.instead) == (None, "Neck")


def test_every_doubt_has_its_words():
    assert set(DOUBTS) == set(Doubt)


def test_doubts_are_told_in_plain_words():
    both = Extracted(
        "completed_on",
        None,
        "11/09/2025",
        doubts=(Doubt.AMBIGUOUS_DATE,),
        choices=("2025-09-11", "2025-11-09"),
    )
    [said] = marks_of({}, {}, extract(both), NOTHING)["completed_on"].doubts
    assert said == "“11/09/2025” can be Thu 11 September 2025 or Sun 9 November 2025."


def test_a_form_is_lent_only_what_can_mean_one_thing():
    read = extract(
        Extracted("holder", "Dana"),
        Extracted("course", "Dry needling"),
        Extracted("completed_on", "2031-01-01", doubts=(Doubt.IMPLAUSIBLE_DATE,)),
        Extracted("number", "1", doubts=(Doubt.HARD_TO_READ,)),
    )
    syllabus = extract(Extracted("course", "Another"), Extracted("hours_total", "27"))
    assert values_read(read, syllabus) == {
        "course": "Dry needling",
        "number": "1",
        "hours_total": "27",
    }


def test_what_only_the_list_of_courses_has_is_neither_filled_in_nor_read_from_the_paper():
    offered = extract(Extracted("level", "1", source=Source.CATALOGUE))
    assert values_read(offered, offered) == {}
    assert source("level", "1", offered, offered) == "stated"
    assert source("level", "1", offered, catalogue={"level": "1"}) == "catalogue"


def test_what_the_list_of_courses_has_not_seen_it_does_not_lend():
    known = CatalogueCourse(
        provider="P", names=("DN-1",), source="s", confidence=Confidence.LOW, hours=27
    )
    assert catalogue_values(known) == {"kind": "dry_needling", "hours_total": "27"}


@pytest.mark.parametrize("number", ["DN-4107", "dn 4107", "DN.41/07", " dn4107 "])
def test_the_same_number_is_known_again_however_it_is_written(number):
    assert number_key(number) == "dn4107"


@pytest.mark.parametrize("number", [None, "", " - ", 4107])
def test_no_number_is_like_no_other(number):
    assert number_key(number) is None


def test_a_stamp_over_a_picture_is_not_enough_to_say_a_page_was_read():
    def page(number, words):
        return tuple(Word(word, Box(number, 0, 0, 1, 1)) for word in words)

    assert not says_enough(ReadPages(page(1, ["Page", "1"]) + page(2, ["syllabus"] * 30), pages=2))
    assert says_enough(ReadPages(page(1, ["certificate"] * 4)))
    assert not says_enough(ReadPages(()))
    assert values_of({}, date(2025, 1, 2), None)["first_day"] == "2025-01-02"
