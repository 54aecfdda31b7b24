"""The diary's boards: columns of appointments, a practitioner or a day each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from registry.queries.diary import Entry
from registry.rules.vocabulary import AppointmentState
from registry.web.formats import clock, short_day

NOTHING: Mapping[int, Sequence[str]] = {}
NAME_WITHHELD = "Patient (name not shown to you)"


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
    missing: Mapping[int, Sequence[str]],
    off: Mapping[int, str],
) -> list[Column]:
    """
    By the appointment's number: what is `missing` before needling, why it is `off` the hours.
    """
    people: dict[tuple[str, int], list[Item]] = {}
    for entry in entries:
        people.setdefault((entry.practitioner, entry.practitioner_id), []).append(
            _item(entry, entry.room, off, missing.get(entry.id, ()))
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


def by_day(
    entries: Iterable[Entry],
    monday: date,
    today: date,
    where: Callable[[Entry], str],
    link: Callable[[date], str] | None,
    off: Mapping[int, str],
    closed: Callable[[date], bool] = lambda _: False,
    missing: Mapping[int, Sequence[str]] = NOTHING,
) -> list[Column]:
    """From Monday; days on which the clinic is closed only if something is booked."""
    days = {monday + timedelta(days=n): list[Item]() for n in range(7)}
    for entry in entries:
        if entry.day in days:
            open_still = missing.get(entry.id, ())
            days[entry.day].append(_item(entry, f"{where(entry)} · {entry.room}", off, open_still))
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


def _item(entry: Entry, where: str, off: Mapping[int, str], missing: Sequence[str] = ()) -> Item:
    return Item(
        state=entry.state,
        starts=clock(entry.starts_at, entry.zone),
        ends=clock(entry.ends_at, entry.zone),
        title=entry.patient or NAME_WITHHELD,
        href=url_for("schedule.appointment", appointment_id=entry.id),
        what=entry.what,
        where=where,
        note=_note(entry, missing),
        off=off.get(entry.id, ""),
    )


def _note(entry: Entry, missing: Sequence[str]) -> str:
    if entry.state is AppointmentState.HELD:
        return entry.ground_lost_because
    if entry.state is AppointmentState.CONFIRMED and entry.checked_in:
        return "Checked in"
    return ", ".join(missing)
