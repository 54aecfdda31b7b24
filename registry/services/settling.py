"""Open items are settled: how the adopter reads each, why, and when somebody looks again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from registry.errors import BadInput
from registry.rules.days import years_after
from registry.rules.requirement_sets import RequirementSet
from registry.rules.requirements import OpenQuestion
from registry.services.typed import typed_text

LONGEST = 2000
YEARS_AT_MOST = 2  # a reading that nobody looks at for longer is no reading any more
#: What an adopter writes for an item: {"reading": …, "why": …, "look_again_on": "2027-11-22"}.
Settled = Mapping[str, Mapping[str, Any]]
WANTED = ("reading", "why", "look_again_on")


class LeftOpen(BadInput):
    """Nothing is adopted before every item is settled. `items` are those that are not."""

    def __init__(self, items: Collection[OpenQuestion]) -> None:
        self.items = tuple(items)
        named = "; ".join(f"{item.code}: {item.question}" for item in self.items)
        super().__init__(f"Settle these first. {named}", field=self.items[0].code)


def items_of(sets: Collection[RequirementSet]) -> dict[str, OpenQuestion]:
    """By code: one answer settles it for every set that asks it."""
    return {item.code: item for one in sets for item in one.open_items}


def checked_settled(
    sets: Collection[RequirementSet], settled: Settled, today: date
) -> dict[str, dict[str, str]]:
    """
    As it is kept. Raises LeftOpen with all that are not settled in full, and BadInput for an item
    that nobody asks, a day that is none, not ahead or too far ahead, and text that is too long.
    """
    asked = items_of(sets)
    if unknown := sorted(settled.keys() - asked.keys()):
        raise BadInput(f"These sets leave no “{unknown[0][:80]}” open.", field=unknown[0])
    left = [item for code, item in asked.items() if not _in_full(settled.get(code))]
    if left:
        raise LeftOpen(left)
    return {code: _checked(code, settled[code], today) for code in sorted(asked)}


def _in_full(given: object) -> bool:
    return isinstance(given, Mapping) and all(str(given.get(name) or "").strip() for name in WANTED)


def _checked(code: str, given: Mapping[str, Any], today: date) -> dict[str, str]:
    return {
        "reading": typed_text(str(given["reading"]), field=code, longest=LONGEST),
        "why": typed_text(str(given["why"]), field=code, longest=LONGEST),
        "look_again_on": _day_ahead(code, given["look_again_on"], today).isoformat(),
    }


def _day_ahead(code: str, given: object, today: date) -> date:
    try:
        day = given if isinstance(given, date) else date.fromisoformat(str(given).strip())
    except ValueError:
        raise BadInput("Give the day to look again as 2027-06-30.", field=code) from None
    if odd := why_not_again_on(day, today):
        raise BadInput(odd, field=code)
    return day


def why_not_again_on(day: date, today: date) -> str:
    """In a sentence; empty where nothing speaks against looking again on that day."""
    if day <= today:
        return "The day to look again must lie ahead."
    if day > years_after(today, YEARS_AT_MOST):
        return "Say a day to look again within the next two years."
    return ""
