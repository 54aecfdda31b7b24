"""What a credential is worth on a day."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.standing import Lack
from registry.rules.vocabulary import Standing, VersionState
from tests.rules.given import certificate, licence, reinstated, restricted, revoked, suspended

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
BEFORE, AFTER = date(2025, 12, 31), date(2026, 7, 1)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def lack(day, **known):
    return certificate(**{"first_day": FIRST, "last_day": LAST, **known}).lack_on(day)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(BEFORE, Lack.NOT_STARTED), (FIRST, None), (LAST, None), (AFTER, Lack.LAPSED)],
)
def test_it_counts_from_its_first_day_to_its_last_both_included(day, expected):
    assert lack(day) == expected


def test_without_a_last_day_it_never_lapses():
    assert lack(date.max, last_day=None) is None


def test_with_the_last_day_of_the_calendar_nothing_breaks():
    held = licence(last_day=date.max)
    assert held.counts_on(date.max)
    assert list(held.turning_days()) == [held.first_day, date.max]


def test_without_a_first_day_it_never_counts():
    assert lack(MARCH, first_day=None) is Lack.UNDATED


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (VersionState.SUBMITTED, Lack.PENDING),
        (VersionState.VERIFIED, None),
        (VersionState.REJECTED, Lack.REJECTED),
        (VersionState.WITHDRAWN, Lack.WITHDRAWN),
        (VersionState.SUPERSEDED, Lack.WITHDRAWN),
    ],
)
def test_only_a_verified_version_counts(state, expected):
    assert lack(MARCH, state=state) == expected


def test_verifying_what_has_lapsed_would_not_cure_it():
    assert lack(AFTER, state=VersionState.SUBMITTED) is Lack.LAPSED


def test_a_certificate_made_out_to_somebody_else_does_not_count():
    assert lack(MARCH, holder_matches=False) is Lack.NOT_THE_HOLDERS


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 2, 28), None), (MARCH, Lack.REVOKED), (LAST, Lack.REVOKED)],
)
def test_revoked_on_a_day_means_not_on_that_day(day, expected):
    assert lack(day, decisions=(revoked(MARCH),)) == expected


def test_a_suspension_ends_with_the_day_of_reinstatement():
    decisions = (suspended(MARCH), reinstated(MAY))
    assert lack(date(2026, 4, 30), decisions=decisions) is Lack.SUSPENDED
    assert lack(MAY, decisions=decisions) is None


def test_of_two_decisions_in_effect_the_one_recorded_last_holds():
    backdated = (suspended(MAY), reinstated(MARCH))
    assert certificate(decisions=backdated).standing_on(MAY) is Standing.IN_FORCE
    assert certificate(decisions=backdated[::-1]).standing_on(MAY) is Standing.SUSPENDED


def test_a_restricted_licence_counts_and_a_restricted_certificate_does_not():
    assert licence(decisions=(restricted(MARCH),)).counts_on(MARCH)
    assert not certificate(decisions=(restricted(MARCH),)).counts_on(MARCH)


def test_its_answer_may_change_on_its_first_day_after_its_last_and_with_each_decision():
    held = certificate(first_day=FIRST, last_day=LAST, decisions=(revoked(MARCH),))
    assert set(held.turning_days()) == {FIRST, AFTER, MARCH}
