"""A certificate is reinstated at the very moment the desk gives away what was on hold for it."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from registry.models import Appointment, AuditEntry, Letter, db
from registry.rules.holds import Settling
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services import privileges, restoring, standing_anew, working_off
from registry.services.verification import decide_standing
from registry.services.working_off import Chosen, work_off_holds
from tests import given
from tests.concurrency.together import after, together

HELD_VERSION = 2


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana, ana = (given.practitioner(name, at=harbour) for name in ("Dana Okafor", "Ana Ruiz"))
    paper = given.certified(dana)
    given.certified(ana)
    desk, manager = (given.somebody(role, harbour) for role in (Role.FRONT_DESK, Role.MANAGER))
    number = given.booked(harbour, dana)
    known = dict(harbour=harbour.id, dana=dana.id, ana=ana.id, number=number, paper=paper.id)
    deciding(known, manager, Outcome.SUSPENDED)()
    return known | {"desk": desk, "manager": manager}


def deciding(scene, manager, outcome):
    return lambda: decide_standing(
        actor=manager,
        credential_id=scene["paper"],
        outcome=outcome,
        effective_from=given.TODAY,
        reason="The board wrote.",
        now=given.NOW,
    )


def reinstating(scene):
    return deciding(scene, scene["manager"], Outcome.REINSTATED)


def giving(scene):
    chosen = Chosen(scene["number"], HELD_VERSION, Settling.GIVE, scene["ana"])
    return lambda: work_off_holds(
        actor=scene["desk"], clinic_id=scene["harbour"], chosen=[chosen], now=given.NOW
    )


def what_became_of_it(scene):
    """Whose it is, and what the trail tells of it since the hold."""
    db.session.rollback()
    one = db.session.get_one(Appointment, scene["number"])
    assert (one.state, one.ground_lost_at) == (AppointmentState.CONFIRMED, None)
    told = select(AuditEntry.action).where(AuditEntry.subject == f"appointment:{one.id}")
    actions = db.session.scalars(told.order_by(AuditEntry.id)).all()
    assert actions[:2] == ["book appointment", "hold appointment"]
    return one.practitioner_id, actions[2:]


def dawdling(monkeypatch, module, name):
    """Set once that was done; whoever did it then takes its time."""
    did, deed = threading.Event(), getattr(module, name)

    def do_and_dawdle(*args, **known):
        done = deed(*args, **known)
        did.set()
        time.sleep(0.5)
        return done

    monkeypatch.setattr(module, name, do_and_dawdle)
    return did


def test_what_stands_again_first_is_not_given_away(app, scene, monkeypatch):
    restored = dawdling(monkeypatch, restoring, "_with_their_ground")
    _, outcome = together(app, reinstating(scene), after(restored, giving(scene)))
    assert outcome.done == []
    assert "no longer on hold" in outcome.refused[0].message
    assert what_became_of_it(scene) == (scene["dana"], ["restore by itself"])


def test_what_was_given_away_first_is_left_with_whoever_took_it(app, scene, monkeypatch):
    given_away = dawdling(monkeypatch, working_off, "_settle")
    outcome, _ = together(app, giving(scene), after(given_away, reinstating(scene)))
    assert outcome.done == [scene["number"]]
    assert what_became_of_it(scene) == (scene["ana"], ["hand over appointment"])
    letters = select(Letter.id).where(Letter.template == "restored_work")
    assert db.session.scalars(letters).all() == []


def test_whoever_is_quicker_one_of_the_two_happens_and_not_both(app, scene):
    outcomes = together(app, reinstating(scene), giving(scene))
    assert not any(isinstance(one, BaseException) for one in outcomes), outcomes
    assert what_became_of_it(scene) in (
        (scene["dana"], ["restore by itself"]),
        (scene["ana"], ["hand over appointment"]),
    )


def test_without_locks_the_version_still_lets_only_one_of_the_two_happen(
    app, scene, monkeypatch, database
):
    for module, name in ((privileges, "lock_diaries"), (standing_anew, "lock_for_many")):
        monkeypatch.setattr(module, name, lambda *_: None)
    given_away = dawdling(monkeypatch, working_off, "_settle")
    outcomes = together(app, giving(scene), after(given_away, reinstating(scene)))
    assert what_became_of_it(scene)[1] in (["hand over appointment"], ["restore by itself"])
    assert database.name == "postgresql" or not any(
        isinstance(one, BaseException) for one in outcomes
    )
