"""What everything on record has in common: its days, and what it is worth on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import ClassVar, NamedTuple

from registry.rules.days import day_after
from registry.rules.vocabulary import CredentialKind, Standing, VersionState

# Bound here because reading a member off its class is slow where it is done millions of times.
SUBMITTED, VERIFIED, REJECTED = (
    VersionState.SUBMITTED,
    VersionState.VERIFIED,
    VersionState.REJECTED,
)
IN_FORCE, RESTRICTED, REVOKED = Standing.IN_FORCE, Standing.RESTRICTED, Standing.REVOKED


class Lack(IntEnum):
    """Why something on record does not count on a day, the nearest to a cure first."""

    PENDING = 0
    LAPSED = 1
    NOT_STARTED = 2
    UNDATED = 3
    SUSPENDED = 4
    REVOKED = 5
    REJECTED = 6
    NOT_THE_HOLDERS = 7
    WITHDRAWN = 8  # as if it were not there


class StandingSince(NamedTuple):
    """One decision about a verified credential, from its day on until a later decision."""

    from_day: date
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    What every credential has: its days, what became of it, and the decisions since.

    `decisions` stand in the order they were recorded. Without a first day it never counts;
    without a last day it does not lapse.
    """

    credential_kind: ClassVar[CredentialKind]

    id: int
    state: VersionState
    first_day: date | None
    last_day: date | None = None
    decisions: tuple[StandingSince, ...] = ()

    @property
    def name(self) -> str:
        return self.credential_kind.replace("_", " ")

    @property
    def spoken(self) -> str:
        """As a sentence names it, which more people read than the paper itself."""
        return self.name

    def standing_on(self, day: date) -> Standing:
        """The last recorded decision in effect on the day; revoked on a day means not on it."""
        standing = IN_FORCE
        for decision in self.decisions:
            if decision.from_day <= day:
                standing = decision.standing
        return standing

    def counts_on(self, day: date) -> bool:
        return self.lack_on(day) is None

    def lack_on(self, day: date) -> Lack | None:
        """Why it does not count on the day, or None. Of several, the one hardest to cure."""
        state = self.state
        if state is not VERIFIED and state is not SUBMITTED:
            return Lack.REJECTED if state is REJECTED else Lack.WITHDRAWN
        if self.decisions and (lack := self._lack_in(self.standing_on(day))) is not None:
            return lack
        first, last = self.first_day, self.last_day
        if first is None or day < first or (last is not None and day > last):
            return self._lack_in_dates(day)
        return None if state is VERIFIED else Lack.PENDING

    def turning_days(self) -> Iterator[date]:
        """Every day on which an answer about it may change."""
        if self.first_day is not None:
            yield self.first_day
        if self.last_day is not None:
            yield day_after(self.last_day)
        for decision in self.decisions:
            yield decision.from_day

    def _lack_in(self, standing: Standing) -> Lack | None:
        if standing is IN_FORCE:
            return None
        return Lack.REVOKED if standing is REVOKED else Lack.SUSPENDED

    def _lack_in_dates(self, day: date) -> Lack:
        if self.first_day is None:
            return Lack.UNDATED
        return Lack.NOT_STARTED if day < self.first_day else Lack.LAPSED
