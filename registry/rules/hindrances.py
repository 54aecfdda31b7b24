"""Hindrances: what keeps a search from finding anything, in a sentence that helps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from registry.rules.days import Span
from registry.rules.parts_of_day import PartOfDay
from registry.rules.regions import site_name
from registry.rules.wording import day_in_words, either, every

MOST_NAMED = 3


class Hindrance(IntEnum):
    """In the order in which they are looked for: the furthest one come to is the one to tell."""

    CLOSED = auto()
    NOT_THEN = auto()  # open, but at no such time of the day
    PASSED = auto()
    NOBODY_MAY = auto()
    PATIENT_ELSEWHERE = auto()
    NOBODY_WORKS = auto()
    ALL_BOOKED = auto()
    NO_ROOM = auto()


@dataclass(frozen=True, slots=True)
class Looked:
    """Where and for what was looked; `people` are those who may, `named` a part of a name."""

    clinics: Sequence[str]
    sites: Sequence[str]
    minutes: int
    days: Span
    parts: Collection[PartOfDay] = ()
    named: str = ""
    people: Sequence[str] = ()
    patient: str = ""


def why_nothing(hindrance: Hindrance, at: Looked) -> str:
    """Nobody may needle the neck at Hill Clinic on Tue 2 March 2027."""
    if hindrance <= Hindrance.NOT_THEN:
        return _not_open(hindrance, at)
    if hindrance is Hindrance.PASSED:
        return "These times have passed. Choose later ones."
    if hindrance is Hindrance.NOBODY_MAY:
        return f"{_nobody(at)} at {either(at.clinics)} {_when(at.days)}."
    if hindrance is Hindrance.PATIENT_ELSEWHERE:
        return f"{at.patient} has other appointments at all these times."
    return f"{_some(at.people)} {_but(hindrance, len(at.people) > 1)}."


def in_the(parts: Collection[PartOfDay]) -> str:
    """in the morning or in the evening"""
    return either(f"in the {part}" for part in PartOfDay if part in parts) if parts else "then"


def needling(sites: Sequence[str]) -> str:
    """needle the neck and the thigh"""
    return f"needle {every(f'the {site_name(site).lower()}' for site in sites)}"


def _not_open(hindrance: Hindrance, at: Looked) -> str:
    long = f"for {at.minutes} minutes together"
    how = long if hindrance is Hindrance.CLOSED else in_the(at.parts)
    are = "are" if len(at.clinics) > 1 else "is"
    return f"{every(at.clinics)} {are} not open {how} {_when(at.days)}."


def _but(hindrance: Hindrance, several: bool) -> str:
    match hindrance:
        case Hindrance.NOBODY_WORKS:
            return f"may, but {'do' if several else 'does'} not work at these times"
        case Hindrance.ALL_BOOKED:
            return f"may, but {'are' if several else 'is'} booked at all these times"
    have = "have" if several else "has"
    return f"{have} time, but no room that is fit for it is free then"


def _nobody(at: Looked) -> str:
    nobody = f"Nobody called “{at.named}”" if at.named else "Nobody"
    return f"{nobody} may {needling(at.sites)}" if at.sites else f"{nobody} works"


def _when(days: Span) -> str:
    if days.first == days.last:
        return f"on {day_in_words(days.first)}"
    return f"from {day_in_words(days.first)} to {day_in_words(days.last)}"


def _some(people: Sequence[str]) -> str:
    """Dana Okafor, Ana Ruiz and 4 others"""
    if len(people) <= MOST_NAMED:
        return every(people)
    shown = MOST_NAMED - 1
    return every([*people[:shown], f"{len(people) - shown} others"])
