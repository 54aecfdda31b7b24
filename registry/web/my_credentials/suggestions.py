"""Words offered while a certificate is typed: those by which the shipped rules know a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.rules.course_deadlines import CertificateLapses
from registry.rules.course_levels import LEVELS, LevelTaught
from registry.rules.course_rules import CourseApproved
from registry.rules.findings import Requirement


@cache
def approving_bodies() -> list[tuple[str, str]]:
    """Whose approval of a course counts somewhere, and where."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for place, requirement in _asked():
        if isinstance(requirement, CourseApproved):
            for body in requirement.bodies:
                found[body].add(place)
    return [(body, ", ".join(sorted(found[body]))) for body in sorted(found, key=str.casefold)]


@cache
def course_levels() -> list[str]:
    """From introductory to advanced, then those that a place has of its own."""
    named = (
        requirement.level
        for _, requirement in _asked()
        if isinstance(requirement, CertificateLapses | LevelTaught) and requirement.level
    )
    return list(dict.fromkeys([*LEVELS, *(level.replace("_", " ") for level in named)]))


def _asked() -> Iterator[tuple[str, Requirement]]:
    """Every requirement that ships with the registry, and the place that asks it."""
    for file in load_jurisdictions().values():
        for one in file.sets:
            for requirement in one.requirements:
                yield file.name, requirement
