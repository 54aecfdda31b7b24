"""Requirements in words, by topic, and in a word for long lists: no kind falls through."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import date
from enum import StrEnum
from typing import get_args, get_origin, get_type_hints

import pytest

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.queries.headlines import TITLES, headlines_of, set_line
from registry.queries.requirement_words import SAYINGS, in_words
from registry.queries.topics import TOPICS, by_topic, set_in_words
from registry.rules.course_rules import CourseApproved, Granted
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import AskedAt, Referred
from registry.rules.hours import TotalHours
from registry.rules.house_rules import OnlyForSites
from registry.rules.jurisdictions import JurisdictionStatus
from registry.rules.open_items import Unstated
from registry.rules.requirement_kinds import KINDS
from registry.rules.requirements import ProfessionAllowed
from registry.rules.vocabulary import Profession

SETS = [one for file in load_jurisdictions().values() for one in file.sets]
EIGHTY = TotalHours(80, citation=HOUSE_RULE)
SAID_OF = {bool: (False, True), int: (3,), str: ("advanced",), date: (date(2003, 1, 1),)}


def examples(kind):
    """One of each kind, and one for every word or flag that may change what it says."""
    asked = KINDS[kind]
    hints = get_type_hints(asked)
    own = [each for each in fields(asked) if each.name != "citation"]
    plain = {each.name: values_of(hints[each.name])[0] for each in own}
    yield asked(**plain, citation=HOUSE_RULE)
    for each in own:
        for value in values_of(hints[each.name]):
            yield asked(**{**plain, each.name: value}, citation=HOUSE_RULE)
        if each.default is not MISSING:
            rest = {name: value for name, value in plain.items() if name != each.name}
            yield asked(**rest, citation=HOUSE_RULE)


def values_of(hint):
    if get_origin(hint) is tuple:
        [*several] = values_of(get_args(hint)[0])
        return (tuple(several), tuple(several[:1]))
    options = [one for one in get_args(hint) or (hint,) if one is not type(None)]
    return tuple(options[0]) if issubclass(options[0], StrEnum) else SAID_OF[options[0]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_sentence_whatever_its_values(kind):
    for asked in examples(kind):
        said = in_words(asked)
        assert said[0] == said[0].upper(), said
        assert said.endswith(".") or kind == "open_question", said
        assert "_" not in said, said
        assert "None" not in said, said
        assert said.casefold().strip(".") != kind.replace("_", " ")


def test_the_sayings_are_those_of_the_kinds_there_are():
    assert {*SAYINGS} == {*KINDS.values(), OnlyForSites}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            TotalHours(50, 30, 2, citation=HOUSE_RULE),
            "50 hours of training in all; 30 are enough for the first 2 years "
            "after a course began.",
        ),
        (
            CourseApproved(("APTA", "FSBPT"), Granted.BEFORE_START, citation=HOUSE_RULE),
            "The course is approved by APTA or FSBPT, before it began.",
        ),
        (
            Referred(AskedAt.BOOKING, citation=HOUSE_RULE),
            "A referral for the patient is on record, at the booking at the latest.",
        ),
        (
            OnlyForSites(
                ("thorax", "infraspinatus"),
                TotalHours(80, citation=HOUSE_RULE),
                citation=HOUSE_RULE,
            ),
            "For thorax; infraspinatus only: 80 hours of training in all.",
        ),
        (
            ProfessionAllowed((Profession.PT, Profession.OT), citation=HOUSE_RULE),
            "Only a physical therapist or an occupational therapist may needle.",
        ),
    ],
)
def test_what_is_said(asked, said):
    assert in_words(asked) == said


def test_every_kind_but_a_question_lies_under_one_topic():
    listed = [kind for kinds, _ in TOPICS.values() for kind in kinds]
    assert sorted(listed) == sorted(KINDS.keys() - {"open_question"})


def test_every_gap_but_none_other_is_told_under_its_topic():
    assert {gap for _, gap in TOPICS.values() if gap} == set(Unstated)


@pytest.mark.parametrize("one", SETS, ids=lambda one: f"{one.jurisdiction} {one.profession}")
def test_a_set_in_words_leaves_nothing_out(one):
    told = [asked for _, several in set_in_words(one).topics for asked in several]
    assert sorted(asked.words for asked in told) == sorted(map(in_words, one.requirements))
    gaps = {TOPICS[topic][1] for topic, asked, found in by_topic(one) if not found}
    assert gaps == set(one.not_found)


def the(jurisdiction, profession=Profession.PT):
    [one] = [s for s in SETS if (s.jurisdiction, s.profession) == (jurisdiction, profession)]
    return one


def numbers(one):
    return [head.words or ("none" if head.found else "not found") for head in headlines_of(one)]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (the("US-MT"), ["none", "none", "none", "none", "written, practical", "none"]),
        (the("US-FL"), ["50", "50", "25", "2", "skills assessment", "notification"]),
        (the("US-WY"), ["not found"] * 6),
        (
            the("US-CO"),
            ["50 (30 at first)", "40 (30 at first)", *["not found"] * 4],
        ),
    ],
)
def test_a_number_that_nobody_found_is_never_taken_for_none(one, said):
    assert [head.title for head in headlines_of(one)] == list(TITLES)
    assert numbers(one) == said


def test_a_number_said_twice_is_said_once():
    one = the("US-UT")
    twice = replace(one, requirements=(*one.requirements, *one.requirements))
    assert numbers(twice) == numbers(one)


def test_a_set_that_lets_nobody_needle_has_no_numbers_and_its_own_status():
    rule = JurisdictionStatus.ALLOWED_RULE
    assert set_line(the("US-CA"), rule).status is JurisdictionStatus.BARRED
    assert set_line(the("US-OR"), rule).status is JurisdictionStatus.AUTHORISED_NOT_IN_EFFECT
    assert set_line(the("US-CA"), rule).headlines == ()
    assert set_line(the("US-MT"), rule).status is rule


def test_a_source_is_named_once_however_much_rests_on_it():
    [source] = set_in_words(the("US-MT")).sources
    assert source == the("US-MT").requirements[0].citation._replace(text=None)
    assert {cited.text for cited in set_in_words(the("US-MD")).sources} == {None}
