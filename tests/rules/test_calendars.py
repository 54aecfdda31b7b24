"""What a feed shows to whom, and how an appointment reads in a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.rules.access import Actor, Grant
from registry.rules.calendars import (
    FeedKind,
    Standing,
    clinics_shown,
    standing_of,
    title_of,
    when_in_words,
)
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Role, Treatment

HARBOUR, HILL = 1, 2
DANA = 10
BOTH = (HARBOUR, HILL)


def who(role, clinic=None, practitioner=None):
    return Actor(7, "Somebody", (Grant(role, clinic),), practitioner)


@pytest.mark.parametrize(
    ("actor", "kind", "shown"),
    [
        (who(Role.PRACTITIONER, HARBOUR, DANA), FeedKind.PRACTITIONER, {HARBOUR, HILL}),
        (who(Role.PRACTITIONER, HARBOUR, 11), FeedKind.PRACTITIONER, set()),
        (who(Role.FRONT_DESK, HARBOUR), FeedKind.PRACTITIONER, {HARBOUR}),
        (who(Role.MANAGER, HILL), FeedKind.PRACTITIONER, {HILL}),
        (who(Role.ADMINISTRATOR), FeedKind.PRACTITIONER, set()),
        (who(Role.AUDITOR), FeedKind.PRACTITIONER, {HARBOUR, HILL}),
        (who(Role.PRACTITIONER, HARBOUR, DANA), FeedKind.LAPSES_OF_PRACTITIONER, {HARBOUR, HILL}),
        (who(Role.PRACTITIONER, HARBOUR, 11), FeedKind.LAPSES_OF_PRACTITIONER, set()),
    ],
)
def test_a_feed_of_somebody_shows_the_clinics_whose_schedule_its_maker_may_take_along(
    actor, kind, shown
):
    assert clinics_shown(actor, kind, BOTH, DANA) == shown


@pytest.mark.parametrize(
    ("actor", "kind", "shown"),
    [
        (who(Role.FRONT_DESK, HARBOUR), FeedKind.CLINIC, {HARBOUR}),
        (who(Role.MANAGER, HARBOUR), FeedKind.CLINIC, {HARBOUR}),
        (who(Role.PRACTITIONER, HARBOUR, DANA), FeedKind.CLINIC, set()),
        (who(Role.MANAGER, HARBOUR), FeedKind.LAPSES_AT_CLINIC, {HARBOUR}),
        (who(Role.PRACTITIONER, HARBOUR, DANA), FeedKind.LAPSES_AT_CLINIC, set()),
        (who(Role.ADMINISTRATOR), FeedKind.LAPSES_AT_CLINIC, set()),
    ],
)
def test_a_feed_of_a_clinic_is_for_those_who_run_it(actor, kind, shown):
    assert clinics_shown(actor, kind, BOTH, None) == shown


def test_without_a_right_there_is_nothing_to_show():
    assert clinics_shown(Actor(7, "Nobody"), FeedKind.CLINIC, BOTH, None) == frozenset()


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        (AppointmentState.CONFIRMED, Standing.CONFIRMED),
        (AppointmentState.HELD, Standing.TENTATIVE),
        (AppointmentState.BEGUN, Standing.CONFIRMED),
        (AppointmentState.DONE, Standing.CONFIRMED),
        (AppointmentState.NO_SHOW, Standing.CONFIRMED),
        (AppointmentState.PROVISIONAL, Standing.TENTATIVE),
        (AppointmentState.CANCELLED, Standing.CANCELLED),
    ],
)
def test_what_is_held_is_tentative_and_what_is_cancelled_is_said_to_be(state, standing):
    assert standing_of(state) is standing


@pytest.mark.parametrize(
    ("treatment", "state", "title"),
    [
        (Treatment.NEEDLING, AppointmentState.CONFIRMED, "Dry needling, Room 2"),
        (Treatment.MANUAL_THERAPY, AppointmentState.DONE, "Manual therapy, Room 2"),
        (Treatment.NEEDLING, AppointmentState.HELD, "On hold: Dry needling, Room 2"),
        (Treatment.NEEDLING, AppointmentState.PROVISIONAL, "Provisional: Dry needling, Room 2"),
        (Treatment.EXERCISE, AppointmentState.CANCELLED, "Cancelled: Exercise, Room 2"),
    ],
)
def test_a_title_says_how_it_stands_for_programs_that_do_not_show_it(treatment, state, title):
    assert title_of(treatment, "Room 2", state=state) == title


@pytest.mark.parametrize(
    ("starts_at", "zone", "words"),
    [
        (
            datetime(2026, 6, 30, 13, 30, tzinfo=UTC),
            "America/New_York",
            ("Tue 30 June 2026", "09:30 to 10:00, New York time (EDT)"),
        ),
        (
            datetime(2026, 6, 30, 22, 0, tzinfo=UTC),
            "Pacific/Chatham",
            ("Wed 1 July 2026", "10:45 to 11:15, Chatham time (UTC+12:45)"),
        ),
        (
            datetime(2026, 11, 1, 5, 45, tzinfo=UTC),
            "America/New_York",
            ("Sun 1 November 2026", "01:45 (EDT) to 01:15, New York time (EST)"),
        ),
        (
            datetime(2026, 6, 30, 9, 0, tzinfo=UTC),
            "UTC",
            ("Tue 30 June 2026", "09:00 to 09:30, UTC time (UTC)"),
        ),
    ],
)
def test_a_time_in_a_letter_names_the_clock_it_is_on(starts_at, zone, words):
    assert when_in_words(Slot(starts_at, starts_at + timedelta(minutes=30)), zone) == words
