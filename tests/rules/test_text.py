from __future__ import annotations

import pytest

from registry.rules.text import clean_line, clean_text, folded


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Dana Okafor ", "Dana Okafor"),
        ("Bjo\u0308rn", "Björn"),
        ("دانا", "دانا"),
        ("\u202a+1 555 0100\u202c", "+1 555 0100"),
        ("\u202e\u2066a\u2069", "a"),
        ("1\u202f000", "1\u202f000"),
        ("a\u206ab", "a\u206ab"),
        ("", ""),
        ("\u00a0\t ", ""),
        ("👩‍⚕️", "👩‍⚕️"),
    ],
)
def test_a_line_is_kept_trimmed_and_composed(typed, kept):
    assert clean_line(typed, 40) == kept


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "a\x1b[31m", "a\x7fb", "a\tb"])
def test_what_cannot_be_written_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match=r"cannot be written.*\."):
        clean_line(typed, 40)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_a_line_has_one_line_and_a_text_has_several(end):
    with pytest.raises(ValueError, match="one line"):
        clean_line(f"a{end}b", 40)
    assert clean_text(f"a{end}b", 40) == "a\nb"


def test_the_longest_line_fits_and_one_letter_more_does_not():
    assert clean_line("x" * 40, 40) == "x" * 40
    with pytest.raises(ValueError, match="41 characters long; 40"):
        clean_line("x" * 41, 40)
    with pytest.raises(ValueError, match="100000"):
        clean_text("x" * 100_000, 300)


def test_length_is_counted_as_it_is_kept():
    assert clean_line("o\u0308" * 40, 40) == "ö" * 40


@pytest.mark.parametrize(
    ("typed", "small"),
    [
        ("Émile", "émile"),
        ("ÖZGE", "özge"),
        ("Straße", "straße"),
        ("İPEK", "ipek"),
        ("ΟΔΟΣ", "οδοσ"),
        ("P-007", "p-007"),
        ("", ""),
    ],
)
def test_each_letter_is_made_small_by_itself(typed, small):
    assert folded(typed) == small
    assert len(small) == len(typed)
