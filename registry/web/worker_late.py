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
from registry.web.formats import ago, stamp

TOLD = (Role.MANAGER, Role.FRONT_DESK, Role.ADMINISTRATOR, Role.AUDITOR)
#: What goes out to people; whatever else stands still is long work.
GOES_OUT = ("letters", "reminders")
LONG_WORK = "long work"
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
    return f"{_what(wanted, zone)}. {GUARDED} {_remedy(wanted)}"


def long_work_stands_still(now: datetime) -> bool:
    """Whether what a page waits for does not go on by itself."""
    seen = sweeps_seen(now=now, late_after=current_app.config["LATE_AFTER"])
    return any(one.late for one in seen if one.name == LONG_WORK)


def worker_ran(now: datetime) -> str:
    """`2 minutes ago`: since then all it sweeps was swept."""
    who = visitor()
    oldest = who.known.oldest_beat if who else None
    return ago(oldest, now) if oldest else "never"


def _what(late: Sequence[SweepSeen], zone: str) -> str:
    """Each with its own time: letters since 09:30 and reminders since 08:15."""
    if late[0].name not in GOES_OUT:
        oldest = min(one.ran_at for one in late)
        return f"Long work in the background has stood still {_since(oldest, zone)}"
    names: dict[str, list[str]] = {}
    for one in late:
        names.setdefault(_since(one.ran_at, zone), []).append(one.name)
    (first, whose), *others = names.items()
    told = [f"{every(whose)} have not gone out {first}"]
    return as_sentence(every(told + [f"{every(whose)} {since}" for since, whose in others]))


def _since(last: datetime, zone: str) -> str:
    """With day and zone: whoever reads it may be elsewhere."""
    return f"since {stamp(last, zone)}"


def _remedy(late: Sequence[SweepSeen]) -> str:
    if any(one.failed_with for one in late):
        return "Ask whoever runs the registry to see why the worker fails."
    return "Ask whoever runs the registry to start the worker."
