"""Which rights it takes to make somebody what they are, and what may follow on a decision."""

from __future__ import annotations

import pytest

from registry.rules.access import Action, Actor, Grant
from registry.rules.granting import may_give, rights_to_give
from registry.rules.verification import (
    ACTIONS,
    FOLLOWS,
    MEANINGS,
    credential_may_become,
    is_for,
)
from registry.rules.vocabulary import CredentialKind, Outcome, Role

HERE, ELSEWHERE = 1, 2
MANAGER = Actor(1, "Mo Manager", (Grant(Role.MANAGER, HERE),))
ADMINISTRATOR = Actor(2, "Ada Administrator", (Grant(Role.ADMINISTRATOR),))


@pytest.mark.parametrize(
    ("grant", "by_manager"),
    [
        (Grant(Role.FRONT_DESK, HERE), True),
        (Grant(Role.PRACTITIONER, HERE), True),
        (Grant(Role.FRONT_DESK, ELSEWHERE), False),
        (Grant(Role.FRONT_DESK), False),
        (Grant(Role.MANAGER, HERE), False),
        (Grant(Role.ADMINISTRATOR), False),
        (Grant(Role.AUDITOR, HERE), False),
    ],
)
def test_a_manager_gives_the_smaller_roles_at_their_own_clinic_only(grant, by_manager):
    assert may_give(MANAGER, grant) is by_manager
    assert may_give(ADMINISTRATOR, grant)


def test_a_grant_that_holds_everywhere_is_asked_of_whoever_makes_managers():
    asked = [action for action, _ in rights_to_give(Grant(Role.FRONT_DESK))]
    assert asked == [Action.MAKE_MANAGER, Action.ADD_FRONT_DESK]


def test_somebody_holds_a_role_at_their_clinics_or_everywhere():
    both = Actor(3, "Bo Both", (*MANAGER.grants, Grant(Role.FRONT_DESK, ELSEWHERE)))
    assert both.clinics(Role.MANAGER) == {HERE}
    assert both.clinics(Role.MANAGER, Role.FRONT_DESK) == {HERE, ELSEWHERE}
    assert both.clinics(Role.AUDITOR) == frozenset()
    assert ADMINISTRATOR.clinics(Role.ADMINISTRATOR) is None
    assert both.holds(Role.AUDITOR, Role.MANAGER)
    assert not both.holds(Role.AUDITOR)


@pytest.mark.parametrize(
    ("decided", "then", "may"),
    [
        ([], Outcome.SUSPENDED, True),
        ([], Outcome.REINSTATED, False),
        ([Outcome.VERIFIED], Outcome.REINSTATED, False),
        ([Outcome.SUSPENDED], Outcome.REINSTATED, True),
        ([Outcome.SUSPENDED, Outcome.VERIFIED], Outcome.REINSTATED, True),
        ([Outcome.SUSPENDED, Outcome.REINSTATED], Outcome.REINSTATED, False),
        ([Outcome.SUSPENDED], Outcome.SUSPENDED, False),
        ([Outcome.REVOKED], Outcome.SUSPENDED, False),
        ([Outcome.REVOKED], Outcome.REINSTATED, True),
        ([Outcome.REVOKED], Outcome.REVOKED, True),  # from an earlier day, says the use case
    ],
)
def test_what_may_follow_on_what_was_decided_last(decided, then, may):
    assert credential_may_become(decided, then) is may


def test_only_a_licence_can_be_restricted():
    assert is_for(Outcome.RESTRICTED, CredentialKind.LICENCE)
    assert not is_for(Outcome.RESTRICTED, CredentialKind.CERTIFICATE)
    assert is_for(Outcome.SUSPENDED, CredentialKind.CERTIFICATE)


def test_every_outcome_has_its_meaning_and_its_right():
    assert MEANINGS.keys() == ACTIONS.keys() == set(Outcome)
    assert FOLLOWS.keys() < set(Outcome)
