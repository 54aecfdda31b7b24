"""The roster's grid: its rows are stamped, not drawn one by one, for a page has 550 signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, zip_longest

from flask import get_template_attribute, url_for
from markupsafe import Markup, escape

from registry.queries.roster import Roster, RosterLine
from registry.queries.scope import ClinicSeen
from registry.rules.regions import REGIONS
from registry.web.formats import day as day_in_words

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
class GridRow:
    """`why` is empty where every region may be needled."""

    line: RosterLine
    head: Markup
    cells: Markup
    why: Markup


def rows_of(roster: Roster, place: ClinicSeen, day: date) -> list[GridRow]:
    person = url_for("roster.practitioner", practitioner_id=0).removesuffix("0")
    question = url_for("roster.decision", clinic=place.id, day=day.isoformat())
    return [_row(line, str(escape(person)), str(escape(question))) for line in roster.lines]


def _row(line: RosterLine, person: str, question: str) -> GridRow:
    number, name = str(line.practitioner_id), str(escape(line.name))
    who = f"{question}&amp;practitioner={number}&amp;site="
    kinds = list(zip(REGIONS, line.kinds, strict=True))
    signs = [who.join(_sign(kind, site)) for site, kind in kinds]
    lacking = next((site for site, kind in kinds if kind in LACKS), None)
    later = line.starts_on if line.starts_on and not line.regions else None
    head = _stamped(
        _drawn("head", 5),
        *(person + number, name, line.profession, str(line.regions), str(len(kinds))),
    )
    why = ""
    if lacking is not None:
        from_day = f"From {day_in_words(later)}. " if later else ""
        why = _stamped(_drawn("why", 4), number, who + lacking, from_day, name)
    return GridRow(line, _safe(head), _safe("".join(signs)), _safe(why))


def _stamped(stamp: tuple[str, ...], *values: str) -> str:
    """The values fill the gaps of the stamp in order; they are escaped already."""
    return "".join(chain.from_iterable(zip_longest(stamp, values, fillvalue="")))


@cache
def _sign(kind: str, site: str) -> tuple[str, ...]:
    """What comes before and after the address, up to the site's name at its end."""
    draw = get_template_attribute("roster/_stamps.html", "sign")
    return tuple(str(draw(kind, REGIONS[site].name, f"{GAP}{site}")).split(GAP))


@cache
def _drawn(part: str, gaps: int) -> tuple[str, ...]:
    draw = get_template_attribute("roster/_stamps.html", part)
    return tuple(str(draw(*[GAP] * gaps)).split(GAP))


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - made of templates and of escaped values
