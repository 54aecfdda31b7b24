"""Eight desks that book at once through HTTP: how many a second, and how long each waits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import chain
from statistics import median
from threading import Barrier
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from registry.models import Appointment, db
from registry.services.booking_checks import Booking
from tests.benchmarks.doors import Browser
from tests.benchmarks.houses import Street
from tests.benchmarks.office import Office, as_row
from tests.benchmarks.served import served
from tests.benchmarks.shapes import ORGANISATION, ORGANISATION_1M, PATIENTS, ZONE, Shape
from tests.benchmarks.table import Table

CLIENTS, EACH = 8, 60
CONTESTED = 5  # every fifth of a client's wishes is one that its neighbour has too
WARM_UP = 6
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
BOOKED, REFUSED = 303, 409


class Sent(NamedTuple):
    status: int
    seconds: float


def measure(street: Street) -> Table:
    table = Table(f"{CLIENTS} desks booking at once through HTTP on {street.name}")
    for shape in (ORGANISATION, ORGANISATION_1M):
        _crowd(table, street, shape)
    return table


def _crowd(table: Table, street: Street, shape: Shape) -> None:
    office = Office(street.open(shape), shape)
    wishes = _wishes(office)
    distinct = len({(one.practitioner_id, one.slot) for one in chain(*wishes)})
    forms = [[_form(office, one) for one in mine] for mine in wishes]
    warm = [[_form(office, office.next_booking()) for _ in range(WARM_UP)] for _ in forms]
    with served(office.app, street.owner_url(shape)) as house:
        desks = [Desk(house.port, Browser(office).cookie) for _ in forms]
        before = _on_record(office) + CLIENTS * WARM_UP
        busy: list[float] = []
        gate = Barrier(CLIENTS, lambda: busy.append(house.busy))  # once all are warm
        with ThreadPoolExecutor(CLIENTS) as crowd:
            done = list(crowd.map(_send_all, desks, warm, forms, [gate] * CLIENTS))
        busy.append(house.busy)
        made = _on_record(office) - before
    sent = list(chain(*(each.sent for each in done)))
    statuses = Counter(one.status for one in sent)
    if statuses != Counter({BOOKED: distinct, REFUSED: len(sent) - distinct}) or made != distinct:
        raise AssertionError(f"{statuses} and {made} on record, where {distinct} could be had")
    elapsed = max(each.ended for each in done) - min(each.began for each in done)
    many = f"{shape.appointments:,} on record"
    _tell(table, many, sent, elapsed, _bare_inserts(office, made))
    table.time(f"{many}: processor of the server, an answer", (busy[1] - busy[0]) / len(sent))


def _tell(table: Table, many: str, sent: list[Sent], elapsed: float, bare: float) -> None:
    """`bare`: inserts a second."""
    booked, refused = (
        sorted(one.seconds for one in sent if one.status == status) for status in (BOOKED, REFUSED)
    )
    table.note(
        f"{many}: {len(booked)} booked, {len(refused)} refused in {elapsed:.1f} s: "
        f"{len(booked) / elapsed:.0f} bookings a second, {len(sent) / elapsed:.0f} answers; "
        f"{bare:.0f} bare inserts a second"
    )
    for word, seconds in (("booked", booked), ("refused", refused)):
        table.time(f"{many}: {word}, median", median(seconds))
        table.time(f"{many}: {word}, p95", seconds[math.ceil(len(seconds) * 0.95) - 1])
    ratio = bare / (len(booked) / elapsed)
    table.ratio(f"{many}: bare guarded inserts / bookings, a second", ratio)


def _wishes(office: Office) -> list[list[Booking]]:
    """Each client's own, and some that its neighbour wants at the same time for another patient."""
    wishes = [[office.next_booking() for _ in range(EACH)] for _ in range(CLIENTS)]
    for client, mine in enumerate(wishes):
        for place in range(client % CONTESTED, EACH, CONTESTED):
            theirs = wishes[(client + 1) % CLIENTS][place]
            mine[place] = theirs._replace(patient_id=_another_patient(office, theirs))
    return wishes


def _another_patient(office: Office, booking: Booking) -> int:
    each = PATIENTS // office.shape.people
    place = office.numbers.patients.index(booking.patient_id)
    return int(office.numbers.patients[place // each * each + (place + 1) % each])


class Desk:
    """Somebody signed in, on a connection of their own, with a form's token from a real page."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": cookie}
        self.connection.request("GET", "/schedule/patients/new", headers=self.headers)
        answer = self.connection.getresponse()
        found = TOKEN.search(answer.read().decode())
        if found is None:
            raise AssertionError(f"{answer.status}, and no form in it")
        self.token = found[1]

    def send(self, form: dict[str, Any]) -> Sent:
        body = urlencode({**form, "csrf_token": self.token}, doseq=True)
        path = f"/schedule/book?clinic={form['clinic']}"
        before = perf_counter()
        self.connection.request("POST", path, body, {**self.headers, **FORM})
        answer = self.connection.getresponse()
        answer.read()
        return Sent(answer.status, perf_counter() - before)


class Done(NamedTuple):
    began: float
    ended: float
    sent: list[Sent]


def _send_all(
    desk: Desk, warm: Sequence[dict[str, Any]], forms: Sequence[dict[str, Any]], gate: Barrier
) -> Done:
    """Once all have booked a few, each all of its own, one after another."""
    for form in warm:
        desk.send(form)
    gate.wait()
    began = perf_counter()
    return Done(began, sent=[desk.send(form) for form in forms], ended=perf_counter())


def _form(office: Office, booking: Booking) -> dict[str, Any]:
    local = booking.slot.starts_at.astimezone(ZoneInfo(ZONE))
    place = office.numbers.patients.index(booking.patient_id)
    return dict(
        clinic=booking.clinic_id,
        day=local.date().isoformat(),
        treatment="needling",
        site=list(booking.sites),
        minutes=30,
        patient=f"P{place:05}",
        practitioner_id=booking.practitioner_id,
        time=f"{local:%H:%M}",
        room_id=booking.room_id,
    )


def _bare_inserts(office: Office, many: int) -> float:
    """A second, from as many threads, each its own connection, committed one by one."""
    rows = [as_row(office.next_booking()) for _ in range(many)]
    with office.open():
        engine = db.engine.execution_options(registry_writes=True)

    def insert_all(mine: list[dict[str, Any]]) -> None:
        for row in mine:
            with engine.begin() as connection:
                connection.execute(insert(Appointment), row)

    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as crowd:
        list(crowd.map(insert_all, [rows[n::CLIENTS] for n in range(CLIENTS)]))
    elapsed = perf_counter() - began
    engine.dispose()
    return many / elapsed


def _on_record(office: Office) -> int:
    with office.open():
        found = db.session.scalar(select(func.count(Appointment.id)))
        db.session.remove()
        return int(found or 0)
