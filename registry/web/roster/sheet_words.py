"""The sheet of a day in words: what each may needle, what not, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.queries.day_sheet import Allowed, SheetLine
from registry.rules.regions import MUSCLES, REGIONS, site_name
from registry.rules.stretches import Stretches, clock_of
from registry.rules.wording import as_sentence
from registry.web.formats import day as day_in_words

OVER_THE_LUNG = frozenset(muscle.code for muscle in MUSCLES.values() if muscle.pleural)
DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Row:
    """One practitioner, in words. `kind`: may_needle, lapses_soon or may_not."""

    name: str
    profession: str
    works: tuple[str, ...]
    kind: str
    may: str
    may_not: str
    until: tuple[str, ...]


def row_of(line: SheetLine, day: date) -> Row:
    allowed = line.allowed
    kind = "may_not" if allowed.nothing else "lapses_soon" if allowed.lapsing else "may_needle"
    return Row(
        name=line.name,
        profession=line.profession,
        works=_clocks(line.works),
        kind=kind,
        may=_may(allowed),
        may_not=line.why or _may_not(allowed),
        until=tuple(_until(*each, allowed, day) for each in allowed.lapsing),
    )


def _clocks(works: Stretches) -> tuple[str, ...]:
    """From and until, each stretch by itself."""
    return tuple(f"{clock_of(one.starts)}{DASH}{clock_of(one.ends)}" for one in works)


def _may(allowed: Allowed) -> str:
    """Neck, Thigh; and of no region in full: temporalis."""
    if allowed.nothing:
        return ""
    every_region = len(allowed.regions) == len(REGIONS)
    parts = ["every region"] if every_region else []
    parts += [] if every_region else [_named(allowed.regions)] if allowed.regions else []
    lung = [code for code in allowed.muscles if code in OVER_THE_LUNG]
    single = [code for code in allowed.muscles if code not in OVER_THE_LUNG]
    if len(lung) == len(OVER_THE_LUNG):
        parts.append("the muscles over the lung")
    elif lung:
        parts.append(f"of the muscles over the lung: {_named(lung)}")
    if single:
        parts.append(f"of other regions these muscles: {_named(single)}")
    return as_sentence("; ".join(parts))


def _may_not(allowed: Allowed) -> str:
    if allowed.nothing:
        return ""
    left = [_named([code]) for code in REGIONS if code not in allowed.regions]
    left += [_named([code]) for code in allowed.but]
    lung = OVER_THE_LUNG - set(allowed.muscles)
    if lung:
        left.append(f"{'other ' if len(lung) < len(OVER_THE_LUNG) else ''}muscles over the lung")
    return as_sentence(", ".join(left))


def _until(
    last: date, regions: tuple[str, ...], muscles: tuple[str, ...], allowed: Allowed, day: date
) -> str:
    """What ends with a last day that is near."""
    when = "today" if last == day else day_in_words(last)
    if (regions, muscles) == (allowed.regions, allowed.muscles):
        return f"Until {when}"
    return f"{as_sentence(_named((*regions, *muscles)))}: until {when}"


def _named(sites: Iterable[str]) -> str:
    return ", ".join(site_name(site).lower() for site in sites)
