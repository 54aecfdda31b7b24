"""The diary's boards: columns of appointments, a practitioner or a day each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import url_for

from registry.queries.diary import Entry
from registry.rules.vocabulary import AppointmentState
from registry.web.formats import clock, short_day

NAME_WITHHELD = "Patient (name not shown to you)"


@dataclass(frozen=True, slots=True)
class Beside:
    """
    What is told beside appointments, by their numbers.

    `missing`: what is still open before needling; `off`: why it lies outside the hours. And
    whether whoever looks `may_move` them.
    """

    missing: Mapping[int, Sequence[str]] = field(default_factory=dict)
    off: Mapping[int, str] = field(default_factory=dict)
    may_move: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One appointment as the board shows it."""

    state: AppointmentState
    starts: str
    ends: str
    title: str
    href: str
    what: str
    where: str
    note: str
    off: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    items: list[Item]
    subtitle: str = ""
    href: str = ""
    current: bool = False


def by_practitioner(
    entries: Iterable[Entry],
    on: date,
    clinic_id: int,
    beside: Beside,
) -> list[Column]:
    people: dict[tuple[str, int], list[Item]] = {}
    for entry in entries:
        people.setdefault((entry.practitioner, entry.practitioner_id), []).append(
            _item(entry, entry.room, beside)
        )
    return [
        Column(
            title=name,
            items=items,
            href=url_for(
                "schedule.practitioner",
                practitioner_id=practitioner_id,
                clinic=clinic_id,
                **{"from": on.isoformat()},  # type: ignore[arg-type]
            ),
        )
        for (name, practitioner_id), items in sorted(people.items())
    ]


def by_room(entries: Iterable[Entry], beside: Beside) -> list[Column]:
    rooms: dict[tuple[str, int], list[Item]] = {}
    for entry in entries:
        rooms.setdefault((entry.room, entry.room_id), []).append(
            _item(entry, entry.practitioner, beside)
        )
    return [Column(title=name, items=items) for (name, _), items in sorted(rooms.items())]


def by_day(
    entries: Iterable[Entry],
    monday: date,
    today: date,
    where: Callable[[Entry], str],
    link: Callable[[date], str] | None,
    beside: Beside,
    closed: Callable[[date], bool] = lambda _: False,
) -> list[Column]:
    """From Monday; days on which the clinic is closed only if something is booked."""
    days = {monday + timedelta(days=n): list[Item]() for n in range(7)}
    for entry in entries:
        if entry.day in days:
            days[entry.day].append(_item(entry, f"{where(entry)} · {entry.room}", beside))
    return [
        Column(
            title=short_day(on),
            items=items,
            href=link(on) if link else "",
            current=on == today,
            subtitle="today" if on == today else "",
        )
        for on, items in days.items()
        if items or not closed(on)
    ]


def _item(entry: Entry, where: str, beside: Beside) -> Item:
    href = url_for("schedule.appointment", appointment_id=entry.id)
    return Item(
        state=entry.state,
        starts=clock(entry.starts_at, entry.zone),
        ends=clock(entry.ends_at, entry.zone),
        title=entry.patient or NAME_WITHHELD,
        href=href,
        what=entry.what,
        where=where,
        note=note_of(entry, beside.missing.get(entry.id, ())),
        off=beside.off.get(entry.id, ""),
        links=links_of(href) if beside.may_move and entry.open else (),
    )


def links_of(href: str) -> tuple[tuple[str, str], ...]:
    """What the board does by dragging, as the pages that do the same."""
    return (("Move or lengthen", f"{href}/move"), ("Give to", f"{href}/reassign"))


def note_of(entry: Entry, missing: Sequence[str] = ()) -> str:
    if entry.state is AppointmentState.HELD:
        return entry.ground_lost_because
    if entry.state is AppointmentState.PROVISIONAL:
        return "Provisional: a renewal waits to be checked"
    if entry.state is AppointmentState.CONFIRMED and entry.checked_in:
        return "Checked in"
    return ", ".join(missing)
