"""Calendars: what a feed may show to whom, and an appointment as calendar programs know one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from registry.rules.access import Action, Actor, Subject, may
from registry.rules.diary import Slot
from registry.rules.treatments import kind_in_words
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.rules.wording import day_in_words

#: What a feed reaches: appointments and lapsed papers so far back, and so far ahead.
BACK = timedelta(days=30)
APPOINTMENTS_AHEAD = timedelta(days=180)
LAPSES_AHEAD = timedelta(days=365)
#: How long one that was cancelled is still said to be.
CANCELLED_SHOWN = timedelta(days=30)


class FeedKind(StrEnum):
    """What a calendar feed shows."""

    PRACTITIONER = "appointments of a practitioner"
    CLINIC = "appointments of a clinic"
    LAPSES_AT_CLINIC = "lapses at a clinic"
    LAPSES_OF_PRACTITIONER = "lapses of a practitioner"

    @property
    def of_clinic(self) -> bool:
        return self in (FeedKind.CLINIC, FeedKind.LAPSES_AT_CLINIC)


#: The right that a feed stands on, asked at every reading.
STANDS_ON = {
    FeedKind.PRACTITIONER: Action.EXPORT_SCHEDULE,
    FeedKind.CLINIC: Action.EXPORT_SCHEDULE,
    FeedKind.LAPSES_AT_CLINIC: Action.SEE_EXPIRIES,
    FeedKind.LAPSES_OF_PRACTITIONER: Action.SEE_CREDENTIAL,
}


FEED_TITLES = {
    FeedKind.PRACTITIONER: "Appointments of {}",
    FeedKind.CLINIC: "All appointments at {}",
    FeedKind.LAPSES_AT_CLINIC: "Papers that lapse at {}",
    FeedKind.LAPSES_OF_PRACTITIONER: "Papers of {} that lapse",
}


class Standing(StrEnum):
    """Where an entry stands, in the words of RFC 5545 (STATUS)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


#: What programs that show no STATUS are told by the title.
SAID_FIRST = {
    AppointmentState.HELD: "On hold: ",
    AppointmentState.PROVISIONAL: "Provisional: ",
    AppointmentState.CANCELLED: "Cancelled: ",
}
TITLES = {Treatment.NEEDLING: "Dry needling"}


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """
    One entry of a calendar; nothing in it is about a patient.

    `uid` stays the same for ever, `sequence` rises with every change. `when` is a slot, or a
    whole day. `path` is its page in the registry, if the reader has one.
    """

    uid: str
    sequence: int
    changed_at: datetime
    title: str
    place: str
    standing: Standing
    when: Slot | date
    zone: str
    path: str = ""


def clinics_shown(
    actor: Actor, kind: FeedKind, clinics: Iterable[int], practitioner_id: int | None
) -> frozenset[int]:
    """At which of these clinics a feed of that kind shows them anything."""
    action = STANDS_ON[kind]
    return frozenset(
        each for each in clinics if may(actor, action, Subject(frozenset({each}), practitioner_id))
    )


def feed_title(kind: FeedKind, of: str) -> str:
    """All appointments at Harbour Clinic"""
    return FEED_TITLES[kind].format(of)


def standing_of(state: AppointmentState) -> Standing:
    if state in (AppointmentState.HELD, AppointmentState.PROVISIONAL):
        return Standing.TENTATIVE
    if state is AppointmentState.CANCELLED:
        return Standing.CANCELLED
    return Standing.CONFIRMED


def appointment_uid(appointment_id: int) -> str:
    return f"appointment-{appointment_id}"


def title_of(
    treatment: Treatment, *details: str, state: AppointmentState = AppointmentState.CONFIRMED
) -> str:
    """Dry needling, Room 2, Harbour Clinic"""
    what = TITLES.get(treatment) or kind_in_words(treatment)
    return SAID_FIRST.get(state, "") + ", ".join((what, *details))


def when_in_words(slot: Slot, zone_name: str) -> tuple[str, str]:
    """`Tue 30 June 2026` and `09:30 to 10:00, New York time (EDT)`."""
    zone = ZoneInfo(zone_name)
    starts, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    city = zone_name.rpartition("/")[2].replace("_", " ")
    hours = f"{starts:%H:%M} to {ends:%H:%M}"
    if f"{starts:%Z}" != f"{ends:%Z}":
        hours = f"{starts:%H:%M} ({_clock(starts)}) to {ends:%H:%M}"
    return day_in_words(starts.date()), f"{hours}, {city} time ({_clock(ends)})"


def _clock(local: datetime) -> str:
    """EDT, or UTC+12:45 where the clock has no letters of its own."""
    name = f"{local:%Z}"
    return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"
