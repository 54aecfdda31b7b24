"""A changed set makes a new proposal, which takes the place of the one that was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash

from registry.adapters.clock import now
from registry.errors import BadInput, NotInThatState
from registry.identity import actor
from registry.queries.proposed_sets import ProposedSets
from registry.rules.forms import BadRequirementSet
from registry.rules.requirement_sets import RequirementSet
from registry.rules.wording import as_sentence
from registry.services.requirement_sets import propose_adoption, withdraw_proposal
from registry.services.settling import LeftOpen, items_of
from registry.services.what_ifs import ask_about_adoption

UNSURE = "What rests on a weak source must be settled first: name one that can be trusted."


def propose_anew(
    known: ProposedSets, place: int, changed: Callable[[], RequirementSet | None]
) -> int:
    """The number of the new version, which takes the place of this proposal."""
    try:
        new = changed()
    except BadRequirementSet as wrong:
        field = wrong.path if wrong.path == "last_day" else None
        where = "This" if field else f"{as_sentence(wrong.path)}:"
        raise BadInput(f"{where} {wrong.why}.", field=field) from wrong
    sets = [*known.sets[:place], *([new] if new else []), *known.sets[place + 1 :]]
    try:
        made = propose_adoption(
            actor=actor(),
            jurisdiction=known.code,
            sets=sets,
            settled=_still_asked(known, sets),
            now=now(),
        )
    except LeftOpen as error:
        raise BadInput(UNSURE, field="confidence") from error
    version, number = made.version, made.id
    ask_about_adoption(actor=actor(), adoption_id=number, now=now())
    _withdraw(known, version)
    return version


def _withdraw(known: ProposedSets, version: int) -> None:
    try:
        withdraw_proposal(
            actor=actor(),
            adoption_id=known.adoption_id,
            reason=f"Edited: version {version} takes its place.",
            now=now(),
        )
    except NotInThatState:
        flash(f"Version {known.version} is no proposal any more, and stays what it became.")


def _still_asked(known: ProposedSets, sets: Sequence[RequirementSet]) -> dict[str, Any]:
    codes = items_of(sets)
    return {code: told for code, told in known.settled.items() if code in codes}
