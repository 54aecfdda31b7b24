"""The roster's grid: its rows are stamped, not drawn one by one, for a page has 550 signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import chain, zip_longest

from flask import get_template_attribute, url_for
from markupsafe import Markup, escape

from registry.queries.roster import Roster, RosterLine
from registry.queries.scope import ClinicSeen
from registry.rules.regions import REGIONS
from registry.web.formats import day as day_in_words
from registry.web.formats import in_days

SHORT_NAMES = {
    "head_face": "Head",
    "neck": "Neck",
    "shoulder_girdle": "Shoulder",
    "thorax": "Thorax",
    "arm": "Arm",
    "forearm_hand": "Hand",
    "lumbar_abdomen": "Low back",
    "pelvis_gluteal": "Pelvis",
    "pelvic_floor": "Pelvic floor",
    "thigh": "Thigh",
    "leg_foot": "Leg",
}
COLUMNS = [(code, region.name, SHORT_NAMES[code]) for code, region in REGIONS.items()]
LACKS = frozenset({"may_not", "not_known", "not_yet"})
GAP = "\x1f"  # where a stamp leaves room; no text of ours has it in it


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows in full, and the numbers of those on it who lack something, with commas between."""

    rows: Markup
    lacking: str


def grid_of(roster: Roster, place: ClinicSeen, day: date, today: date) -> Grid:
    person = str(escape(url_for("roster.practitioner", practitioner_id=0).removesuffix("0")))
    question = str(escape(url_for("roster.decision", clinic=place.id, day=day.isoformat())))
    rows = [_row(line, person, question, _ends(line, day, today)) for line in roster.lines]
    lacking = [str(line.practitioner_id) for line in roster.lines if _lacks(line.kinds)]
    return Grid(_safe("".join(rows)), ",".join(lacking))


def _row(line: RosterLine, person: str, question: str, ends: str) -> str:
    number, name = str(line.practitioner_id), str(escape(line.name))
    who = f"{question}&amp;practitioner={number}&amp;site="
    lacking, why = _lacks(line.kinds), ""
    if lacking is not None:
        later = line.starts_on if line.starts_on and not line.regions else None
        from_day = f"From {day_in_words(later)}. " if later else ""
        why = _stamped(_drawn("why", 4), number, who + lacking, from_day, name)
    note = f"{ends}. {why}" if ends and why else ends + why
    stamp = _drawn("row", 6, idle=not line.regions and not line.starts_on)
    may = f"{line.regions} of {len(line.kinds)}"
    cells = who.join(_signs(line.kinds))
    return _stamped(stamp, person + number, name, line.profession, may, cells, note)


def _ends(line: RosterLine, day: date, today: date) -> str:
    if line.ends_on is None:
        return ""
    when = in_days(line.ends_on, day) if day == today else f"on {day_in_words(line.ends_on)}"
    return f"Lapses {when}"


@lru_cache(maxsize=1024)
def _lacks(kinds: tuple[str, ...]) -> str | None:
    """The first region that may not be needled."""
    return next((site for site, kind in zip(REGIONS, kinds, strict=True) if kind in LACKS), None)


def _stamped(stamp: tuple[str, ...], *values: str) -> str:
    """The values fill the gaps of the stamp in order; they are escaped already."""
    return "".join(chain.from_iterable(zip_longest(stamp, values, fillvalue="")))


@lru_cache(maxsize=1024)
def _signs(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """All the cells of a row, apart where an address goes; a clinic has few different rows."""
    draw = get_template_attribute("roster/_stamps.html", "sign")
    regions = zip(REGIONS.values(), kinds, strict=True)
    cells = [str(draw(kind, region.name, f"{GAP}{region.code}")) for region, kind in regions]
    return tuple("".join(cells).split(GAP))


@cache
def _drawn(part: str, gaps: int, **known: bool) -> tuple[str, ...]:
    draw = get_template_attribute("roster/_stamps.html", part)
    return tuple(str(draw(*[GAP] * gaps, **known)).split(GAP))


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made of templates and of escaped values
