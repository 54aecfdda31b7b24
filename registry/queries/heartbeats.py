"""Heartbeats: which sweeps ran when, which are late, and how long ago the worker last ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from registry.models import Heartbeat, db


@dataclass(frozen=True, slots=True)
class SweepSeen:
    """`ran_at` is when it last ran through without a fault; late is one whose last is long ago."""

    name: str
    begun_at: datetime | None
    ran_at: datetime
    took_ms: int | None
    failed_with: str
    late: bool

    @property
    def ever_ran(self) -> bool:
        return self.took_ms is not None


def sweeps_seen(*, now: datetime, late_after: timedelta) -> list[SweepSeen]:
    """Every sweep there is, by name."""
    rows = db.session.scalars(select(Heartbeat).order_by(Heartbeat.sweep))
    return [
        SweepSeen(
            row.sweep,
            row.begun_at,
            row.finished_at,
            row.took_ms,
            row.failed_with,
            row.finished_at < now - late_after,
        )
        for row in rows
    ]
