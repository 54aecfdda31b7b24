"""Extracts: what was read from a document, field by field, each with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.rules.page_words import Box


class Source(StrEnum):
    """Whence a value on record came: its reader, or whoever typed it."""

    CERTIFICATE = "certificate"
    SYLLABUS = "syllabus"
    CATALOGUE = "catalogue"
    STATED = "stated"


SOURCE_TITLES = {
    Source.CERTIFICATE: "read from the certificate",
    Source.SYLLABUS: "from the syllabus",
    Source.CATALOGUE: "stated by the practitioner, as our list of courses has it",
    Source.STATED: "stated by the practitioner",
}


class Doubt(StrEnum):
    """Why a reviewer should look twice. None of them rejects anything by itself."""

    AMBIGUOUS_DATE = "ambiguous_date"
    SEVERAL_CANDIDATES = "several_candidates"
    HARD_TO_READ = "hard_to_read"
    OTHER_NAME = "other_name"
    ACUPUNCTURE_WORDS = "acupuncture_words"
    UNUSUAL_HOURS = "unusual_hours"
    IMPLAUSIBLE_DATE = "implausible_date"
    NUMBER_ELSEWHERE = "number_elsewhere"
    FILE_ELSEWHERE = "file_elsewhere"


@dataclass(frozen=True, slots=True)
class Extracted:
    """
    One value. `field` is the certificate's own (`Certificate`'s names, and `holder`).

    `value` is a plain JSON value as `particulars` writes it: days as ISO 8601, hours as text, codes
    of regions and muscles as a list. `printed` is as it stands on the paper, at `box`. `choices`:
    where it may mean several things, each of them; `value` is then None, never one of them.
    """

    field: str
    value: Any
    printed: str = ""
    box: Box | None = None
    source: Source = Source.CERTIFICATE
    sure: float = 1.0
    doubts: tuple[Doubt, ...] = ()
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """All that was read of a document. `doubts` concern it as a whole, each with its words."""

    values: tuple[Extracted, ...] = ()
    doubts: tuple[tuple[Doubt, str], ...] = ()
    by_eye: bool = False

    def of(self, field: str) -> Extracted | None:
        return next((value for value in self.values if value.field == field), None)


def extract_kept(extract: Extract) -> dict[str, Any]:
    """As plain JSON values, to keep in a row."""
    return {
        "by_eye": extract.by_eye,
        "doubts": [[str(doubt), words] for doubt, words in extract.doubts],
        "values": [
            {
                "field": one.field,
                "value": one.value,
                "printed": one.printed,
                "box": list(one.box) if one.box else None,
                "source": str(one.source),
                "sure": one.sure,
                "doubts": [str(doubt) for doubt in one.doubts],
                "choices": list(one.choices),
            }
            for one in extract.values
        ],
    }


def extract_from(kept: Mapping[str, Any]) -> Extract:
    """The inverse."""
    return Extract(
        by_eye=kept["by_eye"],
        doubts=tuple((Doubt(doubt), words) for doubt, words in kept["doubts"]),
        values=tuple(
            Extracted(
                field=one["field"],
                value=one["value"],
                printed=one["printed"],
                box=Box(*one["box"]) if one["box"] else None,
                source=Source(one["source"]),
                sure=one["sure"],
                doubts=tuple(Doubt(doubt) for doubt in one["doubts"]),
                choices=tuple(one["choices"]),
            )
            for one in kept["values"]
        ),
    )
