"""Whence each value of a version is: compared with what was read, never taken on anybody's word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from registry.rules.extracts import Doubt, Extract, Extracted, Source

HOURS = "hours"
NOTHING: tuple[Any, ...] = (None, "", [], False)
#: Said of every certificate unless somebody says otherwise: no value that anybody typed.
UNSAID = ("in_degree",)


def values_of(
    particulars: Mapping[str, Any], first_day: date | None, last_day: date | None
) -> dict[str, Any]:
    """All that a version says, as plain JSON values under the names that extracts use."""
    days = {"first_day": first_day, "last_day": last_day}
    return dict(particulars) | {name: day and day.isoformat() for name, day in days.items()}


def sources_of(
    values: Mapping[str, Any],
    extract: Extract,
    syllabus: Extract,
    catalogue: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """
    For each field that says something. Where several have the same value, the paper goes first.

    `catalogue`: what the list of courses says of the course, where somebody confirmed it.
    """
    return {
        field: str(_source(field, value, extract, syllabus, catalogue or {}))
        for field, value in values.items()
        if value not in NOTHING and field not in UNSAID
    }


def same(field: str, one: Any, other: Any) -> bool:
    """Two values of a field that say the same, however they were written."""
    if isinstance(one, list) or isinstance(other, list):
        return _items(one) == _items(other)
    if field.startswith(HOURS):
        return _hours(one) == _hours(other) is not None
    return _plain(one) == _plain(other)


def _source(
    field: str, value: Any, extract: Extract, syllabus: Extract, catalogue: Mapping[str, Any]
) -> Source:
    if field == "holder_matches":
        holder = extract.of("holder")
        named = holder is not None and Doubt.OTHER_NAME not in holder.doubts
        return Source.CERTIFICATE if named else Source.STATED
    if found := _read_in(extract, field, value):
        return found
    if _read_in(syllabus, field, value):
        return Source.SYLLABUS
    if field in catalogue and same(field, catalogue[field], value):
        return Source.CATALOGUE
    return Source.STATED


def _read_in(extract: Extract, field: str, value: Any) -> Source | None:
    """Where it stands on these pages; what only the list of courses has stands on none."""
    read = extract.of(field)
    if read is None or read.source is Source.CATALOGUE or not says(read, field, value):
        return None
    return read.source


def says(read: Extracted | None, field: str, value: Any) -> bool:
    """Whether the paper has this value: for certain, or as one that it may mean."""
    if read is None:
        return False
    return any(same(field, one, value) for one in (read.value, *read.choices) if one is not None)


def _items(value: Any) -> frozenset[tuple[str, ...]]:
    """Whatever their order; of an examination or an approval, all that is stated of it."""
    items = value if isinstance(value, list) else []
    wholes = (one if isinstance(one, list) else [one] for one in items)
    return frozenset(tuple(str(part) for part in one if part is not None) for one in wholes)


def _hours(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _plain(value: Any) -> str:
    return " ".join(str(value).split()).casefold()
