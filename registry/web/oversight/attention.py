"""The dashboard's list of what needs somebody, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from registry.queries.oversight import Attention, LapsesWithin
from registry.queries.scope import ClinicSeen
from registry.rules.wording import count
from registry.web.formats import day, in_days, stamp


@dataclass(frozen=True, slots=True)
class Need:
    """A row of `ui.attention`."""

    kind: str
    text: str
    href: str
    detail: str = ""


def needs(
    found: Attention, lapses: Sequence[LapsesWithin], clinic: ClinicSeen, now: datetime
) -> list[Need]:
    """What is on hold, then what was begun without ground, what waits, what lapses."""
    return [*_groundless(found, clinic), *_waiting(found, clinic, now), *_lapses(lapses, clinic)]


def _groundless(found: Attention, clinic: ClinicSeen) -> Iterator[Need]:
    if found.held:
        yield Need(
            "on_hold",
            f"{count(found.held, 'appointment')} on hold",
            url_for("oversight.holds", clinic=clinic.id),
            f"The first is {stamp(found.first_held_at, clinic.zone)}.",
        )
    if found.to_look_back:
        yield Need(
            "begun",
            f"{count(found.to_look_back, 'treatment')} to look back upon",
            url_for("oversight.look_back", clinic=clinic.id),
            "Begun before it was found that the ground was missing.",
        )


def _waiting(found: Attention, clinic: ClinicSeen, now: datetime) -> Iterator[Need]:
    if found.waiting and found.oldest_waiting is not None:
        since = clinic.day_at(found.oldest_waiting)
        yield Need(
            "waiting",
            f"{count(found.waiting, 'credential')} to verify",
            url_for("review.queue"),
            f"The oldest came on {day(since)} ({in_days(since, clinic.day_at(now))}).",
        )


def _lapses(lapses: Sequence[LapsesWithin], clinic: ClinicSeen) -> Iterator[Need]:
    nearest = next((window for window in lapses if window.credentials), None)
    if nearest is not None:
        lapse = "lapses" if nearest.credentials == 1 else "lapse"
        rest = "rests" if nearest.bookings == 1 else "rest"
        yield Need(
            "lapses_soon",
            f"{count(nearest.credentials, 'credential')} {lapse} within {nearest.days} days",
            url_for("oversight.expiries", clinic=clinic.id, days=nearest.days),
            f"Of {count(nearest.people, 'practitioner')}; "
            f"{count(nearest.bookings, 'needling booking')} {rest} on their work.",
        )
