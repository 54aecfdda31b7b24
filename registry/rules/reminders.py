"""Reminders: which bands before a last valid day are crossed, and to whom each goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from registry.rules.vocabulary import CredentialKind
from registry.rules.wording import every

ON_THE_DAY, LAPSED = 0, -1
#: In days before the last valid day, the farthest first. The last two are always among them.
BANDS = (90, 60, 30, 14, 7, 1, ON_THE_DAY, LAPSED)
FARTHEST, MOST = 366, 12
#: From so many days on managers are told too, and further up if nobody acted.
MANAGERS_FROM, ESCALATED_FROM = 30, 7
#: What is renewed. The others have no last day, or none that anybody could move.
KINDS = (
    CredentialKind.LICENCE,
    CredentialKind.CERTIFICATE,
    CredentialKind.REGISTRATION,
    CredentialKind.CPR,
    CredentialKind.INDEMNITY,
)


class Audience(StrEnum):
    HOLDER = "holder"
    MANAGERS = "managers"
    ADMINISTRATORS = "administrators"


class AnswerKind(StrEnum):
    """What somebody did about a reminder."""

    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"


class Due(NamedTuple):
    """`band` is what is told now; `caught_up` are those jumped over, farthest first."""

    band: int
    caught_up: tuple[int, ...]


def due(
    last_day: date, bands: Collection[int], promised: Collection[int], today: date
) -> Due | None:
    """
    What is to be promised today; None if nothing is.

    By bands crossed, never by the day on which one was: whoever was not there that day tells of it
    later. What was jumped over goes with the one that is told. Once a band is promised none before
    it is, also where somebody adds one to the bands.
    """
    left = (last_day - today).days
    nearest = min(promised, default=FARTHEST + 1)
    crossed = sorted((b for b in set(bands) if left <= b < nearest), reverse=True)
    return Due(crossed[-1], tuple(crossed[:-1])) if crossed else None


def bands_for(audience: Audience, bands: Collection[int]) -> tuple[int, ...]:
    """Of a clinic's bands those at which this audience is told."""
    since = {
        Audience.HOLDER: FARTHEST,
        Audience.MANAGERS: MANAGERS_FROM,
        Audience.ADMINISTRATORS: ESCALATED_FROM,
    }
    return tuple(band for band in bands if band <= since[audience])


def bands_told(typed: str) -> tuple[int, ...]:
    """From "90, 60, 30": sorted, with the day itself and the lapse. Raises ValueError."""
    pieces = [piece for piece in re.split(r"[,;\s]+", typed) if piece]
    if not pieces:
        raise ValueError("Name at least one day, such as 30.")
    if not all(piece.isascii() and piece.isdigit() and len(piece) < 5 for piece in pieces):
        raise ValueError("Write numbers of days with commas between, such as 90, 60, 30, 14, 7, 1.")
    days = {int(piece) for piece in pieces}
    if max(days) > FARTHEST:
        raise ValueError(f"A reminder goes {FARTHEST} days before the last day at the earliest.")
    days |= {ON_THE_DAY, LAPSED}
    if len(days) > MOST + 2:
        raise ValueError(f"At most {MOST} reminders before the last day. Leave some out.")
    return tuple(sorted(days, reverse=True))


def is_acted_on(
    *, renewal_waits: bool, acknowledged_on: date | None, last_day: date, today: date
) -> bool:
    """
    Somebody sees to it: something is submitted, or somebody said that they would.

    What was said before the last day holds up to it: once it has passed, it did not come true.
    """
    if renewal_waits:
        return True
    return acknowledged_on is not None and (today <= last_day or acknowledged_on > last_day)


def snooze_fault(until: date, last_day: date, today: date) -> str | None:
    """Why it cannot be snoozed until then, as a sentence."""
    if today > last_day:
        return "This has lapsed. What has lapsed is not snoozed."
    if until < today:
        return "Choose today or a day to come."
    if until > last_day:
        return "Nothing is put off past its last day. Choose that day or an earlier one."
    return None


def may_stop(bands: Collection[int]) -> bool:
    """Whether whoever reads a letter about these may ask for no more of the kind."""
    return all(band > ESCALATED_FROM for band in bands)


def band_in_words(band: int) -> str:
    if band == LAPSED:
        return "lapsed"
    if band == ON_THE_DAY:
        return "on the last day"
    return f"{band} {'day' if band == 1 else 'days'} before"


def bands_in_words(bands: Sequence[int]) -> str:
    """90, 60 and 30 days before the last day, on that day, and once it has passed."""
    before = [str(band) for band in bands if band > 0]
    if not before:
        return "On the last day, and once it has passed"
    days = "day" if before == ["1"] else "days"
    return f"{every(before)} {days} before the last day, on that day, and once it has passed"


def away_in_words(last_day: date, today: date) -> str:
    away = (last_day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(away) or (f"in {away} days" if away > 0 else f"{-away} days ago")
