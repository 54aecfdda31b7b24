"""The worker says of each sweep when it began, that it ran through, or what failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.models import Heartbeat, transaction


def note_begun(*, sweep: str, now: datetime) -> None:
    with transaction() as session:
        _row(session, sweep, now).begun_at = now


def note_finished(*, sweep: str, took_ms: int, now: datetime) -> None:
    """It ran through, so what failed before does so no more."""
    with transaction() as session:
        row = _row(session, sweep, now)
        row.finished_at, row.took_ms, row.failed_with = now, took_ms, ""


def note_failed(*, sweep: str, error: str, now: datetime) -> None:
    """When it last ran through stays as it was."""
    with transaction() as session:
        row = _row(session, sweep, now)
        row.failed_at, row.failed_with = now, error[:300]


def _row(session: Session, sweep: str, now: datetime) -> Heartbeat:
    row = session.get(Heartbeat, sweep, with_for_update=True)
    if row is None:
        row = Heartbeat(sweep=sweep, finished_at=now)
        session.add(row)
    return row
