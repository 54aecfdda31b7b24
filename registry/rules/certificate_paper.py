"""A certificate's pages laid out for reading: cells, labels, running text, and its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.rules.certificate_labels import Labelled, LabelledCells
from registry.rules.extracts import Doubt, Extracted, Source
from registry.rules.folding import plain, unglued
from registry.rules.page_lines import Cell, Passage, cells_of, flow_of
from registry.rules.page_words import ReadPages

CLEAR = 0.9  # what a reader is less sure of than this is marked
SYLLABUS = re.compile(
    r"\b(syllabus|course (?:content|outline|programme|program)|curriculum|programa del curso|"
    r"temario|"
    r"contenidos?|programme (?:du cours|de (?:la )?formation)|contenu|lehrplan|kursinhalte?|"
    r"inhalte)\b"
)
COMMON = {
    "en": "the of and to that this has for on with by is certificate hours course",
    "es": "el la de los del que y en por ha con se certificado horas curso una un",
    "fr": "le la les des du que et en a par pour avec est certificat heures formation une nous",
    "de": "der die das und dass hat den dem von mit am an fur zertifikat stunden kurs wird ist",
}


@dataclass(frozen=True)
class CertificatePaper:
    pages: ReadPages

    @cached_property
    def cells(self) -> list[Cell]:
        return cells_of(self.pages)

    @cached_property
    def flow(self) -> Passage:
        return flow_of(self.cells)

    @cached_property
    def text(self) -> str:
        """The running text in plain letters, each where it is in `flow.text`."""
        return plain(self.flow.text)

    @cached_property
    def labels(self) -> list[Labelled]:
        return list(self._labelled_cells.all())

    @cached_property
    def _labelled_cells(self) -> LabelledCells:
        return LabelledCells(self.cells)

    @cached_property
    def language(self) -> str | None:
        """That most of the common words are of; None where two are as likely."""
        words = re.findall(r"[a-z]+", self.text)
        counts = {
            tongue: sum(map(words.count, set(common.split()))) for tongue, common in COMMON.items()
        }
        first, second = sorted(counts, key=lambda tongue: -counts[tongue])[:2]
        return first if counts[first] > counts[second] else None

    @cached_property
    def syllabus_pages(self) -> frozenset[int]:
        """Pages after the first that call themselves one."""
        return frozenset(
            cell.page for cell in self.cells if cell.page > 1 and SYLLABUS.search(plain(cell.text))
        )

    def of(self, field: str) -> Iterator[Labelled]:
        return (one for one in self.labels if one.field == field)

    def spaced(self, text: str) -> str:
        """With the spaces that a reader of pictures leaves out."""
        return unglued(text) if self.pages.by_eye else text

    def near(self, cell: Cell) -> list[Cell]:
        return self._labelled_cells.near(cell)

    def extracted(
        self,
        field: str,
        value: Any,
        passage: Passage,
        start: int = 0,
        end: int | None = None,
        *,
        doubts: tuple[Doubt, ...] = (),
        choices: tuple[Any, ...] = (),
    ) -> Extracted:
        """With where these letters stand, and a mark where they were hard to read."""
        sure, box = round(passage.sure(start, end), 3), passage.box(start, end)
        if sure < CLEAR:
            doubts = (*doubts, Doubt.HARD_TO_READ)
        paged = box is not None and box.page in self.syllabus_pages
        return Extracted(
            field,
            value,
            printed=passage.text[start:end].strip(),
            box=box,
            source=Source.SYLLABUS if paged else Source.CERTIFICATE,
            sure=sure,
            doubts=tuple(dict.fromkeys(doubts)),
            choices=choices,
        )
