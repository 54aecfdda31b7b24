"""A booking and a refusal: through the use case and through the page, against a bare insert."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from registry.errors import DiaryClash, NotPrivileged
from registry.models import Appointment, Patient, db
from registry.services.booking_checks import Booking
from registry.services.scheduling import book_appointment
from tests.benchmarks.doors import Browser, answered, bare_app, inserting
from tests.benchmarks.houses import Street
from tests.benchmarks.office import REFUSED, Office, as_row
from tests.benchmarks.rounds import Deed, Prepare, alternate
from tests.benchmarks.shapes import ORGANISATION, ZONE
from tests.benchmarks.table import Table

CALLS, ROUNDS = 8, 11
USE_CASE = {"SQLite": 8.0, "PostgreSQL": 4.0}
PAGE = {"SQLite": None, "PostgreSQL": 8.0}


def bare_insert(office: Office) -> Deed:
    row = as_row(office.next_booking())
    engine = db.engine.execution_options(registry_writes=True)

    def insert_it() -> None:
        with engine.begin() as connection:
            connection.execute(insert(Appointment), row)

    return insert_it


def accepting(office: Office) -> Deed:
    booking = office.next_booking()
    return lambda: book_appointment(actor=office.desk, booking=booking, now=office.now)


def refusing(office: Office) -> Deed:
    """Somebody who was not taught the site, with every reason."""
    return _refused(office, office.next_booking(REFUSED), NotPrivileged)


def clashing(office: Office) -> Deed:
    return _refused(office, office.taken(), DiaryClash)


def _refused(office: Office, booking: Booking, refusal: type[Exception]) -> Deed:
    def try_it() -> None:
        with suppress(refusal):
            book_appointment(actor=office.desk, booking=booking, now=office.now)
            raise AssertionError("it was booked")

    return try_it


def page_of_booking(office: Office, browser: Browser, booking: Booking, status: int) -> Deed:
    """The form as the desk sends it, with the practitioner, the time and the room chosen."""
    with office.open():
        patient = db.session.scalar(
            select(Patient.reference).where(Patient.id == booking.patient_id)
        )
    local = booking.slot.starts_at.astimezone(ZoneInfo(ZONE))
    wish = dict(
        clinic=booking.clinic_id,
        day=local.date().isoformat(),
        treatment="needling",
        site=list(booking.sites),
        minutes=30,
        patient=patient,
    )
    choice = dict(
        practitioner_id=booking.practitioner_id, time=f"{local:%H:%M}", room_id=booking.room_id
    )
    query = {"clinic": wish.pop("clinic")}
    return answered(status, browser.posting("/schedule/book", query, {**wish, **choice}))


def measure(street: Street) -> Table:
    table = Table(f"Booking on {street.name}, {ORGANISATION.appointments:,} on record")
    office = Office(street.open(ORGANISATION), ORGANISATION)
    bare = bare_app(office)
    cases: dict[str, Prepare] = {
        "bare": lambda: bare_insert(office),
        "bare page": lambda: inserting(bare, office),
        "accept": lambda: accepting(office),
        "refuse": lambda: refusing(office),
        "clash": lambda: clashing(office),
    }
    has_pages = "schedule.confirm" in office.app.view_functions
    if has_pages:
        cases |= pages(office)
    with office.open():
        taken = alternate(cases, calls=CALLS, rounds=ROUNDS)
    table.time("a bare guarded insert, committed", taken.seconds("bare"))
    table.ratio(
        "use case / bare guarded insert", taken.ratio("accept", "bare"), USE_CASE[street.name]
    )
    table.ratio("use case / bare Flask page that inserts", taken.ratio("accept", "bare page"))
    table.ratio("refused, all reasons / accepted (use case)", taken.ratio("refuse", "accept"), 1.0)
    table.ratio("refused, time taken / accepted (use case)", taken.ratio("clash", "accept"), 1.0)
    table.ratio(
        "bare Flask page that inserts / bare guarded insert", taken.ratio("bare page", "bare")
    )
    if has_pages:
        table.ratio("page / bare guarded insert", taken.ratio("page", "bare"), PAGE[street.name])
        table.ratio("page / bare Flask page that inserts", taken.ratio("page", "bare page"))
        table.ratio("page refused, all reasons / page accepted", taken.ratio("page refuse", "page"))
    else:
        table.note("the booking page is not there yet")
    return table


def pages(office: Office) -> dict[str, Prepare]:
    browser = Browser(office)

    def going(status: int, booking: Callable[[], Booking]) -> Prepare:
        return lambda: page_of_booking(office, browser, booking(), status)

    return {
        "page": going(303, office.next_booking),
        "page refuse": going(409, lambda: office.next_booking(REFUSED)),
    }
