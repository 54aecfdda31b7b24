"""The roster's grid: its rows are stamped, not drawn one by one, for a page has 550 signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import get_template_attribute, url_for
from markupsafe import Markup, escape

from registry.queries.roster import Roster, Standing
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


@dataclass(frozen=True, slots=True)
class _Stamps:
    """A row but for whose it is: `%s` stands for a value, and between cells lies an address."""

    row: str
    cells: tuple[str, ...]
    why: str  # empty where nothing is lacking


def grid_of(roster: Roster, place: ClinicSeen, day: date, today: date) -> Grid:
    person = str(escape(url_for("roster.practitioner", practitioner_id=0).removesuffix("0")))
    question = str(escape(url_for("roster.decision", clinic=place.id, day=day.isoformat())))
    rows, lacking = [], []
    for line in roster.lines:
        stamps = _stamps(line.standing, day, today)
        number, name, why = str(line.practitioner_id), str(escape(line.name)), ""
        who = f"{question}&amp;practitioner={number}&amp;site="
        if stamps.why:
            lacking.append(number)
            why = stamps.why % (number, who, name)
        cells = who.join(stamps.cells)
        rows.append(stamps.row % (person + number, name, line.profession, cells, why))
    return Grid(_safe("".join(rows)), ",".join(lacking))


@lru_cache(maxsize=1024)
def _stamps(standing: Standing, day: date, today: date) -> _Stamps:
    """A clinic has few different rows: what is the same for all who may just the same."""
    lacking = next((s for s, k in zip(REGIONS, standing.kinds, strict=True) if k in LACKS), None)
    ends, why = _ends(standing, day, today), ""
    if lacking is not None:
        later = standing.starts_on if standing.starts_on and not standing.regions else None
        from_day = f"From {day_in_words(later)}. " if later else ""
        why = _with_values("why", GAP, f"{GAP}{lacking}", from_day, GAP)
    may = f"{standing.regions} of {len(standing.kinds)}"
    note = f"{ends}. {GAP}" if ends and why else ends + GAP
    idle = not standing.regions and not standing.starts_on
    row = _with_values("row", GAP, GAP, GAP, may, GAP, note, idle)
    return _Stamps(row, _cells(standing.kinds), why)


def _ends(standing: Standing, day: date, today: date) -> str:
    if standing.ends_on is None:
        return ""
    when = (
        in_days(standing.ends_on, day) if day == today else f"on {day_in_words(standing.ends_on)}"
    )
    return f"Lapses {when}"


def _with_values(part: str, *values: str | bool) -> str:
    """That part of a row, to be filled by `%` in the order of its gaps; values come escaped."""
    draw = get_template_attribute("roster/_stamps.html", part)
    return str(draw(*values)).replace("%", "%%").replace(GAP, "%s")


def _cells(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """All the cells of a row, apart where an address goes."""
    draw = get_template_attribute("components/status.html", "mark")
    regions = zip(REGIONS.values(), kinds, strict=True)
    cells = [str(draw(kind, region.name, f"{GAP}{region.code}")) for region, kind in regions]
    return tuple("".join(cells).split(GAP))


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made of templates and of escaped values
