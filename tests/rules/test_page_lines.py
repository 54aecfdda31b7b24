"""Words on pages as lines and cells, straight or askew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.rules.page_lines import cells_of, flow_of
from registry.rules.page_words import Box, ReadPages, Word
from tests.rules.paper_words import pages

ROWS = [f"Label {row} | Value {row} | More {row}" for row in range(8)]


def leaning(straight: ReadPages, much: float) -> ReadPages:
    """As a photograph held askew: boxes around what leans are as high as they lean."""

    def leant(word: Word) -> Word:
        box = word.box
        middle = (box.left + box.right) / 2 - 0.5
        more = abs(much) * (box.right - box.left) / 2
        top, bottom = box.top + much * middle - more, box.bottom + much * middle + more
        return word._replace(box=Box(box.page, box.left, top, box.right, bottom))

    return replace(straight, words=tuple(map(leant, straight.words)), by_eye=True)


@pytest.mark.parametrize("much", [0.0, 0.03, -0.05, 0.09])
def test_lines_are_lines_however_the_page_was_held(much):
    cells = cells_of(leaning(pages(*ROWS), much))
    assert [cell.text for cell in cells] == " | ".join(ROWS).split(" | ")


def test_words_near_each_other_are_one_cell_and_others_are_not():
    assert [cell.text for cell in cells_of(pages("Dana Whitfield | 27 hours"))] == [
        "Dana Whitfield",
        "27 hours",
    ]


def test_a_sentence_goes_on_in_the_next_line_and_nothing_else_does():
    flow = flow_of(cells_of(pages("We confirm that she", "completed it.", "Dana", "27 hours")))
    assert flow.text == "We confirm that she completed it.\nDana\n27 hours"


def test_words_written_up_the_side_are_in_no_line():
    sideways = Word("CERTIFICATE", Box(1, 0.01, 0.1, 0.03, 0.8))
    straight = pages(*ROWS)
    with_side = replace(straight, words=(sideways, *straight.words))
    assert "CERTIFICATE" not in [cell.text for cell in cells_of(with_side)]
    assert len(cells_of(with_side)) == len(cells_of(straight))


def test_a_part_of_a_passage_knows_where_its_letters_stand():
    cell = cells_of(pages("Cert No: AB-5512"))[0]
    part = cell.box(9, 16)
    assert (round(part.left, 3), round(part.right, 3)) == (0.141, 0.204)
