"""Reminders: is no day counted as done at a clinic that has yet to come?"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.models import Clinic
from registry.rules.days import days_later


def reminded_ahead(session: Session) -> Iterator[str]:
    """Until that day nobody would be reminded. One day is left for a zone that was changed."""
    rows = session.execute(
        select(Clinic.id, Clinic.zone, Clinic.reminded_on)
        .where(Clinic.reminded_on.is_not(None))
        .order_by(Clinic.id)
    )
    for clinic_id, zone, reminded_on in rows:
        if reminded_on and reminded_on > days_later(now().astimezone(ZoneInfo(zone)).date(), 1):
            yield (
                f"Clinic {clinic_id} counts reminders as sent up to {reminded_on}, which has yet "
                "to come: until then it sends none."
            )
