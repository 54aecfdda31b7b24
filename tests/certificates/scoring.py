"""How much of a certificate was read rightly: field by field, and what was wrong without a mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from registry.adapters.date_reader import possible_days
from registry.rules.certificate_fields import read_certificate
from registry.rules.extracts import Doubt, Extract, Extracted, Source
from registry.rules.page_words import ReadPages
from tests.certificates.papers import FIELDS, Paper

TODAY = date(2026, 11, 23)
IN_FIGURES = ("slashes", "american_slashes", "dots")


class Outcome(Enum):
    """ASKED: two meanings of a day that has two, the right one among them. It counts as right."""

    RIGHT = "right"
    ASKED = "asked"
    MISSED = "missed"
    MARKED = "wrong, marked"
    WRONG = "wrong"


@dataclass
class Score:
    """Of some papers: how often a field came out how, and each that was not right."""

    counts: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, paper: Paper, read: Extract) -> None:
        for name, outcome, said in outcomes(paper, read):
            self.counts[name, outcome] += 1
            if outcome not in (Outcome.RIGHT, Outcome.ASKED):
                self.misses.append(f"{paper.name} {name}: {outcome.value}: {said}")

    def stated(self, name: str | None = None) -> int:
        """Fields that papers state, and values that no paper states."""
        return sum(many for (one, _), many in self.counts.items() if name in (None, one))

    def share(self, *wanted: Outcome, name: str | None = None) -> float:
        found = (
            many
            for (one, how), many in self.counts.items()
            if how in wanted and name in (None, one)
        )
        return sum(found) / max(self.stated(name), 1)

    def right(self, name: str | None = None) -> float:
        return self.share(Outcome.RIGHT, Outcome.ASKED, name=name)

    def unmarked(self) -> float:
        return self.share(Outcome.WRONG)


def read_paper(paper: Paper, pages: ReadPages) -> Extract:
    return read_certificate(pages, holder=paper.practitioner, parse_date=possible_days, today=TODAY)


def outcomes(paper: Paper, read: Extract) -> Iterator[tuple[str, Outcome, str]]:
    """For each field that is stated or was read: how it came out, and what was said."""
    truth = paper.truth()
    for name in FIELDS:
        found = read.of(name)
        if found is not None and found.source is Source.CATALOGUE:
            found = None
        if name in truth or found is not None:
            said = f"{truth.get(name)!r} read as {found and (found.value, found.choices)!r}"
            yield name, outcome_of(paper, name, truth.get(name), found), said


def outcome_of(paper: Paper, name: str, truth: Any, found: Extracted | None) -> Outcome:
    if found is None or (found.value is None and truth not in found.choices):
        return Outcome.MISSED
    if found.value is None:
        two_ways = Doubt.AMBIGUOUS_DATE in found.doubts and paper.written in IN_FIGURES
        return Outcome.ASKED if two_ways else Outcome.MISSED
    if same(found.value, truth):
        return Outcome.RIGHT
    return Outcome.MARKED if found.doubts else Outcome.WRONG


def same(value: Any, truth: Any) -> bool:
    """Text whatever its case and the shape of its apostrophe; all else just so."""
    if isinstance(value, str) and isinstance(truth, str):
        return _line(value) == _line(truth)
    if isinstance(value, list) and isinstance(truth, list):
        return len(value) == len(truth) and all(map(same, value, truth))
    return bool(value == truth)


def _line(text: str) -> str:
    return " ".join(text.split()).casefold().replace("\u2019", "'")
