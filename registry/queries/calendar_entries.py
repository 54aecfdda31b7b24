"""What stands in a calendar feed: appointments without patients, and days on which papers lapse."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select

from registry.errors import NotFound
from registry.models import (
    Appointment,
    AuditEntry,
    Clinic,
    Credential,
    CredentialVersion,
    Engagement,
    Practitioner,
    Room,
    db,
)
from registry.models.calendars import workplaces
from registry.queries.calendar_readings import FeedAsked
from registry.rules.calendars import (
    APPOINTMENTS_AHEAD,
    BACK,
    CANCELLED_SHOWN,
    LAPSES_AHEAD,
    CalendarEntry,
    FeedKind,
    Standing,
    appointment_uid,
    clinics_shown,
    feed_title,
    standing_of,
    title_of,
)
from registry.rules.diary import Slot
from registry.rules.vocabulary import VersionState


@dataclass(frozen=True, slots=True)
class FeedShown:
    name: str
    entries: list[CalendarEntry]


def feed_shown(feed: FeedAsked, *, now: datetime) -> FeedShown:
    """
    What the maker of the feed may see of it now. Two statements.

    Raises NotFound where it was withdrawn, its maker's account closed, or nothing of it is theirs
    to see any more.
    """
    if feed.ended:
        raise NotFound("There is no such record.")
    places = _places(feed, now)
    shown = clinics_shown(feed.maker, feed.kind, places, feed.practitioner_id)
    if not shown:
        raise NotFound("There is no such record.")
    if feed.kind in (FeedKind.PRACTITIONER, FeedKind.CLINIC):
        return FeedShown(feed_title(feed.kind, feed.of), _appointments(feed, shown, now))
    return FeedShown(feed_title(feed.kind, feed.of), _lapses(feed, shown, now))


def _places(feed: FeedAsked, now: datetime) -> Collection[int]:
    if feed.practitioner_id is not None:
        return workplaces(db.session(), feed.practitioner_id, now)
    return {feed.clinic_id} if feed.clinic_id is not None else set()


def _appointments(feed: FeedAsked, shown: frozenset[int], now: datetime) -> list[CalendarEntry]:
    wanted = _booked(now).where(Appointment.clinic_id.in_(shown))
    if feed.practitioner_id is not None:
        wanted = wanted.where(Appointment.practitioner_id == feed.practitioner_id)
    entries = [_appointment(feed, row) for row in db.session.execute(wanted)]
    return [each for each in entries if not _is_long_cancelled(each, now)]


def _is_long_cancelled(entry: CalendarEntry, now: datetime) -> bool:
    cancelled = entry.standing is Standing.CANCELLED
    return cancelled and entry.changed_at < now - CANCELLED_SHOWN


def _booked(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Appointment.id, Appointment.version, Appointment.state, Appointment.treatment),
            *(Appointment.starts_at, Appointment.ends_at),
            *(Clinic.zone, Clinic.address, Clinic.name.label("clinic")),
            Practitioner.name.label("practitioner"),
            Room.name.label("room"),
            _last_told().label("changed_at"),
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .where(
            Appointment.starts_at >= now - BACK,
            Appointment.starts_at < now + APPOINTMENTS_AHEAD,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )


def _last_told() -> Any:
    """The trail tells of every change of an appointment, and so of the last one."""
    subject = literal("appointment:", String).concat(cast(Appointment.id, String))
    return (
        select(func.max(AuditEntry.at))
        .where(AuditEntry.subject == subject)
        .correlate(Appointment)
        .scalar_subquery()
    )


def _appointment(feed: FeedAsked, row: Any) -> CalendarEntry:
    standing = standing_of(row.state)
    # In a clinic's calendar it matters whose it is, in one's own at which clinic.
    details = (row.practitioner, row.room) if feed.kind.of_clinic else (row.room, row.clinic)
    return CalendarEntry(
        uid=appointment_uid(row.id),
        sequence=row.version - 1,
        changed_at=row.changed_at or feed.made_at,
        title=title_of(row.treatment, *details, state=row.state),
        place=", ".join(filter(None, (row.clinic, row.address))),
        standing=standing,
        when=Slot(row.starts_at, row.ends_at),
        zone=row.zone,
        path=f"/schedule/appointments/{row.id}",
    )


def _lapses(feed: FeedAsked, shown: frozenset[int], now: datetime) -> list[CalendarEntry]:
    wanted = _lapsing(now)
    if feed.practitioner_id is not None:
        wanted = wanted.where(Credential.practitioner_id == feed.practitioner_id)
    else:
        wanted = wanted.where(_works_at(shown, now))
    return [
        CalendarEntry(
            uid=f"credential-{row.credential_id}",
            sequence=row.version - 1,
            changed_at=row.entered_at,
            title=f"Last day of a {row.kind.title}: {row.practitioner}",
            place="",
            standing=Standing.CONFIRMED,
            when=row.last_day,
            zone="",
            path=f"/roster/practitioners/{row.practitioner_id}",
        )
        for row in db.session.execute(wanted)
    ]


def _lapsing(now: datetime) -> Select[*tuple[Any, ...]]:
    version = CredentialVersion
    return (
        select(
            *(version.credential_id, version.version, version.entered_at, version.last_day),
            *(Credential.kind, Credential.practitioner_id),
            Practitioner.name.label("practitioner"),
        )
        .join(Credential, Credential.id == version.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(
            version.state == VersionState.VERIFIED,
            version.last_day >= (now - BACK).date(),
            version.last_day <= (now + LAPSES_AHEAD).date(),
            Practitioner.archived_at.is_(None),
        )
        .order_by(version.last_day, Practitioner.name, version.id)
    )


def _works_at(clinics: frozenset[int], now: datetime) -> ColumnElement[bool]:
    today = now.astimezone(ZoneInfo("UTC")).date()
    here = select(Engagement.practitioner_id).where(
        Engagement.clinic_id.in_(clinics),
        or_(Engagement.last_day.is_(None), Engagement.last_day >= today),
    )
    return Practitioner.id.in_(here)
