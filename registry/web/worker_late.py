"""The worker missed: what does not go on since when, for those who would go looking for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import current_app

from registry.identity import visitor
from registry.queries.heartbeats import SweepSeen, sweeps_seen
from registry.rules.access import Actor
from registry.rules.vocabulary import Role
from registry.rules.wording import as_sentence, every
from registry.web.formats import ago, clock, stamp

TOLD = (Role.MANAGER, Role.FRONT_DESK, Role.ADMINISTRATOR)
#: What goes out to people; whatever else stands still is long work.
GOES_OUT = ("letters", "reminders")
FORGETTING = "forgetting"  # kept a little longer: a matter for `registry doctor`
GUARDED = "The appointment book guards itself all the same."


def worker_late(actor: Actor, oldest: datetime | None, zone: str, now: datetime) -> str | None:
    """
    In sentences; nothing for others, nor as long as all goes on.

    `oldest` is when the sweep ran through that waits longest; only if that is long ago is it asked
    which are late.
    """
    late_after = current_app.config["LATE_AFTER"]
    if oldest is None or oldest >= now - late_after or not actor.holds(*TOLD):
        return None
    late = [one for one in sweeps_seen(now=now, late_after=late_after) if one.late]
    wanted = [one for one in late if one.name in GOES_OUT]
    if not wanted:
        wanted = [one for one in late if one.name != FORGETTING]
    if not wanted:
        return None
    return f"{_what(wanted, zone, now)}. {GUARDED} {_remedy(wanted)}"


def worker_ran(now: datetime) -> str:
    """`2 minutes ago`: since then all it sweeps was swept."""
    who = visitor()
    oldest = who.known.oldest_beat if who else None
    return ago(oldest, now) if oldest else "never"


def _what(late: Sequence[SweepSeen], zone: str, now: datetime) -> str:
    """Each with its own time: letters since 09:30 and reminders since 08:15."""
    if late[0].name not in GOES_OUT:
        oldest = min(one.ran_at for one in late)
        return f"Long work in the background has stood still {_since(oldest, zone, now)}"
    names: dict[str, list[str]] = {}
    for one in late:
        names.setdefault(_since(one.ran_at, zone, now), []).append(one.name)
    (first, whose), *others = names.items()
    told = [f"{every(whose)} have not gone out {first}"]
    return as_sentence(every(told + [f"{every(whose)} {since}" for since, whose in others]))


def _since(last: datetime, zone: str, now: datetime) -> str:
    whole = stamp(last, zone)
    today = whole.partition(",")[0] == stamp(now, zone).partition(",")[0]
    return f"since {clock(last, zone)}" if today else f"since {whole}"


def _remedy(late: Sequence[SweepSeen]) -> str:
    if any(one.failed_with for one in late):
        return "Ask whoever runs the registry to see why the worker fails."
    return "Ask whoever runs the registry to start the worker."
