"""Colleagues: who can take a booking, who could provisionally, and who may not, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from registry.queries.free_starts import Start
from registry.rules.diary import Slot
from registry.rules.eligibility import gravest_of
from registry.rules.findings import Finding
from registry.rules.treatments import NOTHING_MORE, Needs
from registry.rules.vocabulary import Profession


@dataclass(frozen=True, slots=True)
class Colleague:
    """
    Somebody who works there; no `reasons` if they may. `asked`: of the patient, to book.

    `off` says why they have no working hours then, where that is what keeps them from it. `until`
    is their last valid day, where past it only the check of a renewal is waited for.
    """

    id: int
    name: str
    profession: Profession
    starts: tuple[Start, ...] = ()
    reasons: tuple[Finding, ...] = ()
    asked: tuple[str, ...] = ()
    off: str = ""
    until: date | None = None

    @property
    def gravest(self) -> Finding | None:
        return gravest_of(self.reasons)


@dataclass(frozen=True, slots=True)
class Candidates:
    """
    `ready` soonest first; `taken` may but have no time; `waiting` may be booked provisionally;
    `refused` may not, with reasons.

    `closed` says so, where the clinic is. `theirs` are the times at which the patient is booked
    elsewhere, where any start was left out because of them.
    """

    ready: list[Colleague]
    taken: list[Colleague]
    refused: list[Colleague]
    unexplained: int = 0
    closed: str = ""
    theirs: tuple[Slot, ...] = ()
    waiting: tuple[Colleague, ...] = ()

    @property
    def everybody(self) -> list[Colleague]:
        return sorted([*self.ready, *self.taken, *self.waiting, *self.refused], key=_by_name)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be booked; without sites a treatment that needs no privilege."""

    sites: tuple[str, ...]
    minutes: int
    day: date
    needs: Needs = NOTHING_MORE
    patient_id: int | None = None


def _by_name(colleague: Colleague) -> tuple[str, int]:
    return colleague.name, colleague.id
