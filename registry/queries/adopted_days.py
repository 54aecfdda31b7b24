"""Of all versions that were put in force in one place: which holds on a day, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from registry.models.requirement_sets import AdoptionState
from registry.queries.requirement_pages import AdoptionSeen, Holds, Turn
from registry.rules.days import day_after, day_before
from registry.rules.questions import Question
from registry.rules.requirement_sets import RequirementSet
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession

NO_CLINIC = 0  # the number of no clinic, so no clinic's own rules are asked

#: An adoption with its sets.
Version = tuple[AdoptionSeen, Sequence[RequirementSet]]


class AdoptedDays:
    """Among these versions, in any order; those that were never put in force do not count."""

    def __init__(self, code: str, versions: Iterable[Version]) -> None:
        in_order = sorted(versions, key=lambda one: one[0].version)
        self._active = [one for one in in_order if one[0].state is AdoptionState.ACTIVE]
        self._seen = {id(one): seen for seen, sets in self._active for one in sets}
        self._rulebook = Rulebook(tuple(tuple(sets) for _, sets in self._active))
        self._code = code

    @property
    def latest(self) -> Version | None:
        """The one put in force last, though it may hold from a later day on only."""
        return self._active[-1] if self._active else None

    def set_for(self, profession: Profession, day: date) -> RequirementSet | None:
        return self._rulebook.in_force(Question(NO_CLINIC, self._code, "", day), profession)

    @property
    def professions(self) -> dict[Profession, None]:
        return dict.fromkeys(one.profession for one in self._all())

    def sets_on(self, day: date) -> list[RequirementSet]:
        found = (self.set_for(profession, day) for profession in self.professions)
        return [one for one in found if one is not None]

    def versions_on(self, day: date) -> tuple[AdoptionSeen, ...]:
        """Those that hold on the day, the newest first: one, if it has a set for everybody."""
        seen = {self._seen[id(one)].version: self._seen[id(one)] for one in self.sets_on(day)}
        return tuple(seen[version] for version in sorted(seen, reverse=True))

    def next_turn(self, day: date) -> Turn | None:
        """The next day on which other sets hold than on this one."""
        now = self._ids(day)
        ahead = (turn for turn in self._turns() if turn > day and self._ids(turn) != now)
        turn = next(ahead, None)
        return Turn(turn, self.versions_on(turn)) if turn else None

    def holds(self, version: int) -> Holds | None:
        """Nothing for one that another has taken the place of on every day."""
        days = self._turns()
        holding = [day for day in days if version in {v.version for v in self.versions_on(day)}]
        if not holding:
            return None
        ends = next((day for day in days if day > holding[-1]), None)
        return Holds(holding[0], day_before(ends) if ends else None)

    def _ids(self, day: date) -> list[int]:
        return [id(one) for one in self.sets_on(day)]

    def _turns(self) -> list[date]:
        begins = {one.first_day for one in self._all()}
        ends = {day_after(one.last_day) for one in self._all() if one.last_day}
        return sorted(begins | (ends - {date.max}))

    def _all(self) -> list[RequirementSet]:
        return [one for _, sets in self._active for one in sets]
