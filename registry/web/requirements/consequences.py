"""What a version would do, clinic by clinic, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from registry.queries.what_if_answers import ClinicThen, Mover, WhatIfAnswer, WouldBeHeld
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.wording import count, every

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

    @property
    def said(self) -> str:
        """In a sentence; nobody is counted twice at one clinic, but may be at two."""
        parts = [
            f"{count(self.loses, 'practitioner')} would lose regions" if self.loses else "",
            f"{count(self.gains, 'practitioner')} would gain regions" if self.gains else "",
            f"{count(self.held, 'appointment')} would go on hold" if self.held else "",
            f"{count(self.begun, 'treatment')} begun already would be listed for look-back"
            if self.begun
            else "",
        ]
        told = [part for part in parts if part]
        return f"{every(told)}." if told else "Nobody gains, nobody loses, nothing goes on hold."


def tally(clinics: Sequence[ClinicThen]) -> Tally:
    return Tally(
        sum(len(one.loses) for one in clinics),
        sum(len(one.gains) for one in clinics),
        sum(len(one.held) for one in clinics),
        sum(one.begun for one in clinics),
    )


def clinics_told(
    actor: Actor, found: WhatIfAnswer, clocks: Mapping[int, str], only: int | None
) -> list[Clinic]:
    """All of them with the first few of each list, or one with all."""
    wanted = [one for one in found.clinics if only in (None, one.clinic_id)]
    return [_told(actor, one, clocks.get(one.clinic_id, "UTC"), only) for one in wanted]


def _told(actor: Actor, at: ClinicThen, zone: str, only: int | None) -> Clinic:
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
        tally([at]).said,
        at.loses[:most],
        at.gains[:most],
        held,
        any(len(some) > most for some in (at.loses, at.gains, at.held)),
        may(actor, Action.SEE_SCHEDULE, here),
        may(actor, Action.SEE_PROFILE, here),
    )
