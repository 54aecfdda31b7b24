"""The regions and muscles that a certificate or its syllabus says were taught."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.rules.certificate_labels import Labelled, cut
from registry.rules.certificate_paper import CertificatePaper
from registry.rules.extracts import Doubt, Extracted
from registry.rules.page_lines import Cell, Passage
from registry.rules.site_words import sites_in

#: In running text, before the list.
SAID = re.compile(
    r"(?:cover\w*|taught|teach\w*|includ\w*|address\w*|following|unterrichtet|gelehrt|behandelt|"
    r"tratad\w*|ensenad\w*|traite\w*|enseigne\w*)[^.:\n]{0,40}(?:regions?|areas?|muscles?|regiones|"
    r"zonas|zones|\w*regionen|muskeln|musculos)[^.:\n]{0,12}:?\s*(?P<list>[^.\n]+)"
)
ALONE = 2  # regions that a line of nothing else must name


def read_sites(paper: CertificatePaper) -> list[Extracted]:
    for looked in (_labelled, _said, _by_themselves):
        found = list(looked(paper))
        if found:
            return [_together(paper, found)]
    return []


def _labelled(paper: CertificatePaper) -> Iterator[Passage]:
    for one in paper.of("taught"):
        first = next((passage for passage in one.values if sites_in(passage.text)[0]), None)
        if first is not None:
            yield first
            yield from _continued(paper, one, first)


def _continued(paper: CertificatePaper, one: Labelled, first: Passage) -> Iterator[Cell]:
    """The lines under it that name regions and nothing else."""
    above = first if isinstance(first, Cell) else one.at
    for cell in paper.cells[paper.cells.index(above) + 1 :]:
        near = cell.page == above.page and cell.top - above.bottom < 2 * above.height
        codes, whole = sites_in(cell.text)
        if not (near and codes and whole):
            return
        yield cell
        above = cell


def _said(paper: CertificatePaper) -> Iterator[Passage]:
    for match in SAID.finditer(paper.text):
        part = cut(paper.flow, *match.span("list"))
        if sites_in(part.text)[0]:
            yield part


def _by_themselves(paper: CertificatePaper) -> Iterator[Passage]:
    for cell in paper.cells:
        for stretch in re.finditer(r"[^|:]+", cell.text):
            codes, whole = sites_in(stretch[0])
            if whole and len(codes) >= ALONE:
                yield cut(cell, *stretch.span())


def _together(paper: CertificatePaper, found: list[Passage]) -> Extracted:
    """In doubt where the words say more than is understood."""
    read = [sites_in(passage.text) for passage in found]
    codes = sorted({code for some, _ in read for code in some})
    doubts = () if all(whole for _, whole in read) else (Doubt.SEVERAL_CANDIDATES,)
    text, marks = "", []
    for passage in found:
        text += ", " if text else ""
        marks += [
            (len(text) + first, len(text) + last, word) for first, last, word in passage.marks
        ]
        text += passage.text
    return paper.extracted("taught", codes, Passage(text, tuple(marks)), doubts=doubts)
