"""What a version would do, clinic by clinic, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from registry.queries.what_if_answers import ClinicThen, Mover, WhatIfAnswer, WouldBeHeld
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.wording import count, day_in_words, every
from registry.web.impact import held_in_short

FEW = 10  # of each list, before the page is about one clinic alone
MOST = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment that would go on hold; `day` is the clinic's own."""

    one: WouldBeHeld
    who: str
    day: date


@dataclass(frozen=True, slots=True)
class Clinic:
    """`held`, `loses` and `gains` are the first of each; `more` says that some are left out."""

    id: int
    name: str
    zone: str
    said: str
    held_in_short: str
    loses: tuple[Mover, ...]
    gains: tuple[Mover, ...]
    held: tuple[Held, ...]
    more: bool
    opens_appointments: bool
    opens_people: bool


@dataclass(frozen=True, slots=True)
class Tally:
    loses: int
    gains: int
    held: int
    begun: int
    loses_from: date | None = None
    gains_from: date | None = None

    @property
    def said(self) -> str:
        """In a sentence; nobody is counted twice at one clinic, but may be at two."""
        parts = [
            f"{count(self.loses, 'practitioner')} would lose regions{_from(self.loses_from)}"
            if self.loses
            else "",
            f"{count(self.gains, 'practitioner')} would gain regions{_from(self.gains_from)}"
            if self.gains
            else "",
            f"{count(self.held, 'appointment')} would go on hold" if self.held else "",
            f"{count(self.begun, 'treatment')} begun already would be listed for look-back"
            if self.begun
            else "",
        ]
        told = [part for part in parts if part]
        return f"{every(told)}." if told else "Nobody gains, nobody loses, nothing goes on hold."


def tally(clinics: Sequence[ClinicThen], today: date) -> Tally:
    """With the first day of what begins later than today only."""
    return Tally(
        sum(len(one.loses) for one in clinics),
        sum(len(one.gains) for one in clinics),
        sum(len(one.held) for one in clinics),
        sum(one.begun for one in clinics),
        _first_day([mover for one in clinics for mover in one.loses], today),
        _first_day([mover for one in clinics for mover in one.gains], today),
    )


def _first_day(movers: Sequence[Mover], today: date) -> date | None:
    first = min((mover.since for mover in movers if mover.since), default=today)
    return first if first > today else None


def _from(day: date | None) -> str:
    return f" from {day_in_words(day)} on" if day else ""


def clinics_told(
    actor: Actor, found: WhatIfAnswer, clocks: Mapping[int, str], only: int | None
) -> list[Clinic]:
    """All of them with the first few of each list, or one with all."""
    wanted = [one for one in found.clinics if only in (None, one.clinic_id)]
    return [
        _told(actor, one, clocks.get(one.clinic_id, "UTC"), only, found.as_of) for one in wanted
    ]


def _told(actor: Actor, at: ClinicThen, zone: str, only: int | None, as_of: datetime) -> Clinic:
    most = FEW if only is None else MOST
    names = {mover.practitioner_id: mover.name for mover in at.loses}
    clock, here = ZoneInfo(zone), Subject(frozenset({at.clinic_id}))
    held = tuple(
        Held(one, names.get(one.practitioner_id, ""), one.starts_at.astimezone(clock).date())
        for one in at.held[:most]
    )
    return Clinic(
        at.clinic_id,
        at.name,
        zone,
        tally([at], as_of.astimezone(clock).date()).said,
        held_in_short(at, zone, as_of),
        at.loses[:most],
        at.gains[:most],
        held,
        any(len(some) > most for some in (at.loses, at.gains, at.held)),
        may(actor, Action.SEE_SCHEDULE, here),
        may(actor, Action.SEE_PROFILE, here),
    )
