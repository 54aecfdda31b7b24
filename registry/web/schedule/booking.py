"""Book: what and when, then with whom; and a new patient on the way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from registry.adapters.clock import now
from registry.errors import BadInput, Refused
from registry.identity import actor
from registry.queries.appointments import same_booking
from registry.rules.access import Actor
from registry.rules.same_booking import JustThis
from registry.services.booking_checks import Booking
from registry.services.gates import Told
from registry.services.patients import add_patient
from registry.services.provisional_bookings import book_provisionally
from registry.services.scheduling import book_appointment
from registry.web.clearing import told_cleared
from registry.web.refusals import put_at_field
from registry.web.schedule.desk import Desk, with_room
from registry.web.schedule.door import WHO_BOOKS, clinic_asked, pages
from registry.web.schedule.forms import PatientForm
from registry.web.schedule.gate_form import told_along

Answer = Response | tuple[str, int]


class BookIt(Protocol):
    def __call__(
        self,
        *,
        actor: Actor,
        booking: Booking,
        now: datetime,
        told: Told | None = None,
        cleared: Collection[int] = (),
    ) -> int: ...


@pages.get("/book")
def book() -> Answer:
    """Who is free and privileged that day, and everybody else with all their reasons."""
    return _desk().page()


@pages.post("/book")
def confirm() -> Answer:
    return _book(book_appointment)


@pages.post("/book/provisionally")
def book_past_last_day() -> Answer:
    """While a renewal waits to be checked: its time is kept, and it is not confirmed."""
    return _book(book_provisionally)


def _book(book_it: BookIt) -> Answer:
    desk = _desk()
    if not desk.choice.validate() or not desk.is_good:
        return desk.page(422)
    try:
        booking, told, cleared = desk.booking(), told_along(), told_cleared()
    except BadInput as wrong:
        desk.complain(wrong)
        return desk.page(422)
    try:
        wanted = with_room(desk.place, booking, desk.wish.what.needs)
        number = book_it(actor=desk.asking, booking=wanted, now=desk.at, told=told, cleared=cleared)
    except (BadInput, Refused) as no:
        return _already_booked(desk, booking) or desk.refusal(no)
    said = "Booked." if book_it is book_appointment else "Booked provisionally."
    flash(said, "success")
    return redirect(url_for("schedule.appointment", appointment_id=number), 303)


@pages.post("/patients")
def patients() -> Answer:
    """A patient who is not on record yet; the wish in the form is kept."""
    desk = _desk()
    desk.new_patient = form = PatientForm()
    if not form.validate():
        return desk.page(422)
    try:
        added = add_patient(
            actor=desk.asking,
            clinic_id=desk.place.id,
            reference=form.reference.data or "",
            name=form.name.data or "",
            now=desk.at,
        )
    except BadInput as wrong:
        put_at_field(form, wrong)
        return desk.page(422)
    flash(f"{added.name} is on record.", "success")
    return redirect(desk.link(patient=added.reference), 303)


def _desk() -> Desk:
    asking = actor()
    return Desk(asking, clinic_asked(asking, *WHO_BOOKS), now())


def _already_booked(desk: Desk, booking: Booking) -> Response | None:
    """The way to the appointment that this very form has made before, if it has."""
    whose, slot = (booking.practitioner_id, booking.patient_id), booking.slot
    this = JustThis(desk.place.id, *whose, desk.wish.what.id, slot.starts_at, slot.ends_at)
    there = same_booking(desk.asking, this)
    if there is None:
        return None
    flash("This was booked already; nothing was booked twice.", "success")
    return redirect(url_for("schedule.appointment", appointment_id=there), 303)
