"""What is written down so that it can be undone: each appointment as it was before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from registry.models import Appointment, UndoLine, UndoStep, transaction
from registry.models.base import UtcMoment
from registry.rules.access import Actor

#: What no undoing touches: what it is part of, and who was let in, which is decided anew.
LEFT_ALONE = frozenset(
    {"id", "clinic_id", "patient_id", "series_id", "version", "checked_in_at", "checked_in_by"}
)
COLUMNS = {
    column.name: datetime if isinstance(column.type, UtcMoment) else column.type.python_type
    for column in Appointment.__table__.columns
    if column.name not in LEFT_ALONE
}
#: Its page can be looked at a day; undone it can be for minutes (`UNDO_FOR`).
STEP_KEPT = timedelta(days=1)
AT_ONCE = 500
NEW_LINES = insert(UndoLine.metadata.tables[UndoLine.__tablename__])


class Changed(NamedTuple):
    """`before` as `as_it_was` gives it; None for what was booked only now."""

    appointment_id: int
    version: int
    before: Mapping[str, Any] | None


def as_it_was(appointment: Appointment) -> dict[str, Any]:
    """As it can be kept in a row."""
    return {name: _kept(getattr(appointment, name)) for name in COLUMNS}


def restored(before: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the row again. What the table did not have then is left as it is."""
    return {name: _read(COLUMNS[name], value) for name, value in before.items() if name in COLUMNS}


def remember(
    session: Session,
    actor: Actor,
    what: str,
    clinic_id: int,
    changed: Iterable[Changed],
    now: datetime,
) -> int:
    """The number of the step. In the transaction of the change, after it was flushed."""
    step = UndoStep(clinic_id=clinic_id, account_id=actor.account_id, what=what, done_at=now)
    session.add(step)
    session.flush()
    rows = [{**one._asdict(), "step_id": step.id} for one in changed]
    session.execute(NEW_LINES, rows)
    return step.id


def forget_steps(*, now: datetime) -> None:
    """What an appointment was before, the regions among it, long after it could be undone."""
    with transaction() as session:
        over = select(UndoStep.id).where(UndoStep.done_at <= now - STEP_KEPT)
        numbers = session.scalars(over.order_by(UndoStep.id).limit(AT_ONCE)).all()
        if numbers:
            session.execute(delete(UndoLine).where(UndoLine.step_id.in_(numbers)))
            session.execute(delete(UndoStep).where(UndoStep.id.in_(numbers)))


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(kind: type, value: Any) -> Any:
    if value is None or not issubclass(kind, (date, StrEnum)):
        return value
    return kind(value) if issubclass(kind, StrEnum) else kind.fromisoformat(value)
