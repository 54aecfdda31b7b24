"""The appointment book: does each stand on something, in an open room, and alone there?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.jobs.examinations.everybody import practitioners
from registry.models import Appointment, Clinic, Practitioner, Room
from registry.models.derived_privileges import Spans, stored_privileges
from registry.rules.days import Span, cover
from registry.rules.diary import Slot
from registry.rules.regions import site_name
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.holds import NOBODY_FOR_IT

BUSY = (Appointment.busy_from, Appointment.busy_until)
THERE = (Appointment.starts_at, Appointment.ends_at)
#: Whose time, and from when until when it is taken.
TAKEN = {
    "practitioner": (Appointment.practitioner_id, *BUSY),
    "room": (Appointment.room_id, *BUSY),
    "patient": (Appointment.patient_id, *THERE),
}


def confirmed_appointments(session: Session) -> Iterator[str]:
    """Local days are reckoned anew, from the moments and the clinic's zone."""
    for ids in practitioners(session):
        privileges = stored_privileges(session, ids)
        for appointment in session.execute(_confirmed(ids)):
            try:
                days = _local_days(appointment)
            except ZoneInfoNotFoundError:
                continue  # said once, where the clocks are examined
            yield from _on_other_days(appointment, days)
            yield from _uncovered(appointment, days, privileges[appointment.practitioner_id])


def unengaged(session: Session) -> Iterator[str]:
    """Those to come: what has started is left as it is when somebody's engagement ends."""
    wanted = (
        select(Appointment.id, Appointment.practitioner_id, Appointment.clinic_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(
            Appointment.state == AppointmentState.CONFIRMED,
            Appointment.starts_at > now(),
            NOBODY_FOR_IT,
        )
        .order_by(Appointment.id)
    )
    for row in session.execute(wanted):
        yield (
            f"Appointment {row.id} is confirmed with practitioner {row.practitioner_id}, who does "
            f"not work at clinic {row.clinic_id} then."
        )


def in_closed_rooms(session: Session) -> Iterator[str]:
    wanted = (
        select(Appointment.id, Appointment.room_id, Room.closed_from)
        .join(Room, Room.id == Appointment.room_id)
        .where(
            Appointment.state == AppointmentState.CONFIRMED,
            Room.closed_from <= Appointment.last_day,
        )
        .order_by(Appointment.id)
    )
    for row in session.execute(wanted):
        yield (
            f"Appointment {row.id} is confirmed in room {row.room_id}, which is closed from "
            f"{row.closed_from} on."
        )


def no_shows(session: Session) -> Iterator[str]:
    wanted = (
        select(Appointment.id, Appointment.checked_in_at)
        .where(
            Appointment.state == AppointmentState.NO_SHOW,
            or_(
                Appointment.checked_in_at.is_not(None),
                Appointment.missed_at < Appointment.starts_at,
            ),
        )
        .order_by(Appointment.id)
    )
    for row in session.execute(wanted):
        why = "its patient is checked in" if row.checked_in_at else "that was before its start"
        yield f"Appointment {row.id} is recorded as not come to, but {why}."


def overlaps(session: Session) -> Iterator[str]:
    for who, (column, since, until) in TAKEN.items():
        kept = (
            select(
                Appointment.id,
                column.label("whose"),
                since.label("since"),
                func.max(until)
                .over(
                    partition_by=column,
                    order_by=(since, Appointment.id),
                    rows=(None, -1),
                )
                .label("taken_until"),
            )
            .where(Appointment.state != AppointmentState.CANCELLED)
            .subquery()
        )
        for row in session.execute(
            select(kept.c.id, kept.c.whose).where(kept.c.since < kept.c.taken_until)
        ):
            yield (
                f"Appointment {row.id} starts while {who} {row.whose} is still taken "
                "by an earlier one."
            )


def _confirmed(practitioner_ids: Sequence[int]) -> Any:
    return (
        select(
            Appointment.id,
            Appointment.practitioner_id,
            Appointment.clinic_id,
            Appointment.treatment,
            Appointment.sites,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.first_day,
            Appointment.last_day,
            Clinic.zone,
        )
        .join(Clinic)
        .where(
            Appointment.practitioner_id.in_(practitioner_ids),
            Appointment.state == AppointmentState.CONFIRMED,
        )
        .order_by(Appointment.id)
    )


def _local_days(appointment: Row[Any]) -> Span:
    return Span(
        *Slot(appointment.starts_at, appointment.ends_at).days_in(ZoneInfo(appointment.zone))
    )


def _on_other_days(appointment: Row[Any], days: Span) -> Iterator[str]:
    kept = Span(appointment.first_day, appointment.last_day)
    if kept != days:
        yield (
            f"Appointment {appointment.id} is kept under {_in_words(kept)}, but by the clock of "
            f"{appointment.zone} it is on {_in_words(days)}."
        )


def _uncovered(appointment: Row[Any], days: Span, held: Spans) -> Iterator[str]:
    if appointment.treatment is not Treatment.NEEDLING:
        return
    bare = [
        site_name(site).lower()
        for site in appointment.sites
        if not cover(held.get((appointment.clinic_id, site), ()), days)
    ]
    if bare or not appointment.sites:
        yield (
            f"Appointment {appointment.id} is a confirmed needling on {_in_words(days)} without "
            f"a privilege of practitioner {appointment.practitioner_id} for: "
            f"{', '.join(bare) or 'no site at all'}."
        )


def _in_words(days: Span) -> str:
    first, last = days
    return str(first) if first == last else f"{first} to {last}"
