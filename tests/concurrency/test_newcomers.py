"""Somebody is put on record while the rules change: seen by whoever changes them."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import select

from registry.models import Activation, db
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.vocabulary import Profession
from registry.services import activations, practitioners
from registry.services.activations import activate_adoption
from registry.services.practitioners import add_practitioner
from registry.services.privileges import rederive
from tests import given
from tests.concurrency.test_records_meanwhile import dawdling
from tests.concurrency.together import after, together
from tests.services.activating import asking, few_at_a_time


@pytest.fixture
def harbour(app):
    clinic = given.clinic()
    given.practitioner(at=clinic)
    return clinic


def putting_on_record(clinic):
    return lambda: add_practitioner(
        actor=given.EVERYBODY,
        name="Nora Newcomer",
        profession=Profession.PT,
        clinic_ids=[clinic.id],
        first_day=date(2027, 1, 1),
        now=given.NOW,
    )


def activating(hours):
    actor = given.adopter()
    made = given.proposed("US-MT", asking(hours), by=actor).id
    return lambda: activate_adoption(actor=actor, adoption_id=made, now=given.NOW)


def test_who_is_being_put_on_record_is_counted_when_an_activation_begins(app, harbour, monkeypatch):
    deed = activating(50)
    few_at_a_time(monkeypatch, 1)
    judged = dawdling(monkeypatch, practitioners, "rederive")
    outcomes = together(app, putting_on_record(harbour), after(judged, deed))
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    totals = select(Activation.total).order_by(Activation.adoption_id.desc())
    assert db.session.scalars(totals).first() == 4  # two people, over two phases


def test_who_is_put_on_record_while_rules_change_is_judged_by_the_new_ones(
    app, harbour, monkeypatch
):
    judged_by = []

    def judging(session, **known):
        judged_by.append(len(rulebook_on_record(session, ["US-MT"]).adoptions))
        return rederive(session, **known)

    deed = activating(50)
    monkeypatch.setattr(practitioners, "rederive", judging)
    changed = dawdling(monkeypatch, activations, "rederive")
    outcomes = together(app, deed, after(changed, putting_on_record(harbour)))
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    assert judged_by == [2]


def test_two_newcomers_do_not_wait_for_each_other(app, harbour, monkeypatch):
    both = threading.Barrier(2, timeout=5)
    on_sqlite = db.engine.dialect.name == "sqlite"  # where one writes at a time anyway

    def meeting(session, **known):
        if not on_sqlite:
            both.wait()
        return rederive(session, **known)

    monkeypatch.setattr(practitioners, "rederive", meeting)
    outcomes = together(app, putting_on_record(harbour), putting_on_record(harbour))
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
