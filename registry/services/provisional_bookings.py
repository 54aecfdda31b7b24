"""Booking past a last valid day, while a renewal waits: never confirmed before it was checked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.errors import NotPrepared, NotPrivileged
from registry.leave import require
from registry.models import Appointment, transaction
from registry.models.provisional_ground import why_not_provisional
from registry.rules.access import Action, Actor, Subject
from registry.rules.vocabulary import AppointmentState
from registry.services.booking_checks import Booking
from registry.services.booking_places import Place
from registry.services.clinics import locked_clinic, record_change
from registry.services.diary_lock import lock_diaries, lock_every_diary
from registry.services.gates import Told
from registry.services.holds import LostGround, tell_of_holds
from registry.services.new_bookings import Along, put_on_record
from registry.services.provisional import settle_provisional


def book_provisionally(
    *,
    actor: Actor,
    booking: Booking,
    now: datetime,
    told: Told | None = None,
    cleared: Collection[int] = (),
) -> int:
    """
    Its number. It is confirmed after all, where they may needle it that day by now.

    Everything but the privilege is checked as for any booking. Raises NotPrivileged with every
    reason where no renewal waits that would give it, and whatever `book_appointment` raises.
    """
    along = Along(told, cleared)
    with transaction() as session:
        require(actor, Action.BOOK, Subject(frozenset({booking.clinic_id})))
        lock_diaries(session, [booking.practitioner_id])
        try:
            return put_on_record(session, actor, booking, now, along)
        except NotPrepared:
            raise
        except NotPrivileged as no:
            whose = (booking.practitioner_id, booking.clinic_id, booking.sites)
            asked = [decision.question for decision in no.decisions]
            if why_not := why_not_provisional(session, *whose, asked, now):
                raise NotPrivileged(f"{no.message} {why_not}", no.decisions) from no
        waiting = along._replace(state=AppointmentState.PROVISIONAL, ground=_a_renewal_waits)
        return put_on_record(session, actor, booking, now, waiting)


def take_provisional(
    *, actor: Actor, clinic_id: int, takes: bool, now: datetime
) -> list[LostGround]:
    """
    Whether a clinic takes such bookings. What is booked when it stops is put on hold, and returned.

    Raises NotAllowed, NotFound.
    """
    with transaction() as session:
        lock_every_diary(session)
        clinic = locked_clinic(session, actor, clinic_id)
        if clinic.takes_provisional == takes:
            return []
        before = {"takes_provisional": clinic.takes_provisional}
        clinic.takes_provisional = takes
        after = {"takes_provisional": takes}
        session.flush()
        record_change(session, actor, Action.CHANGE_CLINIC, clinic, now, before=before, after=after)
        because = f"{clinic.name} takes no provisional bookings any more."
        whose = session.scalars(_with_any(clinic_id)).all()
        lost = settle_provisional(
            session,
            actor,
            whose,
            because,
            now,
            Appointment.clinic_id == clinic_id,
            f"clinic:{clinic_id}",
        )
        tell_of_holds(session, lost, because, now)
        return lost


def _a_renewal_waits(
    session: Session, booking: Booking, place: Place, days: tuple[date, date]
) -> None:
    """Looked into before: nothing is refused here."""


def _with_any(clinic_id: int) -> Select[int]:
    return (
        select(Appointment.practitioner_id)
        .where(
            Appointment.clinic_id == clinic_id,
            Appointment.state == AppointmentState.PROVISIONAL,
        )
        .distinct()
    )
