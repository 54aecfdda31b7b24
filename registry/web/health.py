"""Whether the house stands and its database answers: for those who watch it, without any data."""

from __future__ import annotations

from flask import Blueprint, current_app
from sqlalchemy.exc import SQLAlchemyError

from registry.adapters.clock import now
from registry.queries.heartbeats import SweepSeen, sweeps_seen
from registry.queries.oversight import letters_overdue
from registry.readiness import revisions

checks = Blueprint("health", __name__)
Answer = tuple[str, int, dict[str, str]]


@checks.get("/healthz")
def alive() -> Answer:
    return _plain("alive")


@checks.get("/readyz")
def ready() -> Answer:
    """
    Ready as long as the database answers, and below it what to look after, a line each.

    The gate needs no job: whoever took this house out because its letters are late would stop
    bookings that are safe.
    """
    moment = now()
    try:
        has, wants = revisions()
        sweeps = sweeps_seen(now=moment, late_after=current_app.config["LATE_AFTER"])
        overdue = letters_overdue(moment)
    except SQLAlchemyError:
        return _plain("not ready", "database: away", status=503)
    return _plain(
        "ready",
        "database: answers",
        f"form: {'the newest' if has == wants else 'not the one wanted'}",
        *(f"sweep of {one.name}: {_how_it_goes(one)}" for one in sweeps),
        f"letters overdue: {overdue}",
    )


def _how_it_goes(sweep: SweepSeen) -> str:
    said = ["late, " if sweep.late else "", "last ran" if sweep.ever_ran else "never ran, made"]
    return f"{''.join(said)} {sweep.ran_at:%Y-%m-%dT%H:%M:%SZ}" + (
        ", failing" if sweep.failed_with else ""
    )


def _plain(*lines: str, status: int = 200) -> Answer:
    return "\n".join(lines) + "\n", status, {"Content-Type": "text/plain"}
