"""Provisional bookings: whether a refused one may be made while a renewal waits to be checked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from registry.errors import NotPrepared, NotPrivileged, Refused
from registry.leave import require
from registry.models import db
from registry.models.provisional_ground import why_not_provisional
from registry.rules.access import Action, Actor, Subject


def may_be_provisional(
    actor: Actor,
    clinic_id: int,
    practitioner_id: int,
    sites: Collection[str],
    refused: Refused | None,
    now: datetime,
) -> bool:
    """Whether what was refused for want of a privilege could be booked provisionally."""
    require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    if not isinstance(refused, NotPrivileged) or isinstance(refused, NotPrepared):
        return False
    asked = [decision.question for decision in refused.decisions]
    return not why_not_provisional(db.session(), practitioner_id, clinic_id, sites, asked, now)
