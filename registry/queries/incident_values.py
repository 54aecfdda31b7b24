"""Incidents as values: what their pages show, and what is taken along of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from registry.queries.known_then import KnownThen
from registry.rules.incidents import FINAL, StepState, TreatmentFinding, may_be_closed
from registry.rules.vocabulary import AppointmentState, Outcome


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """`found` of the treatments have a finding, `settled` of the steps are settled."""

    id: int
    practitioner_id: int
    practitioner: str
    because: str
    opened_at: datetime
    closed_at: datetime | None
    owner: str | None
    treatments: int
    found: int
    first_day: date | None
    last_day: date | None
    steps: int
    settled: int

    @property
    def kind(self) -> str:
        return (
            "incident_closed" if self.closed_at else "incident_open" if self.owner else "no_owner"
        )


@dataclass(frozen=True, slots=True)
class Incidents:
    lines: list[IncidentLine]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


@dataclass(frozen=True, slots=True)
class DecisionBehind:
    """The decision about a credential that put the treatments in doubt."""

    credential_id: int
    outcome: Outcome
    effective_from: date
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepSeen:
    id: int
    title: str
    state: StepState
    note: str
    by: str
    at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class TreatmentSeen:
    """`patient` and `reference` are None, and `note` empty, for those who may not see patients."""

    id: int
    appointment_id: int
    starts_at: datetime
    ends_at: datetime
    first_day: date
    last_day: date
    patient_id: int
    patient: str | None
    reference: str | None
    what: str
    sites: tuple[str, ...]
    state: AppointmentState
    joined_at: datetime
    finding: TreatmentFinding | None
    note: str
    by: str
    at: datetime | None
    version: int
    known: tuple[KnownThen, ...]

    @property
    def settled(self) -> bool:
        return self.finding in FINAL


class InDoubt(NamedTuple):
    """All treatments of an incident: how many, of these how many have a final finding."""

    total: int
    found: int
    patients: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """`treatments` are those of page `number`, from the `first` on; `all` tells of every one."""

    id: int
    version: int
    clinic_id: int
    clinic: str
    zone: str
    practitioner_id: int
    practitioner: str
    because: str
    decision: DecisionBehind | None
    opened_at: datetime
    owner_id: int | None
    owner: str | None
    closed_at: datetime | None
    closed_by: str
    conclusion: str
    steps: tuple[StepSeen, ...]
    all: InDoubt
    number: int
    first: int
    treatments: tuple[TreatmentSeen, ...]
    may_settle: bool
    named: bool  # patients are named to this person

    @property
    def kind(self) -> str:
        return (
            "incident_closed" if self.closed_at else "incident_open" if self.owner else "no_owner"
        )

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def last(self) -> int:
        return self.first + len(self.treatments) - 1

    @property
    def may_be_closed(self) -> bool:
        settled = self.all.found == self.all.total
        return settled and may_be_closed((), [one.state for one in self.steps])
