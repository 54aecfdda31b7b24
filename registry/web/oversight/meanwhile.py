"""Settled meanwhile: what was on hold when somebody looked, and no longer is when they press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry.queries.premises import Place
from registry.queries.standing_work import work_by_number
from registry.rules.access import Actor
from registry.rules.arrivals import stands
from registry.rules.vocabulary import AppointmentState
from registry.services.on_its_own import Outcome
from registry.web.formats import stamp

MOST_TOLD = 5


class Meanwhile(NamedTuple):
    """What became of one, in words; `refused` where something else was wanted for it."""

    words: str
    refused: bool


def settled_meanwhile(actor: Actor, where: Place, outcome: Outcome) -> list[Meanwhile]:
    """Soonest first. One statement, or none where all was done."""
    refused = {one.appointment_id for one in outcome.refused}
    asked = refused.union(outcome.already)
    if not asked:
        return []
    work = work_by_number(actor, where, asked).values()
    found = [one for one in work if one.state is not AppointmentState.HELD]
    found.sort(key=lambda one: one.pattern.slot.starts_at)
    return [
        Meanwhile(
            f"{stamp(one.pattern.slot.starts_at, where.zone, named=False)}, "
            f"{stands(one.state)}, with {one.practitioner}",
            one.pattern.id in refused,
        )
        for one in found
    ]


def told_meanwhile(found: Sequence[Meanwhile]) -> str:
    """For a notice: nothing of a patient, for it is kept until the next page."""
    told = "; ".join(one.words for one in found[:MOST_TOLD])
    others = len(found) - MOST_TOLD
    more = f"; and {others} more" if others > 0 else ""
    return f"Settled meanwhile: {told}{more}. Nothing was done twice."
