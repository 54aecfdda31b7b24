"""A patient is checked in at the very moment the licence is suspended."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from registry.errors import RegistryError
from registry.models import Appointment, Credential, db
from registry.rules.vocabulary import AppointmentState, CredentialKind, Outcome, Role
from registry.services import check_in as checking
from registry.services import holds, privileges
from registry.services.verification import decide_standing
from tests import given
from tests.concurrency.together import after, together


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    number = given.booked(harbour, dana)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    manager = given.somebody(Role.MANAGER, harbour)
    licence = db.session.scalar(
        select(Credential.id).where(Credential.kind == CredentialKind.LICENCE)
    )
    return number, desk, manager, licence


def arriving(scene):
    number, desk, *_ = scene
    return lambda: checking.check_in(actor=desk, appointment_id=number, now=given.NOW)


def suspending(scene):
    *_, manager, licence = scene
    return lambda: decide_standing(
        actor=manager,
        credential_id=licence,
        outcome=Outcome.SUSPENDED,
        effective_from=given.TODAY,
        reason="The board wrote.",
        now=given.NOW,
    )


def as_it_is(scene):
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(Appointment, scene[0])
    return found.state, found.checked_in_at is not None


@pytest.fixture
def check_in_dawdles_after_its_look(monkeypatch):
    looked = threading.Event()
    look = checking._refuse_unready

    def look_and_dawdle(*args):
        look(*args)
        looked.set()
        time.sleep(0.5)

    monkeypatch.setattr(checking, "_refuse_unready", look_and_dawdle)
    return looked


def test_a_suspension_waits_for_a_check_in_in_progress_and_then_holds_it(
    app, scene, check_in_dawdles_after_its_look
):
    arrive, suspend = arriving(scene), suspending(scene)
    arrived, lost = together(app, arrive, after(check_in_dawdles_after_its_look, suspend))
    assert arrived is None
    assert [one.id for one in lost] == [scene[0]]
    assert as_it_is(scene)[0] is AppointmentState.HELD


def test_a_check_in_waits_for_a_suspension_in_progress_and_is_then_refused(app, scene, monkeypatch):
    suspended = threading.Event()
    hold = holds.hold_uncovered

    def hold_and_dawdle(*args, **known):
        found = hold(*args, **known)
        suspended.set()
        time.sleep(0.4)
        return found

    monkeypatch.setattr(privileges, "hold_uncovered", hold_and_dawdle)
    lost, refused = together(app, suspending(scene), after(suspended, arriving(scene)))
    assert [one.id for one in lost] == [scene[0]]
    assert isinstance(refused, RegistryError), refused
    assert as_it_is(scene) == (AppointmentState.HELD, False)


def test_at_the_same_instant_nobody_stays_checked_in_as_confirmed(app, scene):
    arrived, lost = together(app, arriving(scene), suspending(scene))
    assert arrived is None or isinstance(arrived, RegistryError), arrived
    assert isinstance(lost, list), lost
    assert as_it_is(scene)[0] is AppointmentState.HELD
