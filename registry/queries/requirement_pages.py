"""What the pages on requirement sets show: jurisdictions, adoptions, requirements, open items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from registry.models.requirement_sets import AdoptionState
from registry.queries.headlines import Headline, SetLine
from registry.rules.findings import Citation
from registry.rules.jurisdictions import JurisdictionStatus
from registry.rules.vocabulary import Profession

#: What anybody may read of; proposals, and what became of none, are for a few.
FOR_ALL = (AdoptionState.ACTIVE, AdoptionState.ACTIVATING)


class Settling(NamedTuple):
    """How an adopter reads an open item, why, and when somebody is to look again."""

    reading: str
    why: str = ""
    look_again_on: date | None = None


@dataclass(frozen=True, slots=True)
class AdoptionSeen:
    id: int
    version: int
    state: AdoptionState
    by: str
    at: datetime
    active_since: datetime | None
    settled: dict[str, Settling]

    @property
    def look_again_on(self) -> date | None:
        """The first day on which somebody is to look again."""
        days = (one.look_again_on for one in self.settled.values())
        return min((day for day in days if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Holds:
    """The first and the last day on which a version holds for any profession; None: no last."""

    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A day from which other sets hold; no `versions`: from then on nobody may needle."""

    day: date
    versions: tuple[AdoptionSeen, ...]


@dataclass(frozen=True, slots=True)
class JurisdictionLine:
    """
    `adoption` is the one in force, `coming` a later one that is not. `status` None: no file.

    `turn`: what was put in force for a later day.
    """

    code: str
    name: str
    status: JurisdictionStatus | None
    sets: tuple[SetLine, ...]
    clinics: int
    adoption: AdoptionSeen | None = None
    coming: AdoptionSeen | None = None
    turn: Turn | None = None

    @property
    def shipped(self) -> bool:
        return self.status is not None

    def set_for(self, profession: Profession | None, day: date) -> SetLine | None:
        """The profession's, or the first there is; of several the one in force on the day."""
        theirs = [one for one in self.sets if profession in (None, one.profession)]
        in_force = (one for one in theirs if one.in_force_on(day))
        return next(in_force, theirs[0] if theirs else None)

    def allowed(self, day: date) -> tuple[Profession, ...]:
        """Whom a set lets needle, at least once they have all that it asks for."""
        return tuple(s.profession for s in self.sets if s.lets_needle and s.in_force_on(day))


@dataclass(frozen=True, slots=True)
class RequirementInWords:
    words: str
    citation: Citation
    gate: bool  # asked of each appointment, not of the practitioner


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something that no source answered for good; `settling` is the adopter's, if there is one."""

    code: str
    question: str
    citation: Citation
    professions: tuple[Profession, ...]
    settling: Settling | None = None

    @property
    def answer(self) -> str:
        return self.settling.reading if self.settling else ""


@dataclass(frozen=True, slots=True)
class SetInWords:
    profession: Profession
    edition: int  # the file's own number, which no adoption has
    adopted_as: int | None  # the number of the version
    first_day: date
    last_day: date | None
    note: str
    lets_needle: bool
    headlines: tuple[Headline, ...]
    topics: tuple[tuple[str, tuple[RequirementInWords, ...]], ...]
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AdoptionInWords:
    """One version that somebody proposed or adopted, and how it reads each open item."""

    seen: AdoptionSeen
    items: tuple[OpenItem, ...]
    professions: tuple[Profession, ...]
    holds: Holds | None
    why_withdrawn: str = ""

    @property
    def for_all(self) -> bool:
        """It is or was in force, or is about to be: everybody reads by what they are judged."""
        return self.seen.state in FOR_ALL


@dataclass(frozen=True, slots=True)
class JurisdictionPage:
    """
    `sets` and `items` are those that hold on the day, unless `as_shipped`; `adoption`, and for
    some professions `others`, are where they come from, and `turn` is when other sets hold.
    Where none holds they are those of `latest`, put in force last. `behind`: what ships differs
    from that. `history` has the newest version first, `reads_proposals` opens those never in force.
    """

    code: str
    name: str
    status: JurisdictionStatus
    notes: tuple[str, ...]
    clinics: tuple[str, ...]
    day: date | None
    adoption: AdoptionSeen | None
    others: tuple[AdoptionSeen, ...]
    latest: AdoptionSeen | None
    turn: Turn | None
    behind: bool
    as_shipped: bool
    sets: tuple[SetInWords, ...]
    items: tuple[OpenItem, ...]
    history: tuple[AdoptionInWords, ...]
    reads_proposals: bool

    @property
    def coming(self) -> AdoptionSeen | None:
        """The newest version, where it is not in force yet."""
        newest = self.history[0].seen if self.history else None
        waits = newest and newest.state in (AdoptionState.PROPOSED, AdoptionState.ACTIVATING)
        return newest if waits else None


def settlings(kept: dict[str, Any]) -> dict[str, Settling]:
    """Of an adoption's `settled`."""
    return {code: _settling(value) for code, value in kept.items()}


def _settling(value: Any) -> Settling:
    if isinstance(value, str):  # adoptions from before reasons and days were asked for
        return Settling(value)
    again = value.get("look_again_on")
    day = date.fromisoformat(again) if again else None
    return Settling(value.get("reading", ""), value.get("why", ""), day)
