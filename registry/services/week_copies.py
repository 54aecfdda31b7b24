"""A week of a clinic, or of one practitioner, copied to another week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from registry.leave import require
from registry.models import transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.series import MOST_APPOINTMENTS
from registry.services.copying import Copy, make_copies, patterns_of
from registry.services.on_its_own import Outcome, refuse_too_many


def copy_week(*, actor: Actor, clinic_id: int, chosen: Sequence[Copy], now: datetime) -> Outcome:
    """
    Book each chosen appointment of the clinic again, at its time in the other week.

    Nothing that is on record of a patient is copied along: consent and referrals are of one
    appointment, and so is what is cleared; it is not asked for either. Raises BadInput, NotFound
    or NotAllowed.
    """
    refuse_too_many(chosen, MOST_APPOINTMENTS, "appointments")
    with transaction() as session:
        require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
        patterns = patterns_of(session, chosen, clinic_id)
        outcome = make_copies(session, actor, chosen, patterns, "Week copied", now)
        # No tick is taken here: what must be cleared first is booked on its own.
        outcome.refused = [one._replace(to_clear=None) for one in outcome.refused]
        return outcome
