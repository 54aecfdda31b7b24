"""A provisional booking in the demo: past Naomi's last valid day, while her renewal waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from registry.demo.house import House
from registry.errors import BadInput, NotCleared, Refused
from registry.models import Appointment, db
from registry.rules.diary import Slot
from registry.rules.vocabulary import Treatment
from registry.services.booking_checks import Booking
from registry.services.provisional_bookings import book_provisionally, take_provisional

#: Her licence lapses after 55 days; one of these the clinic is open on.
DAYS = range(57, 64)


def plan_provisional(house: House) -> None:
    house.agenda.put(house.moment(-1, "11:50"), partial(_take_them, house))
    house.agenda.put(house.now - timedelta(minutes=9), partial(_book, house))


def _take_them(house: House, now: datetime) -> None:
    here = house.clinics["harbour"].id
    take_provisional(actor=house.actors["ruth"], clinic_id=here, takes=True, now=now)


def _book(house: House, now: datetime) -> None:
    """For a patient whom she has treated before, on the first day that can be had."""
    before = db.session.scalars(
        select(Appointment)
        .where(
            Appointment.practitioner_id == house.practitioners["naomi"],
            Appointment.treatment == Treatment.NEEDLING,
        )
        .order_by(Appointment.starts_at)
        .limit(1)
    ).one()
    for day in DAYS:
        starts = house.moment(day, "10:30", "harbour")
        wanted = Booking(
            clinic_id=before.clinic_id,
            room_id=before.room_id,
            practitioner_id=before.practitioner_id,
            patient_id=before.patient_id,
            treatment=Treatment.NEEDLING,
            sites=tuple(before.sites),
            slot=Slot(starts, starts + before.slot.length),
        )
        try:
            _book_cleared(house, wanted, now)
        except (BadInput, Refused):
            continue
        return


def _book_cleared(house: House, wanted: Booking, now: datetime) -> None:
    """What is noted of the patient was talked over with her."""
    desk = house.actors["tess"]
    try:
        book_provisionally(actor=desk, booking=wanted, now=now)
    except NotCleared as asked:
        cleared = [note.id for note in asked.notes]
        book_provisionally(actor=desk, booking=wanted, cleared=cleared, now=now)
