"""All certificates: fifteen layouts of four, five of the layouts held out from any tuning."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.certificates.layouts import (
    board,
    card,
    dark_header,
    diploma,
    framed,
    hours_table,
    landscape,
    letter,
    points,
    seal,
    sideways,
    small_print,
    syllabus,
    transcript,
    two_columns,
)
from tests.certificates.made_up import made_up
from tests.certificates.papers import Paper
from tests.certificates.sheet import Sheet


class Layout(NamedTuple):
    """`languages`: of its four papers; `kinds`: what each is about."""

    draw: Callable[[Paper], Sheet]
    stated: tuple[str, ...]
    languages: tuple[str, ...]
    kinds: tuple[str, ...] = ("dry_needling",) * 4


LAYOUTS = {
    "dark_header": Layout(dark_header.draw, dark_header.STATED, ("en", "en", "es", "en")),
    "two_columns": Layout(two_columns.draw, two_columns.STATED, ("en", "de", "en", "fr")),
    "hours_table": Layout(hours_table.draw, hours_table.STATED, ("en", "en", "fr", "de")),
    "framed": Layout(framed.draw, framed.STATED, ("en", "es", "fr", "en")),
    "letter": Layout(letter.draw, letter.STATED, ("en", "en", "de", "en")),
    "card": Layout(card.draw, card.STATED, ("en", "en", "en", "en")),
    "seal": Layout(seal.draw, seal.STATED, ("en", "es", "en", "fr")),
    "landscape": Layout(
        landscape.draw,
        landscape.STATED,
        ("en", "en", "de", "en"),
        ("dry_needling", "other", "dry_needling", "dry_needling"),
    ),
    "syllabus": Layout(syllabus.draw, syllabus.STATED, ("en", "es", "en", "en")),
    "points": Layout(points.draw, points.STATED, ("en", "en", "en", "en"), points.KINDS),
    "sideways": Layout(sideways.draw, sideways.STATED, ("en", "fr", "en", "en")),
    "small_print": Layout(small_print.draw, small_print.STATED, ("en", "en", "de", "en")),
    "board": Layout(board.draw, board.STATED, ("en", "es", "en", "en")),
    "transcript": Layout(
        transcript.draw,
        transcript.STATED,
        ("en", "en", "fr", "en"),
        ("dry_needling", "other", "dry_needling", "dry_needling"),
    ),
    "diploma": Layout(diploma.draw, diploma.STATED, ("de", "es", "fr", "en")),
}
#: Fixed before the rules were written (ADR 0031). Nobody looks at these while tuning.
HELD_OUT = frozenset({"sideways", "small_print", "board", "transcript", "diploma"})


def all_papers() -> list[Paper]:
    return [
        made_up(name, index, language, kind=kind).stating(layout.stated)
        for name, layout in LAYOUTS.items()
        for index, (language, kind) in enumerate(zip(layout.languages, layout.kinds, strict=True))
    ]


def tuned_papers() -> list[Paper]:
    return [paper for paper in all_papers() if paper.layout not in HELD_OUT]


def held_out_papers() -> list[Paper]:
    return [paper for paper in all_papers() if paper.layout in HELD_OUT]


def pdf_of(paper: Paper) -> bytes:
    return bytes(LAYOUTS[paper.layout].draw(paper).output())
