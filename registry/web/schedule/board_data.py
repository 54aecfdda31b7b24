"""What the board is drawn from: columns, days and hours, and appointments, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zlib import crc32

from flask import url_for

from registry.queries.diary import Entry
from registry.queries.off_hours import Hours
from registry.queries.premises import Place
from registry.queries.staff import Person
from registry.rules.stretches import MIDNIGHT as MIDNIGHT_COMES
from registry.rules.stretches import clock_of
from registry.rules.vocabulary import Treatment
from registry.web.formats import clock
from registry.web.schedule.boards import NAME_WITHHELD, note_of
from registry.web.schedule.column_hours import hours_apart
from registry.web.schedule.times import clock_value

#: More columns are left out: on a day of those without work, in a week of those with least.
MOST_COLUMNS, MOST_IN_A_WEEK = 25, 10
DASH = "\N{EN DASH}"
OPENS, CLOSES, MIDNIGHT = "08:00", "18:00", "24:00"


class Columns(StrEnum):
    PRACTITIONERS = "practitioners"
    ROOMS = "rooms"


class Column(NamedTuple):
    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Scene:
    """
    What is on record of a clinic on some days; `may_move`: whether this person changes it.

    `chosen` are the columns to draw; none: those with most to do.
    """

    place: Place
    days: Sequence[date]
    entries: Sequence[Entry]
    staff: Sequence[Person]
    hours: Hours
    may_move: bool
    now: datetime
    chosen: Collection[int] = ()


def as_data(scene: Scene, by: Columns) -> dict[str, Any]:
    """Times are the clinic's wall clock, without any zone: no browser shifts those."""
    of = _column_of(by)
    columns, left_out = _columns(scene, by)
    shown = set(columns)
    drawn = [_appointment(one, of(one).id, scene) for one in scene.entries if of(one) in shown]
    opens, closes = _limits(scene, drawn)
    return {
        "by": by,
        "seen": seen_of(scene.entries),
        "offset": scene.now.astimezone(scene.place.zone).isoformat()[-6:],
        "now": f"{scene.now.astimezone(scene.place.zone):%Y-%m-%dT%H:%M}",
        "columns": [
            {"id": one.id, "title": one.title, "hours": _hours(scene, by, one)} for one in columns
        ],
        "left_out": len(left_out),
        "others": [
            _group(left_out[at : at + MOST_IN_A_WEEK])
            for at in range(0, len(left_out), MOST_IN_A_WEEK)
        ],
        "chosen": bool(scene.chosen),
        "opens": opens,
        "closes": closes,
        "days": [
            {"day": day.isoformat(), "open": open_stretches(scene, day)} for day in scene.days
        ],
        "appointments": drawn,
    }


def seen_of(entries: Iterable[Entry]) -> str:
    """A short text for these versions of these appointments: a list and a board show the same."""
    return f"{crc32(' '.join(f'{one.id}.{one.version}' for one in entries).encode()):08x}"


def _hours(scene: Scene, by: Columns, column: Column) -> list[dict[str, Any]]:
    """Of a practitioner's column, the days on which they are not there all the time."""
    if by is Columns.ROOMS:
        return []
    engaged = next((one for one in scene.staff if one.id == column.id), None)
    there = [day for day in scene.days if engaged and engaged.may_on(day, ())]
    return hours_apart(scene.hours.record, scene.place.id, column.id, scene.days, there)


def open_stretches(scene: Scene, day: date) -> list[tuple[str, str]]:
    """When the clinic is open that day, as local times; empty where it is closed."""
    return [
        (clock_of(each.starts), clock_of(each.ends) if each.ends < MIDNIGHT_COMES else MIDNIGHT)
        for each in scene.hours.at(scene.place.id).on(day)
    ]


def _columns(scene: Scene, by: Columns) -> tuple[list[Column], list[Column]]:
    """Those to draw and those left out, by name: the chosen, else those with most to do."""
    of = _column_of(by)
    busy = Counter(of(entry) for entry in scene.entries)
    if by is Columns.ROOMS:
        all_of_them = {Column(room.id, room.name) for room in scene.place.rooms_on(scene.days[0])}
    else:
        all_of_them = {Column(one.id, one.name) for one in scene.staff}
    first = [column for column, _ in busy.most_common()]
    order = first + _by_name(all_of_them - busy.keys())
    # A day shows all who have work, however many; the seven of a week would be too wide.
    most = max(MOST_COLUMNS, len(busy)) if len(scene.days) == 1 else MOST_IN_A_WEEK
    drawn = [column for column in order if column.id in scene.chosen][:most] or order[:most]
    return _by_name(drawn), _by_name(set(order) - set(drawn))


def _group(columns: Sequence[Column]) -> dict[str, str]:
    """As many as are drawn at once, to be chosen together."""
    first, last = columns[0].title, columns[-1].title
    return {
        "who": ",".join(str(one.id) for one in columns),
        "words": first if len(columns) == 1 else f"{first} to {last}",
    }


def _by_name(columns: Iterable[Column]) -> list[Column]:
    return sorted(columns, key=lambda one: (one.title, one.id))


def _column_of(by: Columns) -> Callable[[Entry], Column]:
    return _practitioner_column if by is Columns.PRACTITIONERS else _room_column


def _practitioner_column(entry: Entry) -> Column:
    return Column(entry.practitioner_id, entry.practitioner)


def _room_column(entry: Entry) -> Column:
    return Column(entry.room_id, entry.room)


def _limits(scene: Scene, drawn: Iterable[dict[str, Any]]) -> tuple[str, str]:
    """Whole hours that show every open one, and every appointment outside them."""
    stretches = [hours for day in scene.days for hours in open_stretches(scene, day)]
    starts, ends = [opens for opens, _ in stretches], [closes for _, closes in stretches]
    for one in drawn:
        began_before = one["start"][:10] < scene.days[0].isoformat()
        starts.append("00:00" if began_before else one["start"][11:])
        ends.append(one["end"][11:] if one["end"][:10] == one["start"][:10] else MIDNIGHT)
    first, last = min(starts, default=OPENS), max(ends, default=CLOSES)
    if last[:2] == "24" or "00:00" in ends:
        return f"{first[:2]}:00", MIDNIGHT
    return f"{first[:2]}:00", last if last[3:] == "00" else f"{int(last[:2]) + 1:02}:00"


def _appointment(entry: Entry, column: int, scene: Scene) -> dict[str, Any]:
    zone = scene.place.zone
    starts = entry.starts_at.astimezone(zone).replace(tzinfo=None)
    ends = entry.ends_at.astimezone(zone).replace(tzinfo=None)
    length = entry.ends_at - entry.starts_at
    # Where the clocks go back it may end before it started; the words tell the clock's own times.
    drawn_to = ends if ends > starts else starts + length
    return {
        "id": entry.id,
        "version": entry.version,
        "column": column,
        "start": f"{starts:%Y-%m-%dT%H:%M}",
        "end": f"{drawn_to:%Y-%m-%dT%H:%M}",
        "time": clock_value(entry.starts_at, zone),
        "minutes": length // timedelta(minutes=1),
        "clock": f"{clock(entry.starts_at, zone)}{DASH}{clock(entry.ends_at, zone)}",
        "title": entry.patient or NAME_WITHHELD,
        "what": entry.what,
        "needles": entry.treatment is Treatment.NEEDLING,
        "state": entry.state,
        "practitioner": entry.practitioner,
        "room": entry.room,
        "note": scene.hours.off.get(entry.id) or note_of(entry),
        "href": url_for("schedule.appointment", appointment_id=entry.id),
        "moves": scene.may_move and entry.open,
    }
