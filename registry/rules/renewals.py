"""Renewals: when one credential takes the place of another of the same sort."""

from __future__ import annotations

from datetime import date

from registry.rules.days import day_after
from registry.rules.facts import Certificate, Licence, Registration
from registry.rules.standing import Held


def purpose_of(fact: Held) -> str:
    """What a renewal has in common with the paper it follows; one of a kind has but its kind."""
    match fact:
        case Licence():
            return fact.jurisdiction
        case Registration():
            return f"{fact.kind} {fact.jurisdiction}"
        case Certificate():
            return fact.course.casefold()
        case _:
            return ""


def renews(newer: Held, older: Held) -> bool:
    """Of the same sort, for the same; it lasts longer, and begins before a day is missed."""
    return (
        newer.credential_kind is older.credential_kind
        and purpose_of(newer) == purpose_of(older)
        and _outlasts(newer.last_day, older.last_day)
        and _leaves_no_gap(older.last_day, newer.first_day)
    )


def _outlasts(one: date | None, other: date | None) -> bool:
    return one is None or other is None or one > other


def _leaves_no_gap(last: date | None, first: date | None) -> bool:
    return last is None or first is None or first <= day_after(last)
