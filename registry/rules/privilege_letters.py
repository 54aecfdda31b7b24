"""Privilege letters: what one may show, and what it then says of somebody on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from registry.rules.regions import MUSCLES, REGIONS, site_name
from registry.rules.wording import day_in_words


class LetterPart(StrEnum):
    """What a letter shows only if its practitioner agreed to it."""

    REGIONS = "regions"
    PROFESSION = "profession"
    LICENCE = "licence"


#: What every letter shows, so what agreeing to any is agreeing to.
ALWAYS_SHOWN = "Your name, the clinic, whether you may needle there today, and until when at least"
PART_WORDS = {
    LetterPart.REGIONS: "Which regions, each with its last day",
    LetterPart.PROFESSION: "Your profession",
    LetterPart.LICENCE: "Where your licence is from, and its last day",
}


def parts_in(words: Iterable[str]) -> tuple[LetterPart, ...]:
    """In their own order, each once. Raises ValueError for a word that is none."""
    wanted = {LetterPart(word) for word in words}
    return tuple(part for part in LetterPart if part in wanted)


def last_day_in_words(last_day: date) -> str:
    return "no last day" if last_day.year == date.max.year else day_in_words(last_day)


@dataclass(frozen=True, slots=True)
class SiteTold:
    """A region, `but_not` these muscles of it; or a muscle outside any region told of."""

    site: str
    but_not: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """Neck (not: longus colli)"""
        left_out = ", ".join(site_name(code).lower() for code in self.but_not)
        return site_name(self.site) + (f" (not: {left_out})" if left_out else "")


@dataclass(frozen=True, slots=True)
class ToldUntil:
    """All that may be needled until that day; `date.max` stands for no last day."""

    last_day: date
    sites: tuple[SiteTold, ...]

    @property
    def sites_in_words(self) -> str:
        return "; ".join(site.in_words for site in self.sites)


@dataclass(frozen=True, slots=True)
class LicenceShown:
    jurisdiction: str
    last_day: date


@dataclass(frozen=True, slots=True)
class LetterShown:
    """
    What a letter says on the clinic's day of `asked_at`.

    Where they may not needle that day it says so and no more: no reason, no paper. `until` is the
    last day on which all of it holds, `date.max` where it has none. `sites` are none where the
    practitioner did not agree to show them; so are `profession` and `licence`.
    """

    name: str
    clinic: str
    zone: str
    asked_at: datetime
    today: date
    may_needle: bool
    until: date | None = None
    sites: tuple[ToldUntil, ...] = ()
    profession: str = ""
    licence: LicenceShown | None = None


def told_until(until: Mapping[str, date]) -> tuple[ToldUntil, ...]:
    """
    What ends first comes first. `until`: the last day of each site that may be needled today.

    A muscle that ends before its region is told by itself and taken out of the region, so that no
    day is promised for which it does not hold.
    """
    told: dict[date, list[SiteTold]] = {}
    within: set[str] = set()
    for region in REGIONS:
        if (last := until.get(region)) is None:
            continue
        muscles = [code for code, muscle in MUSCLES.items() if region in muscle.regions]
        but_not = tuple(code for code in muscles if until.get(code, date.min) < last)
        within.update(set(muscles) - set(but_not))
        told.setdefault(last, []).append(SiteTold(region, but_not))
    for code in MUSCLES:
        if code in until and code not in within:
            told.setdefault(until[code], []).append(SiteTold(code))
    return tuple(ToldUntil(last, tuple(told[last])) for last in sorted(told))
