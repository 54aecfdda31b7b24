"""Provisional: what would be allowed once the renewals that wait were checked and found true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from registry.rules.eligibility import decide
from registry.rules.facts import Facts
from registry.rules.questions import Question
from registry.rules.rulebooks import Rulebook
from registry.rules.standing import Held
from registry.rules.vocabulary import VersionState


def once_checked(facts: Facts) -> Facts:
    """The same facts, with all that waits for a check found true."""
    return replace(facts, **{each.name: _found_true(facts, each.name) for each in fields(facts)})


def waits_for_a_check(facts: Facts, rulebook: Rulebook, refused: Iterable[Question]) -> bool:
    """Whether all of these questions, refused now, would be answered with yes then."""
    then = once_checked(facts)
    return all(decide(then, rulebook, question).eligible for question in refused)


def _found_true(facts: Facts, name: str) -> Any:
    value = getattr(facts, name)
    if not isinstance(value, tuple):
        return value
    return tuple(_verified(one) if isinstance(one, Held) else one for one in value)


def _verified(one: Held) -> Held:
    waits = one.state is VersionState.SUBMITTED
    return replace(one, state=VersionState.VERIFIED) if waits else one
