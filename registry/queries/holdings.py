"""What a practitioner holds, as pages show it: credentials, their versions and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from registry.models.facts_on_record import STANDINGS
from registry.rules.days import days_later
from registry.rules.particulars import fact_from
from registry.rules.renewals import renews
from registry.rules.standing import Held, Lack, StandingSince
from registry.rules.vocabulary import CredentialKind, Method, Outcome, Standing, VersionState

SPOKEN_FOR = (VersionState.SUBMITTED, VersionState.REJECTED)
SOON = 60  # days
#: The word of the status shown for whatever keeps a credential from counting.
WORDS = {
    Lack.PENDING: "submitted",
    Lack.LAPSED: "lapsed",
    Lack.NOT_STARTED: "not_started",
    Lack.UNDATED: "not_known",
    Lack.SUSPENDED: "suspended",
    Lack.REVOKED: "revoked",
    Lack.REJECTED: "rejected",
    Lack.NOT_THE_HOLDERS: "may_not",
    Lack.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class DocumentSeen:
    """`elsewhere`: the very same file is on record under another practitioner."""

    id: int
    name: str
    pages: int
    sha256: str
    elsewhere: bool
    brought_in_by: int | None = None


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """One version of a credential: what it says, who brought it in, what became of it."""

    id: int
    number: int
    state: VersionState
    first_day: date | None
    last_day: date | None
    particulars: dict[str, Any]
    document: DocumentSeen | None
    entered_by: int
    entered_by_name: str
    entered_at: datetime
    note: str
    sources: Mapping[str, str] = field(default_factory=dict)
    syllabus: DocumentSeen | None = None
    number_key: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    version_id: int
    outcome: Outcome
    effective_from: date
    method: Method | None
    reference: str
    reason: str
    meaning: str
    document_sha256: str | None
    by: str
    at: datetime


@dataclass(slots=True)
class CredentialSeen:
    """A credential with its versions and its decisions, each the oldest first."""

    id: int
    kind: CredentialKind
    versions: list[VersionSeen] = field(default_factory=list)
    decisions: list[DecisionSeen] = field(default_factory=list)

    @property
    def counting(self) -> VersionSeen | None:
        """The verified version, if there is one."""
        return next((v for v in self.versions if v.state is VersionState.VERIFIED), None)

    @property
    def waiting(self) -> VersionSeen | None:
        return next((v for v in self.versions if v.state is VersionState.SUBMITTED), None)

    @property
    def shown(self) -> VersionSeen:
        """What it is known by: the version that counts, else the latest that was not taken back."""
        kept = [v for v in self.versions if v.state is not VersionState.WITHDRAWN]
        return self.counting or (kept or self.versions)[-1]

    def status_on(self, day: date) -> str:
        return status_of(self.fact(self.shown), day)

    def fact(self, version: VersionSeen, state: VersionState | None = None) -> Held:
        return fact_from(
            self.kind,
            version.particulars,
            id=self.id,
            state=state or version.state,
            first_day=version.first_day,
            last_day=version.last_day,
            decisions=tuple(
                StandingSince(decision.effective_from, STANDINGS[decision.outcome])
                for decision in self.decisions
                if decision.outcome in STANDINGS
            ),
        )

    def speaking(self, assumed: int | None) -> Iterator[tuple[VersionSeen, Held]]:
        """As `facts_on_record` reads it; `assumed` is the version to be taken for verified."""
        kept = [v.number for v in self.versions if v.state is not VersionState.WITHDRAWN]
        given = any(v.id == assumed for v in self.versions)
        for version in self.versions:
            counts = version.state is VersionState.VERIFIED and not given
            asks = version.state in SPOKEN_FOR and version.number == max(kept)
            if version.id == assumed:
                yield version, self.fact(version, VersionState.VERIFIED)
            elif counts or asks:
                yield version, self.fact(version)


def renewal_waits(one: CredentialSeen, held: Iterable[CredentialSeen]) -> bool:
    """Another paper of the same sort waits for its first check, and outlasts this one."""
    mine = one.fact(one.shown)
    for other in held:
        if other.id == one.id or other.kind is not one.kind or other.counting or not other.waiting:
            continue
        if renews(other.fact(other.waiting), mine):
            return True
    return False


def status_of(fact: Held, day: date) -> str:
    """One word for it, as `ui.status` knows them."""
    lack = fact.lack_on(day)
    if lack is Lack.NOT_STARTED and fact.state is VersionState.SUBMITTED:
        return WORDS[Lack.PENDING]  # a renewal: it will not start by itself
    if lack is not None:
        return WORDS[lack]
    if fact.standing_on(day) is Standing.RESTRICTED:
        return "restricted"
    if fact.last_day is not None and fact.last_day <= days_later(day, SOON):
        return "lapses_soon"
    return "verified"
