"""
Processes that book, move, give away and cancel at random, and tell what became of each deed.

Started as one, which forks before there is any connection or thread; they begin together.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from time import sleep
from typing import Any, NamedTuple
from unittest.mock import patch

from sqlalchemy import func, select

from registry import create_app
from registry.errors import RegistryError
from registry.models import Appointment, db
from registry.rules.access import Actor, Grant
from registry.rules.diary import Slot
from registry.rules.vocabulary import Role, Treatment
from registry.services import new_bookings, scheduling, standing_anew
from registry.services.booking_checks import Booking
from registry.services.scheduling import book_appointment, cancel_appointment, rebook_appointment
from tests import given


class Told(NamedTuple):
    """What they are told of the scene, and of themselves; `within`: so many steps of 5 minutes."""

    clinic: int
    desk: int
    rooms: list[int]
    people: list[int]
    patients: list[int]
    types: list[int]
    begins: float
    within: int
    steps: int
    careless: bool


def main(settings: dict[str, object], told: dict[str, Any], processes: int) -> None:
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(processes)
    crowd = [
        fork.Process(target=one_of_them, args=(settings, Told(**told), seed, gate))
        for seed in range(processes)
    ]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()


def one_of_them(settings: dict[str, object], scene: Told, seed: int, gate: Any) -> None:
    chance = Random(seed)  # noqa: S311 - the same wishes each time
    deeds = (book,) if scene.careless else (book, book, book, move, give, cancel)
    with create_app(dict(settings)).app_context(), careless_if(scene.careless):
        db.session.scalar(select(func.count(Appointment.id)))  # connected, as all are by then
        gate.wait(60)
        for _ in range(scene.steps):
            say(outcome_of(chance.choice(deeds), scene, chance))


def say(line: str) -> None:
    """In one piece, for all write to the same pipe."""
    sys.stdout.write(f"{line[:900]}\n")
    sys.stdout.flush()


def outcome_of(deed: Callable[[Told, Random], str], scene: Told, chance: Random) -> str:
    try:
        return deed(scene, chance)
    except RegistryError as no:
        return f"refused {type(no).__name__}"
    except Exception as error:  # to be told to whoever started this process
        return f"failed {error!r}".replace("\n", " ")


def book(scene: Told, chance: Random) -> str:
    booking = Booking(
        clinic_id=scene.clinic,
        room_id=chance.choice(scene.rooms),
        practitioner_id=chance.choice(scene.people),
        patient_id=chance.choice(scene.patients),
        treatment=Treatment.EXERCISE,
        treatment_type_id=chance.choice(scene.types),
        sites=(),
        slot=time_at_random(scene, chance),
    )
    return f"booked {book_appointment(actor=actor(scene), booking=booking, now=given.NOW)}"


def move(scene: Told, chance: Random) -> str:
    return rebook(scene, slot=time_at_random(scene, chance))


def give(scene: Told, chance: Random) -> str:
    whom, where = chance.choice(scene.people), chance.choice(scene.rooms)
    return rebook(scene, practitioner_id=whom, room_id=where)


def rebook(scene: Told, **otherwise: Any) -> str:
    seen = any_of_them()
    if seen is None:
        return "nothing there yet"
    rebook_appointment(
        actor=actor(scene),
        appointment_id=seen.id,
        seen_version=seen.version,
        now=given.NOW,
        **otherwise,
    )
    return f"changed {seen.id}"


def cancel(scene: Told, _chance: Random) -> str:
    seen = any_of_them()
    if seen is None:
        return "nothing there yet"
    cancel_appointment(
        actor=actor(scene),
        appointment_id=seen.id,
        seen_version=seen.version,
        reason="called off",
        now=given.NOW,
    )
    return f"cancelled {seen.id}"


def any_of_them() -> Any:
    db.session.rollback()
    wanted = select(Appointment.id, Appointment.version).where(Appointment.state == "confirmed")
    return db.session.execute(wanted.order_by(func.random()).limit(1)).one_or_none()


def time_at_random(scene: Told, chance: Random) -> Slot:
    later = timedelta(minutes=5 * chance.randrange(scene.within))
    starts = datetime.fromtimestamp(scene.begins, UTC) + later
    return Slot(starts, starts + timedelta(minutes=chance.choice([10, 25, 45])))


def actor(scene: Told) -> Actor:
    return Actor(scene.desk, "Finn", (Grant(Role.FRONT_DESK, scene.clinic),))


@contextmanager
def careless_if(careless: bool) -> Iterator[None]:
    """
    Without locks, and with a breath between looking and writing.

    On SQLite the lock is the one writer's seat: there each looks in a transaction of its own.
    """
    if not careless:
        yield
        return
    look = standing_anew.checked_values

    def look_and_breathe(session: Any, *args: Any, **known: Any) -> dict[str, object]:
        if session.get_bind().dialect.name != "sqlite":
            values = look(session, *args, **known)
            sleep(0.02)
            return values
        session.rollback()
        values = look(session, *args, **known)
        session.rollback()
        sleep(0.02)
        session.connection(execution_options={"registry_writes": True})
        return values

    with (
        patch.object(scheduling, "lock_diaries", lambda *_: None),
        patch.object(standing_anew, "checked_values", look_and_breathe),
        patch.object(new_bookings, "checked_values", look_and_breathe),
    ):
        yield


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
