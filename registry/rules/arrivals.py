"""Arrivals: what has become of an appointment on its day, and when nobody came to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState

#: So long it can be taken back that somebody did not come: what Friday got wrong, Monday sees.
TAKEN_BACK_WITHIN = timedelta(days=3)
#: As refusals say it: "This appointment is held."
STANDS = {AppointmentState.NO_SHOW: "marked “did not come”"}


class Arrival(StrEnum):
    """Follows from the state, the check-in and the time; never stored."""

    EXPECTED = "expected"
    LATE = "late"
    ARRIVED = "arrived"
    UNDER_WAY = "under_way"
    NOT_NOTED = "not_noted"
    HELD = "held"
    PROVISIONAL = "provisional"
    BEGUN = "begun"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


def arrival_of(state: AppointmentState, checked_in: bool, slot: Slot, now: datetime) -> Arrival:
    """Late: it has started and nobody was checked in. Not noted: it is over, done or not."""
    if state is not AppointmentState.CONFIRMED:
        return Arrival(state.value)
    if slot.ends_at <= now:
        return Arrival.NOT_NOTED
    if slot.starts_at <= now:
        return Arrival.UNDER_WAY if checked_in else Arrival.LATE
    return Arrival.ARRIVED if checked_in else Arrival.EXPECTED


def stands(state: AppointmentState) -> str:
    """Where it stands, after "this appointment is"."""
    return STANDS.get(state, state.value)


def may_be_missed(
    state: AppointmentState, checked_in: bool, starts_at: datetime, now: datetime
) -> bool:
    """Whether it can be recorded that nobody came: not before its start, nor of who is here."""
    waited_for = state in (AppointmentState.CONFIRMED, AppointmentState.BEGUN)
    return waited_for and not checked_in and starts_at <= now


def is_recent(missed_at: datetime, now: datetime) -> bool:
    return now < missed_at + TAKEN_BACK_WITHIN
