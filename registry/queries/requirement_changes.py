"""What a version asks otherwise than what held before it, in the words of the requirements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from registry.queries.adopted_days import AdoptedDays
from registry.queries.requirement_words import in_words
from registry.rules.requirement_sets import RequirementSet
from registry.rules.vocabulary import Profession
from registry.rules.wording import day_in_words


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of a profession besides, and no longer; `days`: from when to when instead."""

    profession: Profession
    days: tuple[str, ...]
    besides: tuple[str, ...]
    no_longer: tuple[str, ...]


def changes(before: AdoptedDays, after: Sequence[RequirementSet], day: date) -> Iterator[Change]:
    """Each profession against what holds of it on the day, or when its new set begins."""
    begins = max(day, min(one.first_day for one in after))
    for profession in before.professions | dict.fromkeys(one.profession for one in after):
        new = [one for one in after if one.profession is profession]
        since = max(day, min((one.first_day for one in new), default=begins))
        old = before.set_for(profession, since)
        was, asks = _said([old] if old else []), _said(new)
        found = Change(
            profession,
            tuple(_days(old, new, since, day)),
            tuple(words for words in asks if words not in was),
            tuple(words for words in was if words not in asks),
        )
        if found.days or found.besides or found.no_longer:
            yield found


def _said(sets: Sequence[RequirementSet]) -> dict[str, None]:
    """Each sentence once, in their order."""
    return dict.fromkeys(in_words(asked) for one in sets for asked in one.requirements)


def _days(
    old: RequirementSet | None, new: Sequence[RequirementSet], since: date, day: date
) -> Iterator[str]:
    if not new:
        if old:
            yield f"From {day_in_words(since)} on nobody of this profession may needle there."
        return
    if since > day:
        yield f"It holds from {day_in_words(since)} on; until then what held before goes on."
    last_days = [one.last_day for one in new]
    if None not in last_days:
        last = max(one for one in last_days if one is not None)
        if old is None or old.last_day != last:
            yield f"Its last day is {day_in_words(last)}; after it nobody may needle by it."
    elif old and old.last_day:
        yield f"It has no last day; that of the version before was {day_in_words(old.last_day)}."
