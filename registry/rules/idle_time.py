"""Idle time: what stays unused beside an appointment, in its practitioner's day."""

from __future__ import annotations

from registry.rules.openings import STEP


def idle_beside(free: int, first: int, until: int) -> int:
    """
    Minutes from the neighbour before it up to it, and from it to the neighbour after it.

    `free` are the day's steps in which its practitioner works and has nobody; it takes those from
    `first` up to, not including, `until`, preparation and clean-up among them. Where there is no
    neighbour the time they work begins or ends there, or the day does.
    """
    before = ~free & ((1 << first) - 1)
    after = ~free >> until
    idle_steps = first - before.bit_length() + (after & -after).bit_length() - 1
    return idle_steps * STEP // 60
