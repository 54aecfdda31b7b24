"""What the tests of many appointments at once share: a scene, and what is on record after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from registry.models import Appointment, AuditEntry, db
from registry.rules.vocabulary import AppointmentState
from registry.services.copying import Copy
from tests import given

DAY = date(2027, 3, 2)
WEEK = timedelta(days=7)


def on_record(number: int) -> Appointment:
    db.session.rollback()
    return db.session.get_one(Appointment, number, populate_existing=True)


def confirmed() -> int:
    db.session.rollback()
    standing = Appointment.state == AppointmentState.CONFIRMED
    return db.session.scalar(select(func.count(Appointment.id)).where(standing)) or 0


def weekly(clinic: Any, number: int, times: int, hour: int = 10, room: int = 0) -> list[Copy]:
    """The same time in the weeks after DAY."""
    return [
        Copy(
            number,
            given.slot(clinic, hour, day=DAY + week * WEEK).starts_at,
            given.rooms(clinic)[room],
        )
        for week in range(1, times + 1)
    ]


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    wanted = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.scalars(wanted))


def hold(number: int) -> int:
    """It lost its ground; the version it has since."""
    held = on_record(number)
    held.state, held.ground_lost_because = AppointmentState.HELD, "Suspended."
    db.session.commit()
    return held.version
