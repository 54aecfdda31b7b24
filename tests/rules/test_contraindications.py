"""Contra-indications: which forbid, which ask, and how far an answer holds."""

from __future__ import annotations

from registry.rules.contraindications import (
    ABSOLUTE,
    IN_WORDS,
    SOURCE,
    Clearance,
    Contraindication,
    Note,
    Weight,
    forbidding,
    in_words,
    of_weight,
    uncleared,
)
from registry.rules.languages import LANGUAGES, language_name

DIABETES = Note(1, Contraindication.DIABETES)
CHILD = Note(2, Contraindication.CHILD)
PHOBIA = Note(3, Contraindication.NEEDLE_PHOBIA)
DANA, ANA = 10, 11
CLEARED = Clearance(DIABETES.id, DANA, ("thigh", "leg_foot"))


def test_every_word_has_a_name_and_one_weight():
    assert set(IN_WORDS) == set(Contraindication)
    assert len(set(IN_WORDS.values())) == len(Contraindication)
    assert [*of_weight(Weight.ABSOLUTE), *of_weight(Weight.RELATIVE)] == list(Contraindication)
    assert set(of_weight(Weight.ABSOLUTE)) == ABSOLUTE


def test_the_list_says_where_it_comes_from_and_that_it_is_weak():
    assert SOURCE.source_url.startswith("https://")
    assert SOURCE.doubtful


def test_what_forbids_is_told_from_what_asks():
    notes = [DIABETES, CHILD, PHOBIA]
    assert forbidding(notes) == [PHOBIA]
    assert uncleared(notes, [], DANA, ["thigh"]) == [DIABETES, CHILD]
    assert in_words([DIABETES, CHILD]) == "diabetes and a child"


def test_an_answer_holds_for_its_note_its_practitioner_and_its_sites():
    assert uncleared([DIABETES], [CLEARED], DANA, ["thigh"]) == []
    assert uncleared([DIABETES], [CLEARED], DANA, ["leg_foot", "thigh"]) == []
    assert uncleared([DIABETES], [CLEARED], DANA, ["thigh", "neck"]) == [DIABETES]
    assert uncleared([DIABETES], [CLEARED], ANA, ["thigh"]) == [DIABETES]
    assert uncleared([DIABETES._replace(id=9)], [CLEARED], DANA, ["thigh"])


def test_two_half_answers_make_no_whole_one():
    halves = [Clearance(1, DANA, ("thigh",)), Clearance(1, DANA, ("neck",))]
    assert uncleared([DIABETES], halves, DANA, ["thigh", "neck"]) == [DIABETES]


def test_languages_have_codes_of_two_letters_and_names_of_their_own():
    assert all(len(code) == 2 and code.islower() for code in LANGUAGES)
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)
    assert language_name("es") == "Spanish"
    assert language_name("zz") == "zz"
