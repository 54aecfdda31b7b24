"""Heartbeats: does the worker run, and does each of its sweeps run through?"""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.jobs.sweeps import SWEEPS
from registry.models import Heartbeat


def heartbeats(session: Session) -> Iterator[str]:
    late = now() - current_app.config["LATE_AFTER"]
    known = {row.sweep: row for row in session.scalars(select(Heartbeat))}
    for name in sorted(known.keys() | {sweep.name for sweep in SWEEPS}):
        row = known.get(name)
        if row is None:
            yield f"The sweep of {name} has no heartbeat: no worker ever ran it."
        elif row.finished_at < late:
            failed = f" It fails: {row.failed_with}" if row.failed_with else ""
            yield (
                f"The sweep of {name} has not run through since "
                f"{row.finished_at:%Y-%m-%d %H:%M} UTC.{failed} "
                "`registry serve`, or `registry work` beside it, must be running."
            )
