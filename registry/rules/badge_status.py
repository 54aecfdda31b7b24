"""Was a digital badge taken back? What the kept copies of its issuer's status lists say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from registry.rules.badge_findings import BadgeCheck, IssuerKnown, ListKept, Question
from registry.rules.badges import BadgeSaid, StatusEntry
from registry.rules.reasons import Verdict
from registry.rules.wording import count, day_in_words

MET, UNMET, UNKNOWN = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN
#: A copy of a status list that is older tells nothing of today.
STALE = timedelta(days=7)


def status_check(
    said: BadgeSaid, issuer: IssuerKnown | None, lists: Sequence[ListKept], now: datetime
) -> BadgeCheck:
    if not said.statuses:
        told = "Its issuer tells nowhere whether it was taken back."
        if issuer is not None and issuer.may_lack_status:
            return BadgeCheck(Question.STATUS, MET, f"{told} That is accepted of this issuer.")
        ask = "Check it with the issuer."
        return BadgeCheck(Question.STATUS, UNKNOWN, told, ask)
    found = [_entry(entry, said, lists, now) for entry in said.statuses]
    worst = [check for check in found if check.verdict is UNMET]
    worst += [check for check in found if check.verdict is UNKNOWN]
    return worst[0] if worst else found[0]


def _entry(
    entry: StatusEntry, said: BadgeSaid, lists: Sequence[ListKept], now: datetime
) -> BadgeCheck:
    fetch = "An administrator can bring in the issuer's status list of today."
    if entry.index is None:
        told = "Its issuer tells in a way not read here whether it was taken back."
        return BadgeCheck(Question.STATUS, UNKNOWN, told, "Check it with the issuer.")
    kept = _newest(entry, said, lists)
    if kept is None:
        told = "No copy of the issuer's status list is on record."
        return BadgeCheck(Question.STATUS, UNKNOWN, told, fetch)
    if not kept.genuine:
        told = "The copy of the issuer's status list is not signed with a key on record."
        return BadgeCheck(Question.STATUS, UNKNOWN, told, fetch)
    if (found := kept.told.is_set(entry.index)) is None:
        told = "The issuer's status list does not reach as far as this badge."
        return BadgeCheck(Question.STATUS, UNKNOWN, told, fetch)
    age = _age(kept, now)
    if found:
        word = "taken back" if entry.purpose == "revocation" else "suspended"
        told = f"By the issuer's status list, {age}, it is {word}."
        return BadgeCheck(Question.STATUS, UNMET, told, "Ask the issuer why.")
    if is_stale(kept, now):
        told = f"The copy of the issuer's status list is too old: {age}."
        return BadgeCheck(Question.STATUS, UNKNOWN, told, fetch)
    told = f"By the issuer's status list, {age}, it stands."
    return BadgeCheck(Question.STATUS, MET, told)


def _newest(entry: StatusEntry, said: BadgeSaid, lists: Sequence[ListKept]) -> ListKept | None:
    fitting = [
        one
        for one in lists
        if (one.told.issuer, one.told.address, one.told.purpose)
        == (said.issuer, entry.address, entry.purpose)
    ]
    return max(fitting, key=lambda one: one.kept_at, default=None)


def is_stale(kept: ListKept, now: datetime) -> bool:
    until = kept.told.valid_until
    return now - kept.kept_at > STALE or (until is not None and until <= now)


def _age(kept: ListKept, now: datetime) -> str:
    day = kept.kept_at.astimezone(UTC).date()
    days = max((now.astimezone(UTC).date() - day).days, 0)
    ago = f"{count(days, 'day')} ago" if days else "today"
    return f"brought in {ago} ({day_in_words(day)})"
