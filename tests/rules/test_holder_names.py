"""Whether a printed name is somebody's own."""

from __future__ import annotations

import pytest

from registry.rules.holder_names import looks_like_a_name, names_alike, without_letters


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("Dana Whitfield", "Dana Whitfield"),
        ("WHITFIELD, Dana", "Dana Whitfield"),
        ("D. Whitfield", "Dana Whitfield"),
        ("Dana M. Whitfield", "Dana Whitfield"),
        ("Dana Whitfield", "Dana Mary Whitfield"),
        ("Søren Østergård", "Soren Ostergard"),
        ("Jürgen Weißmüller", "Juergen Weissmueller"),
        ("Siobhán O\u2019Connor-Byrne", "Siobhan O'Connor Byrne"),
        ("María Fernández", "María Fernández Ibáñez"),
    ],
)
def test_order_marks_initials_and_middle_names_do_not_matter(printed, known):
    assert names_alike(printed, known)
    assert names_alike(known, printed)


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("Teresa Brandt", "Teresa Alvarado"),
        ("Emeka Nwosu", "Chidi Nwosu"),
        ("Whitfield", "Dana Whitfield"),
        ("D. W.", "Dana Whitfield"),
        ("Dana Whitfeld", "Dana Whitfield"),
        ("", "Dana Whitfield"),
    ],
)
def test_another_surname_or_first_name_is_another_name(printed, known):
    assert not names_alike(printed, known)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dana Whitfield, PT, DPT", "Dana Whitfield"),
        ("Mrs D. Whitfield MSc MCSP", "D. Whitfield"),
        ("OKAFOR, Ruth", "OKAFOR, Ruth"),
        ("Zoë Marchetti, L.Ac.", "Zoë Marchetti"),
        ("J. Robert McAllister", "J. Robert McAllister"),
        ("Anna Mei WONG", "Anna Mei WONG"),
        ("Guillermo de la Cruz III", "Guillermo de la Cruz III"),
    ],
)
def test_titles_and_letters_are_no_part_of_a_name(text, name):
    assert without_letters(text) == name


@pytest.mark.parametrize("text", ["Dana", "Room 12 B", "the course was held", ""])
def test_what_is_no_name_does_not_look_like_one(text):
    assert not looks_like_a_name(text)
