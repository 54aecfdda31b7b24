"""The map: a tile for each jurisdiction, the states where one looks for them, others beside."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from registry.queries.jurisdiction_lists import NO_SET, Row
from registry.rules.jurisdictions import JurisdictionStatus

#: North is up; a dot is a gap.
_STATES = """
AK . . . . . . . . . ME
. . . . . . . . . VT NH
WA ID MT ND MN IL WI MI NY RI MA
OR NV WY SD IA IN OH PA NJ CT .
CA UT CO NE MO KY WV VA MD DE .
. AZ NM KS AR TN NC SC DC . .
. . . OK LA MS AL GA . . .
HI . . TX . . . . FL . .
"""
PLACES = {
    f"US-{code}": (column, row)
    for row, line in enumerate(_STATES.strip().splitlines(), 1)
    for column, code in enumerate(line.split(), 1)
    if code != "."
}


@dataclass(frozen=True, slots=True)
class Look:
    """A status: its colour, its sign, a word for a tile, and the words in full."""

    tone: str
    sign: str
    word: str
    words: str


LOOKS = {
    JurisdictionStatus.ALLOWED_RULE: ("ok", "check", "By rule"),
    JurisdictionStatus.ALLOWED_NO_DETAIL: ("ok", "plus", "Allowed"),
    JurisdictionStatus.GUIDELINE: ("ask", "document", "Guidance"),
    JurisdictionStatus.SILENT: ("past", "dash", "Silent"),
    JurisdictionStatus.UNDETERMINED: ("ask", "question", "Unclear"),
    JurisdictionStatus.CONFLICTING: ("soon", "warning", "Disputed"),
    JurisdictionStatus.AUTHORISED_NOT_IN_EFFECT: ("wait", "clock", "Not yet"),
    JurisdictionStatus.BARRED: ("no", "barred", "Barred"),
}
STATUS_LOOKS: dict[str, Look] = {
    **{status: Look(*look, status.title) for status, look in LOOKS.items()},
    NO_SET: Look("past", "cross", "No set", "no set on record"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """`place` is its column and row on the map of the states; None for those beside it."""

    code: str
    name: str
    href: str | None
    look: Look
    adopted: bool
    listed: bool
    place: tuple[int, int] | None


def tiles_of(rows: tuple[Row, ...]) -> tuple[list[Tile], list[Tile]]:
    """Those of the states, from north to south as one reads; and the others."""
    tiles = [_tile(row) for row in rows]
    states = sorted((t for t in tiles if t.place), key=lambda t: (t.place or ())[::-1])
    others = (tile for tile in tiles if tile.place is None)
    return states, sorted(others, key=lambda tile: tile.code)


def _tile(row: Row) -> Tile:
    line = row.line
    return Tile(
        line.code.removeprefix("US-"),
        line.name,
        url_for("requirements.jurisdiction", code=line.code) if line.shipped else None,
        STATUS_LOOKS[row.status],
        line.adoption is not None,
        row.listed,
        PLACES.get(line.code),
    )
