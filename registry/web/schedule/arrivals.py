"""Arrivals: who is next, who is here, who did not come; each with the one thing to press."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.adapters.clock import now
from registry.identity import actor
from registry.queries.diary import Entry
from registry.queries.premises import Place
from registry.rules.access import Action, Subject, may
from registry.rules.arrivals import Arrival, arrival_of, is_recent, may_be_missed
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.no_shows import record_no_show, undo_no_show
from registry.web.schedule.door import pages
from registry.web.schedule.forms import SeenForm
from registry.web.schedule.sheet import Answer, at_once, look_at, version_of

SOON = timedelta(minutes=60)
JUST_NOW = timedelta(minutes=10)  # a slip is put right where it was made
#: Who needs a hand of the desk, the most pressing first; of those expected, who comes soon.
AT_THE_DESK = (
    *(Arrival.LATE, Arrival.EXPECTED, Arrival.ARRIVED, Arrival.NO_SHOW),
    *(Arrival.NOT_NOTED, Arrival.UNDER_WAY),
)
MOST_ROWS = 8  # the board under them stays within reach
TOLD_IN_ORDER = (
    *(Arrival.HELD, Arrival.LATE, Arrival.EXPECTED, Arrival.ARRIVED, Arrival.UNDER_WAY),
    *(Arrival.NOT_NOTED, Arrival.DONE, Arrival.NO_SHOW, Arrival.BEGUN),
)


@dataclass(frozen=True, slots=True)
class AtTheDesk:
    """One appointment, how far it is, and what can be pressed; `first`: what is open before it."""

    entry: Entry
    arrival: Arrival
    first: tuple[str, ...]
    check_in: bool
    done: bool
    missed: bool
    came: bool


@dataclass(frozen=True, slots=True)
class Arrivals:
    """
    Of a day that has come; empty of one ahead. `rows`: those who need a hand now or soon, and how
    many `more` of them the list has.

    `is_on`: it is that day, at `as_of`.
    """

    every: Mapping[int, AtTheDesk]
    rows: Sequence[AtTheDesk]
    more: int
    tally: Sequence[tuple[Arrival, int]]
    may_mark: bool
    is_on: bool
    as_of: datetime


def arrivals_on(
    place: Place, entries: Sequence[Entry], day: date, missing: Mapping[int, Sequence[str]]
) -> Arrivals:
    """`missing`: what is still open before needling, by the appointment's number."""
    moment = now()
    today = place.today(moment)
    may_mark = may(actor(), Action.MARK_DONE, Subject(frozenset({place.id})))
    come = entries if day <= today else []
    every = {one.id: _at_the_desk(one, moment, today, missing.get(one.id, ())) for one in come}
    wanted = _wanted(list(every.values()), moment)
    counted = Counter(one.arrival for one in every.values())
    return Arrivals(
        every=every,
        rows=sorted(wanted[:MOST_ROWS], key=lambda one: (one.entry.starts_at, one.entry.id)),
        more=len(wanted[MOST_ROWS:]),
        tally=[(each, counted[each]) for each in TOLD_IN_ORDER if counted[each]],
        may_mark=may_mark,
        is_on=day == today,
        as_of=moment,
    )


def _at_the_desk(one: Entry, moment: datetime, today: date, missing: Sequence[str]) -> AtTheDesk:
    slot = Slot(one.starts_at, one.ends_at)
    confirmed = one.state is AppointmentState.CONFIRMED
    waits = confirmed and not one.checked_in
    # What asks for no check-in may be done without, once it is over: until then they may be late.
    given = one.checked_in or (one.treatment is not Treatment.NEEDLING and one.ends_at <= moment)
    return AtTheDesk(
        entry=one,
        arrival=arrival_of(one.state, one.checked_in, slot, moment),
        first=() if one.checked_in else tuple(missing),
        check_in=waits and not missing and one.days[0] <= today <= one.days[1],
        done=confirmed and given and one.starts_at <= moment,
        missed=may_be_missed(one.state, one.checked_in, one.starts_at, moment),
        came=one.missed_at is not None and is_recent(one.missed_at, moment),
    )


def _wanted(every: Sequence[AtTheDesk], moment: datetime) -> list[AtTheDesk]:
    """Of those expected, who comes within the hour; where nobody does, whoever is next."""
    expected = [one for one in every if one.arrival is Arrival.EXPECTED]
    soon = [one for one in expected if one.entry.starts_at <= moment + SOON] or expected[:1]
    later = {one.entry.id for one in expected} - {one.entry.id for one in soon}
    later |= {one.entry.id for one in every if _was_missed_before(one, moment)}
    wanted = [one for one in every if one.arrival in AT_THE_DESK and one.entry.id not in later]
    return sorted(wanted, key=lambda one: AT_THE_DESK.index(one.arrival))


def _was_missed_before(one: AtTheDesk, moment: datetime) -> bool:
    return one.entry.missed_at is not None and one.entry.missed_at + JUST_NOW <= moment


@pages.post("/appointments/<int:appointment_id>/no-show")
def no_show(appointment_id: int) -> Answer:
    """The patient did not come."""
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = SeenForm()

    def act() -> None:
        record_no_show(
            actor=actor(), appointment_id=seen.id, seen_version=version_of(form), now=now()
        )

    return at_once(seen, form, act, "Recorded: did not come.")


@pages.post("/appointments/<int:appointment_id>/undo-no-show")
def they_came(appointment_id: int) -> Answer:
    seen = look_at(appointment_id, Action.MARK_DONE)
    form = SeenForm()

    def act() -> None:
        undo_no_show(
            actor=actor(), appointment_id=seen.id, seen_version=version_of(form), now=now()
        )

    return at_once(seen, form, act, "Taken back: they did come.")
