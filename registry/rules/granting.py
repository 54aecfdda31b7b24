"""Granting: which rights somebody needs to make somebody else what they are."""

from __future__ import annotations

from registry.rules.access import Action, Actor, Grant, Subject, may
from registry.rules.vocabulary import Role

GIVING = {
    Role.PRACTITIONER: Action.ADD_PRACTITIONER,
    Role.FRONT_DESK: Action.ADD_FRONT_DESK,
    Role.MANAGER: Action.MAKE_MANAGER,
    Role.ADMINISTRATOR: Action.MAKE_ADMINISTRATOR,
    Role.AUDITOR: Action.MAKE_ADMINISTRATOR,
}


def rights_to_give(grant: Grant) -> list[tuple[Action, Subject]]:
    """
    What is asked of whoever gives or takes it.

    A grant that holds everywhere is an administrator's to give: a subject of no clinic is one
    that every manager reaches.
    """
    if grant.clinic_id is not None:
        return [(GIVING[grant.role], Subject(frozenset({grant.clinic_id})))]
    return [(Action.MAKE_MANAGER, Subject()), (GIVING[grant.role], Subject())]


def may_give(actor: Actor, grant: Grant) -> bool:
    return all(may(actor, action, subject) for action, subject in rights_to_give(grant))
