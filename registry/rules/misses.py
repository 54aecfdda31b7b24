"""Why something on record does not count on a day, and what would cure it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from registry.rules.standing import SUBMITTED, Held, Lack
from registry.rules.wording import as_sentence, day_in_words

H = TypeVar("H", bound=Held)

_SENTENCES = {
    Lack.PENDING: "{name} awaits verification.",
    Lack.LAPSED: "{name} lapsed on {last}.",
    Lack.NOT_STARTED: "{name} counts only from {first}.",
    Lack.UNDATED: "{name} has no first day on record.",
    Lack.SUSPENDED: "{name} has been suspended since {since}.",
    Lack.REVOKED: "{name} was revoked as of {since}.",
    Lack.REJECTED: "{name} was checked and rejected.",
    Lack.NOT_THE_HOLDERS: "{name} is made out to another person.",
    Lack.WITHDRAWN: "{name} was withdrawn.",
}
_CURES = {
    Lack.PENDING: "Have {name} verified.",
    Lack.LAPSED: "Renew {name} and have it verified.",
    Lack.NOT_STARTED: "Book from {first} on.",
    Lack.UNDATED: "Add the day from which {name} counts and have it verified.",
    Lack.SUSPENDED: "Have {name} reinstated by whoever issued it, then here.",
    Lack.REVOKED: "Obtain a new one in place of {name} and have it verified.",
    Lack.REJECTED: "Read why it was rejected, then upload a corrected or another one.",
    Lack.NOT_THE_HOLDERS: "Upload the practitioner's own, or proof of the change of name.",
    Lack.WITHDRAWN: "Upload it again and have it verified.",
}
# What is still to start and was not checked either: it will not start by itself.
_UNCHECKED_SENTENCE = "{name} awaits verification, and counts only from {first}."
_UNCHECKED_CURE = "Have {name} verified, and book from {first} on."


def nearest_miss(held: Iterable[H], day: date) -> tuple[Lack, H] | None:
    """Of those that do not count on the day, the one nearest to a cure."""
    nearest: tuple[Lack, H] | None = None
    for one in held:
        lack = one.lack_on(day)
        if lack is None or lack is Lack.WITHDRAWN:
            continue
        if nearest is None or lack < nearest[0]:
            nearest = (lack, one)
    return nearest


def miss_sentence(held: Held, day: date) -> str:
    return _filled(_SENTENCES, _UNCHECKED_SENTENCE, held, day, held.spoken)


def miss_remedy(held: Held, day: date, *, called: str = "") -> str:
    """`called`: a short word for it, where a sentence beside this one gives its full name."""
    return _filled(_CURES, _UNCHECKED_CURE, held, day, called or held.spoken)


def _filled(sentences: dict[Lack, str], unchecked: str, held: Held, day: date, name: str) -> str:
    lack = held.lack_on(day)
    if lack is None:
        return ""
    decided = [decision.from_day for decision in held.decisions if decision.from_day <= day]
    waits = lack is Lack.NOT_STARTED and held.state is SUBMITTED
    text = (unchecked if waits else sentences[lack]).format(
        name=name,
        first=held.first_day and day_in_words(held.first_day),
        last=held.last_day and day_in_words(held.last_day),
        since=decided and day_in_words(decided[-1]),
    )
    return as_sentence(text)
