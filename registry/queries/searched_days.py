"""A day of a clinic as a search sees it: all that must be free at once, over midnight too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from registry.models.hours_on_record import HoursOnRecord
from registry.queries.bookings import Busy
from registry.queries.openings import DayAt
from registry.queries.premises import Place, RoomName
from registry.queries.staff import Person
from registry.rules.days import Span, day_after
from registry.rules.idle_time import idle_beside
from registry.rules.openings import STEP, grid_of, open_steps, starts_in
from registry.rules.stretches import ALL_DAY, Stretches
from registry.rules.treatments import NOTHING_MORE, Needs
from registry.rules.working_hours import AS_THE_CLINIC


@dataclass(frozen=True, slots=True)
class Search:
    """
    What is looked for. `days` are local to each clinic; so is `parts`, in which it starts.

    Without sites it is a treatment that needs no privilege. `named` is a part of the
    practitioner's name. Nothing is offered before the moment `after`, nor from the day `until` on,
    from which the treatment is given no more.
    """

    clinic_ids: tuple[int, ...]
    sites: tuple[str, ...]
    minutes: int
    days: Span
    after: datetime
    needs: Needs = NOTHING_MORE
    parts: Stretches = ALL_DAY
    patient_id: int | None = None
    named: str = ""
    until: date | None = None


class Free(NamedTuple):
    """Somebody's day: the steps from which they can take it, and those in which they are free."""

    person: Person
    starts: int
    day: int


class SearchedDay(DayAt):
    """
    Starts are cut down in turn, and each turn is kept, so that it can be said what was in the way:
    `opened`, `asked` (parts of the day), `ahead` (not passed), `starts` (the patient is free).

    What begins on this day may end on the next: its starts are the `late` ones.
    """

    def __init__(
        self, place: Place, day: date, busy: Busy, hours: HoursOnRecord, search: Search
    ) -> None:
        super().__init__(place, day, busy, hours, search.minutes, search.after, search.needs)
        self.search, grid = search, self.grid
        self.tomorrow = grid_of(day_after(day), place.zone)
        on_time = (1 << max(0, grid.steps - self.length + 1)) - 1
        self.late = grid.whole & ~on_time
        self._begun: dict[tuple[Stretches, Stretches], int] = {}
        opened_tomorrow = hours.at(place.id).on(self.tomorrow.day)
        self.opened = self._starts_within(self.opening, opened_tomorrow) & grid.offered()
        if search.until is not None and search.until <= self.tomorrow.day:
            self.opened = self.opened & on_time if day < search.until else 0
        self.asked = self.opened & open_steps(grid, place.zone, search.parts)
        self.ahead = self.asked & self._still(search.after)
        self.starts = self.ahead
        self._opened_tomorrow = opened_tomorrow
        self._ends_tomorrow = bool(self.opened & self.late)

    def workable(self, person: Person) -> int:
        """The starts that lie in their working hours, with every privilege they take."""
        starts, day = self.starts, self.grid.day
        works = self.hours.of(person.id, self.place.id)
        if works is not AS_THE_CLINIC:
            starts &= self._starts_within(
                works.on(day, self.opening), works.on(self.tomorrow.day, self._opened_tomorrow)
            )
        if starts & self.late and not person.may_on(self.tomorrow.day, self.search.sites):
            starts &= ~self.late
        return starts

    def free(self, people: Sequence[Person]) -> list[Free]:
        """Those with a start at which they are free. This is asked of thousands: it is plain."""
        found, taken, around = [], self.busy.people, self.before + self.over
        later = (self.grid.first - self.busy.base) // STEP - self.before
        whole, before = (1 << (around + self.grid.steps)) - 1, self.before
        for person in people:
            starts = self.starts if self._alike(person) else self.workable(person)
            free = whole & ~(taken.get(person.id, 0) >> later)
            if free != whole and (starts := starts & free):  # its first step must be free
                starts &= starts_in(free, around)
            if starts:
                found.append(Free(person, starts, free >> before))
        return found

    def _alike(self, person: Person) -> bool:
        """They work as the clinic is open, and nothing begins that would end tomorrow."""
        hours, theirs = self.hours, person.id
        if self._ends_tomorrow or theirs in hours.away:
            return False
        return not hours.working or (theirs, self.place.id) not in hours.working

    def idle(self, one: Free, step: int) -> int:
        """Minutes that would stay unused beside it on this day."""
        times = self.hours.of(one.person.id, self.place.id).on(self.grid.day, self.opening)
        free = one.day & self.grid.whole & self._steps_of(times)
        return idle_beside(free, max(step - self.before, 0), min(step + self.over, self.grid.steps))

    def starts_of_room(self, room: RoomName) -> int:
        starts = super().starts_of_room(room)
        closes = room.closed_from is not None and room.closed_from <= self.tomorrow.day
        return starts & ~self.late if closes else starts

    def _starts_within(self, today: Stretches, tomorrow: Stretches) -> int:
        """From its first moment to its last, as the clock of the place shows them."""
        if (starts := self._begun.get((today, tomorrow))) is None:
            steps = self._steps_of(today)
            if steps >> self.grid.steps - 1:
                steps |= open_steps(self.tomorrow, self.place.zone, tomorrow) << self.grid.steps
            starts = starts_in(steps, self.length) & self.grid.whole
            self._begun[today, tomorrow] = starts
        return starts
