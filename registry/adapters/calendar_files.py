"""iCalendar files (RFC 5545): feeds that programs subscribe to, and invitations in letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
)

from registry.rules.calendars import CalendarEntry, Standing
from registry.rules.days import ONE_DAY
from registry.rules.diary import OffsetStretch, Slot, offsets

PRODUCT = "-//Needling registry//Calendar//EN"
ASK_AGAIN = timedelta(hours=1)
#: A zone's UTC has no VTIMEZONE: its times are written with a Z.
PLAIN_UTC = {"UTC", "Etc/UTC"}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a letter brings along: `method` says what a program is to do with it (RFC 5546)."""

    method: str
    content: str


def feed_file(name: str, entries: Sequence[CalendarEntry], address: str, house: str) -> bytes:
    """
    A calendar to subscribe to. It names no METHOD, so DTSTAMP says when each entry last changed.

    `address` is the registry's own, to which pages are added; `house` makes each UID unique.
    """
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    # A calendar may not be empty: one without entries holds a clock that nothing is on.
    for zone in _zones(entries) if entries else [_zone("Etc/UTC", 2000, 2000)]:
        calendar.add_component(zone)
    for entry in entries:
        calendar.add_component(_event(entry, address, house))
    written: bytes = calendar.to_ical(sorted=False)
    return written


def invitation_to(
    entry: CalendarEntry, *, guest: str, organiser: str, address: str, house: str
) -> Invitation:
    """
    One entry, sent to one guest. Nobody is asked to answer: nobody reads the sender's address.
    """
    cancelled = entry.standing is Standing.CANCELLED
    calendar = _calendar()
    method = "CANCEL" if cancelled else "REQUEST"
    calendar.add("method", method)
    for zone in _zones([entry]):
        calendar.add_component(zone)
    event = _event(entry, address, house)
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    attendee = vCalAddress(f"mailto:{guest}")
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee)
    calendar.add_component(event)
    return Invitation(method, calendar.to_ical(sorted=False).decode())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(entry: CalendarEntry, address: str, house: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{house}")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", entry.standing.value)
    starts, ends = _ends(entry)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.path:
        event.add("url", address.rstrip("/") + entry.path)
    if not isinstance(entry.when, Slot):
        event.add("transp", "TRANSPARENT")
    return event


def _ends(entry: CalendarEntry) -> tuple[date, date]:
    """
    On the clinic's clock; in UTC where that clock shows one of the two times twice.

    By RFC 5545 a time that comes twice means its first passing, so the second cannot be said.
    """
    if not isinstance(entry.when, Slot):
        return entry.when, entry.when + ONE_DAY
    starts, ends = entry.when.starts_at, entry.when.ends_at
    if entry.zone in PLAIN_UTC:
        return starts, ends
    zone = ZoneInfo(entry.zone)
    local = starts.astimezone(zone), ends.astimezone(zone)
    return (starts, ends) if any(each.fold for each in local) else local


def _zones(entries: Iterable[CalendarEntry]) -> list[Timezone]:
    """Each clock that the entries are on, over the years they lie in."""
    years: dict[str, list[int]] = {}
    for entry in entries:
        if isinstance(entry.when, Slot) and entry.zone not in PLAIN_UTC:
            known = years.setdefault(entry.zone, [])
            known += [entry.when.starts_at.year, entry.when.ends_at.year]
    return [_zone(name, min(found), max(found)) for name, found in sorted(years.items())]


@lru_cache(maxsize=64)
def _zone(name: str, first_year: int, last_year: int) -> Timezone:
    """
    Written from the same clock changes as the database's guards know.

    Not by the library: its `Timezone.from_tzinfo` (7.3) writes the start of summer time on the new
    clock, an hour late.
    """
    made = Timezone()
    made.add("tzid", name)
    zone, before = ZoneInfo(name), None
    for stretch in offsets(name, first_year, last_year):
        made.add_component(_observance(zone, stretch, before))
        before = stretch
    return made


def _observance(
    zone: ZoneInfo, stretch: OffsetStretch, before: OffsetStretch | None
) -> TimezoneStandard | TimezoneDaylight:
    """It begins at a time read on the clock that was in use until then (RFC 5545, 3.6.5)."""
    local = stretch.from_utc.astimezone(zone)
    made = TimezoneDaylight() if local.dst() else TimezoneStandard()
    was = timedelta(seconds=(before or stretch).offset_seconds)
    made.add("dtstart", stretch.from_utc.astimezone(UTC).replace(tzinfo=None) + was)
    made.add("tzoffsetfrom", was)
    made.add("tzoffsetto", timedelta(seconds=stretch.offset_seconds))
    made.add("tzname", f"{local:%Z}")
    return made
