"""What papers lend to a form: what was read for certain, the certificate before its syllabus."""

from __future__ import annotations

from typing import Any

from registry.rules.course_catalogue import CatalogueCourse
from registry.rules.extracts import Doubt, Extract, Source
from registry.rules.regions import MUSCLES, REGIONS

#: Of these a value stands on the paper and is shown, but not filled in: a person decides.
ONLY_SHOWN = frozenset({Doubt.AMBIGUOUS_DATE, Doubt.SEVERAL_CANDIDATES, Doubt.IMPLAUSIBLE_DATE})


def values_read(extract: Extract, syllabus: Extract) -> dict[str, Any]:
    """
    By field, as plain JSON values; nothing that may mean several things, nor what stands on no
    paper: what the list of courses has, a person takes over by a press.
    """
    return _sure_of(syllabus) | _sure_of(extract)


def _sure_of(extract: Extract) -> dict[str, Any]:
    return {
        one.field: one.value
        for one in extract.values
        if one.value is not None
        and one.source is not Source.CATALOGUE
        and not ONLY_SHOWN & set(one.doubts)
        and one.field != "holder"
    }


def catalogue_values(course: CatalogueCourse) -> dict[str, Any]:
    """What the list of courses says of one, under the names that a certificate has for it."""
    found: dict[str, Any] = {"kind": str(course.kind)}
    if course.level:
        found["level"] = course.level
    if course.hours is not None:
        found["hours_total"] = str(course.hours)
    if course.regions:
        found["taught"] = sorted(course.regions)
    return found


def split_taught(taught: list[str]) -> tuple[list[str], list[str]]:
    """Regions, then muscles; what is neither is left out."""
    regions = [code for code in taught if code in REGIONS]
    return regions, [code for code in taught if code in MUSCLES and code not in REGIONS]
