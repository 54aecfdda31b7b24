"""Holds: what took the ground of an appointment, and the ways in which somebody settles it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

#: What the audit trail calls it when the ground comes back and the appointment still fits.
RESTORED_BY_ITSELF = "restore by itself"
#: And when the renewal that a provisional one waited for was verified.
CONFIRMED_LATER = "confirm provisional appointment"


class Settling(StrEnum):
    """What becomes of an appointment on hold, that which disturbs its patient least first."""

    RESTORE = "restore"
    GIVE = "give"
    MOVE = "move"
    CONVERT = "convert"
    CANCEL = "cancel"


class Cause(NamedTuple):
    """What took the ground: the sort of record, and its number."""

    sort: str
    number: int


def cause_of(told: str) -> Cause | None:
    """Out of "engagement:7"; None where nobody told."""
    sort, _, number = told.partition(":")
    return Cause(sort, int(number)) if sort and number.isdecimal() else None
