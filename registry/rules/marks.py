"""Marks: beside each value of a version, whence it is, where it stands, and what gives pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.rules.extracts import SOURCE_TITLES, Doubt, Extract, Extracted, Source
from registry.rules.page_words import Box
from registry.rules.regions import MUSCLES, REGIONS, site_name
from registry.rules.sources import says
from registry.rules.wording import day_in_words

DOUBTS = {
    Doubt.AMBIGUOUS_DATE: "“{printed}” can be {choices}.",
    Doubt.SEVERAL_CANDIDATES: "The paper names more than one.",
    Doubt.HARD_TO_READ: "This is hard to read on the paper.",
    Doubt.OTHER_NAME: "The name on the paper is “{printed}”.",
    Doubt.ACUPUNCTURE_WORDS: "The paper speaks of acupuncture: “{printed}”.",
    Doubt.UNUSUAL_HOURS: "These hours are unusual for this course.",
    Doubt.IMPLAUSIBLE_DATE: "A course can hardly have ended on this day.",
    Doubt.NUMBER_ELSEWHERE: "This number is on record under another person.",
    Doubt.FILE_ELSEWHERE: "This very file is on record under another person.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands on a paper. `name` tells it from every other on the page."""

    name: str
    box: Box
    source: Source


@dataclass(frozen=True, slots=True)
class Mark:
    """`instead`: what the paper says, where that is something else than the value."""

    source: Source | None
    place: Place | None = None
    instead: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return SOURCE_TITLES[self.source] if self.source else ""


def marks_of(
    values: Mapping[str, Any],
    sources: Mapping[str, str],
    extract: Extract,
    syllabus: Extract,
) -> dict[str, Mark]:
    """By field: of every value that is there, and of what was read and is not."""
    fields = [*sources, *(one.field for one in (*extract.values, *syllabus.values))]
    return {
        field: _mark(field, values.get(field), sources.get(field), extract, syllabus)
        for field in dict.fromkeys(fields)
    }


def doubts_in_words(read: Extracted) -> tuple[str, ...]:
    choices = " or ".join(value_in_words(choice) for choice in read.choices) or "several days"
    return tuple(
        DOUBTS[doubt].format(printed=read.printed, choices=choices) for doubt in read.doubts
    )


def value_in_words(value: Any) -> str:
    """As people write it: days, hours, regions and muscles by their names."""
    if isinstance(value, list):
        return ", ".join(_item(one) for one in value)
    try:
        return day_in_words(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value).replace("_", " ")


def _item(one: Any) -> str:
    if isinstance(one, list):
        return " ".join(str(part) for part in one[:2]).replace("_", " ")
    return site_name(one) if one in REGIONS or one in MUSCLES else str(one)


def _mark(field: str, value: Any, source: str | None, extract: Extract, syllabus: Extract) -> Mark:
    kept = Source(source) if source else None
    if field == "holder":
        kept = Source.CERTIFICATE  # nobody types it: it is whose record it is
    read, paper = extract.of(field), Source.CERTIFICATE
    if read is None or kept is Source.SYLLABUS:
        read, paper = syllabus.of(field), Source.SYLLABUS
    if read is None:
        return Mark(kept)
    other = read.value is not None and field != "holder" and not says(read, field, value)
    return Mark(
        source=kept,
        place=_place(read, paper),
        instead=value_in_words(read.value) if other else "",
        doubts=doubts_in_words(read),
    )


def _place(read: Extracted, paper: Source) -> Place | None:
    if read.box is None:
        return None
    return Place(f"{paper}-{read.field}".replace("_", "-"), read.box, paper)


def places_of(extract: Extract, paper: Source) -> list[Place]:
    """Every place on a paper that something was read at."""
    return [place for one in extract.values if (place := _place(one, paper))]
