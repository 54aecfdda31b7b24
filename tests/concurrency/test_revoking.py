"""A certificate is revoked at the very moment somebody books on it."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import func, select

from registry.errors import NotPrivileged, RegistryError
from registry.models import Appointment, Privilege, db
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services import (
    booking_checks,
    new_bookings,
    privileges,
    scheduling,
    verification,
)
from registry.services.scheduling import book_appointment
from registry.services.verification import decide_standing
from tests import given
from tests.concurrency.together import after, together
from tests.guards.taking_off import without


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    certificate = given.certified(dana)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    manager = given.somebody(Role.MANAGER, harbour)
    return harbour, dana, certificate.id, desk, manager


def booking(scene, hour=14, room=0):
    harbour, dana, _, desk, _ = scene
    wanted = given.booking(
        harbour,
        dana,
        given.patient(harbour),
        given.slot(harbour, hour),
        room_id=given.rooms(harbour)[room],
    )
    return lambda: book_appointment(actor=desk, booking=wanted, now=given.NOW)


def revoking(scene):
    _, _, certificate_id, _, manager = scene
    return lambda: decide_standing(
        actor=manager,
        credential_id=certificate_id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="the provider withdrew it",
        now=given.NOW,
    )


def states():
    db.session.rollback()
    return dict(
        db.session.execute(
            select(Appointment.state, func.count()).group_by(Appointment.state)
        ).all()
    )


def uncovered():
    """Confirmed needling appointments without a privilege: there must be none, ever."""
    db.session.rollback()
    return db.session.scalar(
        select(func.count(Appointment.id)).where(
            Appointment.state == AppointmentState.CONFIRMED,
            ~select(Privilege.site)
            .where(
                Privilege.practitioner_id == Appointment.practitioner_id,
                Privilege.first_day <= Appointment.first_day,
                Privilege.last_day >= Appointment.last_day,
            )
            .exists(),
        )
    )


@pytest.fixture
def booking_dawdles_after_its_look(monkeypatch):
    looked = threading.Event()
    look = booking_checks.refuse_unprivileged

    def look_and_dawdle(*args):
        look(*args)
        looked.set()
        time.sleep(0.5)

    monkeypatch.setattr(booking_checks, "refuse_unprivileged", look_and_dawdle)
    return looked


@pytest.fixture
def no_lock(monkeypatch, database):
    for where in (scheduling, verification, privileges):
        monkeypatch.setattr(where, "lock_diaries", lambda *_: None)
    if database.name == "sqlite":  # there the lock is the writer's seat: look before taking it
        look = new_bookings.checked_values

        def look_outside(session, *args, **known):
            session.rollback()
            values = look(session, *args, **known)
            session.rollback()
            session.connection(execution_options={"registry_writes": True})
            return values

        monkeypatch.setattr(new_bookings, "checked_values", look_outside)


def test_without_lock_or_guard_the_race_is_lost(
    app, database, scene, booking_dawdles_after_its_look, no_lock
):
    book, revoke = booking(scene), revoking(scene)
    with without(database, "appointment_covered", "privilege_in_use"):
        together(app, book, after(booking_dawdles_after_its_look, revoke))
        assert uncovered() == 1


def test_the_lock_alone_suffices(app, database, scene, booking_dawdles_after_its_look):
    book, revoke = booking(scene), revoking(scene)
    with without(database, "appointment_covered", "privilege_in_use"):
        booked, held = together(app, book, after(booking_dawdles_after_its_look, revoke))
        assert isinstance(booked, int)
        assert [one.id for one in held] == [booked]
        assert uncovered() == 0


def test_the_guard_alone_suffices(app, scene, booking_dawdles_after_its_look, no_lock):
    booked, held = together(
        app, booking(scene), after(booking_dawdles_after_its_look, revoking(scene))
    )
    assert isinstance(booked, RegistryError) or isinstance(held, RegistryError), (booked, held)
    assert uncovered() == 0


def test_a_revocation_waits_for_a_booking_in_progress_and_then_holds_it(
    app, scene, booking_dawdles_after_its_look
):
    booked, held = together(
        app, booking(scene), after(booking_dawdles_after_its_look, revoking(scene))
    )
    assert [one.id for one in held] == [booked]
    assert states() == {AppointmentState.HELD: 1}


def test_a_booking_waits_for_a_revocation_in_progress_and_is_then_refused(app, scene, monkeypatch):
    revoked = threading.Event()
    write = privileges._write

    def write_and_dawdle(*args):
        write(*args)
        revoked.set()
        time.sleep(0.4)

    monkeypatch.setattr(privileges, "_write", write_and_dawdle)
    held, refused = together(app, revoking(scene), after(revoked, booking(scene)))
    assert held == []
    assert isinstance(refused, NotPrivileged), refused
    assert states() == {}


def test_one_revocation_against_many_bookings_leaves_none_confirmed(app, scene):
    bookings = [booking(scene, hour, room) for hour in range(10, 17) for room in (0, 1)]
    outcomes = together(app, *bookings[:7], revoking(scene), *bookings[7:])
    assert isinstance(outcomes[7], list), outcomes[7]
    assert states().get(AppointmentState.CONFIRMED, 0) == 0
    booked = [o for o in outcomes if isinstance(o, int)]
    assert states().get(AppointmentState.HELD, 0) == len(booked) == len(outcomes[7])
    others = [o for o in outcomes if not isinstance(o, int | list)]
    assert all(isinstance(o, RegistryError) for o in others), others
