"""Holds: what took the ground of an appointment, and how it is told that the ground came back."""

from __future__ import annotations

from typing import NamedTuple

#: What the audit trail calls it when the ground comes back and the appointment still fits.
RESTORED_BY_ITSELF = "restore by itself"


class Cause(NamedTuple):
    """What took the ground: the sort of record, and its number."""

    sort: str
    number: int


def cause_of(told: str) -> Cause | None:
    """Out of "engagement:7"; None where nobody told."""
    sort, _, number = told.partition(":")
    return Cause(sort, int(number)) if sort and number.isdecimal() else None
