"""What speaks against a booking: no such place, odd times, no privilege, somebody taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, DiaryClash, NotFound, NotPrivileged
from registry.models import (
    Appointment,
    Clinic,
    Engagement,
    Patient,
    Practitioner,
    Privilege,
    Room,
)
from registry.models.facts_on_record import facts_on_record, sets_on_record
from registry.rules.days import ONE_DAY
from registry.rules.diary import LONGEST, Slot
from registry.rules.eligibility import Decision, decide
from registry.rules.facts import Question
from registry.rules.regions import SITES, site_name
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.rules.wording import day_in_words

FURTHEST_AHEAD = timedelta(days=730)
SHORTEST = timedelta(minutes=5)


class Booking(NamedTuple):
    """What is asked for. `sites` are named for needling and for nothing else."""

    clinic_id: int
    room_id: int
    practitioner_id: int
    patient_id: int
    treatment: Treatment
    sites: tuple[str, ...]
    slot: Slot


class Place(NamedTuple):
    """The clinic, and the names of who and what was asked for."""

    zone: str
    jurisdiction: str
    clinic: str
    room: str
    practitioner: str
    patient: str


def checked_values(
    session: Session, booking: Booking, now: datetime, but: int | None = None
) -> dict[str, object]:
    """The values of the row, once nothing speaks against them."""
    place = _place(session, booking)
    _refuse_odd(booking, now)
    first_day, last_day = booking.slot.days_in(ZoneInfo(place.zone))
    _refuse_unprivileged(session, booking, place, first_day, last_day)
    _refuse_clash(session, booking, place, but)
    return {
        "clinic_id": booking.clinic_id,
        "room_id": booking.room_id,
        "practitioner_id": booking.practitioner_id,
        "patient_id": booking.patient_id,
        "treatment": booking.treatment,
        "sites": sorted(booking.sites),
        "starts_at": booking.slot.starts_at,
        "ends_at": booking.slot.ends_at,
        "first_day": first_day,
        "last_day": last_day,
    }


def _place(session: Session, booking: Booking) -> Place:
    """Raises NotFound also for a practitioner who never worked there: not a name is told."""
    worked_there = (
        select(Engagement.id)
        .where(Engagement.practitioner_id == Practitioner.id, Engagement.clinic_id == Clinic.id)
        .exists()
    )
    row = session.execute(
        select(
            Clinic.zone,
            Clinic.jurisdiction,
            Clinic.name,
            Room.name,
            Practitioner.name,
            Patient.name,
        )
        .join(Room, Room.clinic_id == Clinic.id)
        .join(Patient, Patient.clinic_id == Clinic.id)
        .join(Practitioner, Practitioner.archived_at.is_(None))
        .where(
            Clinic.id == booking.clinic_id,
            Room.id == booking.room_id,
            Patient.id == booking.patient_id,
            Practitioner.id == booking.practitioner_id,
            worked_there,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such clinic, room, practitioner or patient.")
    return Place(*row)


def _refuse_odd(booking: Booking, now: datetime) -> None:
    slot = booking.slot
    if slot.starts_at < now:
        raise BadInput("This time has passed. Choose a later one.", field="starts_at")
    if slot.starts_at > now + FURTHEST_AHEAD:
        raise BadInput("That is more than two years ahead.", field="starts_at")
    if not SHORTEST <= slot.ends_at - slot.starts_at <= LONGEST:
        raise BadInput("An appointment lasts from 5 minutes to 8 hours.", field="minutes")
    needles = booking.treatment is Treatment.NEEDLING
    if needles and not booking.sites:
        raise BadInput("Say which region or muscle is to be needled.", field="sites")
    if not needles and booking.sites:
        raise BadInput("Only needling names regions.", field="sites")
    if unknown := set(booking.sites) - SITES:
        raise BadInput(f"No such region or muscle: {min(unknown)!r}.", field="sites")


def _refuse_unprivileged(
    session: Session, booking: Booking, place: Place, first_day: date, last_day: date
) -> None:
    if booking.treatment is not Treatment.NEEDLING:
        _refuse_stranger(session, booking, place, first_day, last_day)
        return
    covered = set(
        session.scalars(
            select(Privilege.site).where(
                Privilege.practitioner_id == booking.practitioner_id,
                Privilege.clinic_id == booking.clinic_id,
                Privilege.site.in_(booking.sites),
                Privilege.first_day <= first_day,
                Privilege.last_day >= last_day,
            )
        )
    )
    missing = [site for site in booking.sites if site not in covered]
    if missing:
        names = ", ".join(site_name(site).lower() for site in missing)
        raise NotPrivileged(
            f"{place.practitioner} may not needle the {names} at {place.clinic} "
            f"on {day_in_words(first_day)}.",
            _decisions(session, booking, place, missing, first_day, last_day),
        )


def _refuse_stranger(
    session: Session, booking: Booking, place: Place, first_day: date, last_day: date
) -> None:
    """Other treatments need no privilege, but somebody who works at the clinic on the day."""
    works_here = session.scalar(
        select(Engagement.id)
        .where(
            Engagement.practitioner_id == booking.practitioner_id,
            Engagement.clinic_id == booking.clinic_id,
            Engagement.first_day <= first_day,
            or_(Engagement.last_day.is_(None), Engagement.last_day >= last_day),
        )
        .limit(1)
    )
    if works_here is None:
        raise NotPrivileged(
            f"{place.practitioner} does not work at {place.clinic} on {day_in_words(first_day)}."
        )


def _decisions(
    session: Session,
    booking: Booking,
    place: Place,
    sites: Iterable[str],
    first_day: date,
    last_day: date,
) -> tuple[Decision, ...]:
    """The refusals in full: one decision for each uncovered site and day."""
    facts = facts_on_record(session, [booking.practitioner_id])[booking.practitioner_id]
    sets = sets_on_record(session, [place.jurisdiction])
    days = [first_day] if first_day == last_day else [first_day, first_day + ONE_DAY]
    decided = (
        decide(facts, sets, Question(booking.clinic_id, place.jurisdiction, site, day))
        for site in sites
        for day in days
    )
    return tuple(decision for decision in decided if not decision.eligible)


def _refuse_clash(session: Session, booking: Booking, place: Place, but: int | None) -> None:
    slot = booking.slot
    taken = select(Appointment.practitioner_id, Appointment.room_id, Appointment.patient_id).where(
        Appointment.starts_at > slot.starts_at - LONGEST,
        Appointment.starts_at < slot.ends_at,
        Appointment.ends_at > slot.starts_at,
        Appointment.state != AppointmentState.CANCELLED,
        Appointment.id != (but or 0),
    )
    who = (
        (Appointment.practitioner_id == booking.practitioner_id, place.practitioner),
        (Appointment.room_id == booking.room_id, place.room),
        (Appointment.patient_id == booking.patient_id, place.patient),
    )
    clashes = session.execute(
        select(*[taken.where(condition).exists() for condition, _name in who])
    ).one()
    if any(clashes):
        names = " and ".join(
            str(name) for (_, name), clash in zip(who, clashes, strict=True) if clash
        )
        raise DiaryClash(f"{names} already taken at that time. Choose another time.")
