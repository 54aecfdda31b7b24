"""Rules that ask more, made after a check-in of that day: whom it still concerns is asked anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import NotInThatState, NotPrepared
from registry.models import Appointment, AuditEntry, Practitioner, db
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import PatientConsents
from registry.rules.vocabulary import Consent, Role
from registry.services.activations import activate_adoption
from registry.services.check_in import check_in, record_gates
from registry.services.clinics import change_clinic
from registry.services.house_rules import set_house_rules
from registry.services.scheduling import mark_done
from tests import given
from tests.services.activating import MONTANA, few_at_a_time, steps

CONSENT = PatientConsents(citation=HOUSE_RULE)
ASKS_CONSENT = [{"kind": "consent", "source": "house rule"}]
STARTS = given.NOW + timedelta(hours=10)
BEFORE, AFTER = STARTS - timedelta(hours=1), STARTS + timedelta(minutes=5)


@pytest.fixture
def harbour(app):
    clinic = given.clinic(adopted=False)
    given.adopt("US-MT")
    return clinic


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def number(harbour, desk):
    """Checked in early this morning, for the afternoon."""
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    made = given.booked(harbour, dana)
    check_in(actor=desk, appointment_id=made, now=given.NOW)
    return made


def asking_by_house_rules(harbour, now, requirements=ASKS_CONSENT):
    manager = given.somebody(Role.MANAGER, harbour)
    known = {"requirements": requirements, "first_day": given.TODAY, "reason": "Ours.", "now": now}
    set_house_rules(actor=manager, clinic_id=harbour.id, **known)


def version_that_asks(*gates):
    one = replace(MONTANA, requirements=(*MONTANA.requirements, *gates))
    actor = given.adopter()
    return actor, given.proposed("US-MT", one, by=actor).id


def is_checked_in(number):
    db.session.rollback()
    found = select(Appointment.checked_in_at).where(Appointment.id == number)
    return db.session.scalar(found) is not None


def test_house_rules_that_ask_consent_take_back_a_check_in_without_it(harbour, desk, number):
    asking_by_house_rules(harbour, BEFORE)
    assert not is_checked_in(number)
    [body] = db.session.scalars(
        select(AuditEntry.body).where(AuditEntry.action == "undo check-in")
    ).all()
    assert "has rules of its own from" in body
    version = db.session.get_one(Appointment, number).version
    done = {"actor": desk, "appointment_id": number, "seen_version": version, "now": AFTER}
    with pytest.raises(NotInThatState, match="not checked in"):
        mark_done(**done)
    with pytest.raises(NotPrepared):
        check_in(actor=desk, appointment_id=number, now=BEFORE)
    told = {"consent": Consent.VERBAL}
    record_gates(actor=desk, appointment_id=number, told=told, now=BEFORE)
    check_in(actor=desk, appointment_id=number, now=BEFORE)
    done["seen_version"] = db.session.get_one(Appointment, number).version
    mark_done(**done)
    assert given.state_of(number) == "done"


def test_a_check_in_that_has_what_is_asked_stands(harbour, desk, number):
    told = {"consent": Consent.VERBAL}
    record_gates(actor=desk, appointment_id=number, told=told, now=given.NOW)
    check_in(actor=desk, appointment_id=number, now=given.NOW)
    asking_by_house_rules(harbour, BEFORE)
    assert is_checked_in(number)


def test_rules_that_ask_nothing_of_the_patient_leave_check_ins_alone(harbour, number):
    asking_by_house_rules(harbour, BEFORE, [{"kind": "total_hours", "hours": 10}])
    assert is_checked_in(number)


def test_what_has_begun_stands_as_it_was_decided(harbour, desk, number):
    asking_by_house_rules(harbour, AFTER)
    assert is_checked_in(number)
    version = db.session.get_one(Appointment, number).version
    mark_done(actor=desk, appointment_id=number, seen_version=version, now=AFTER)
    assert given.state_of(number) == "done"


def test_a_version_that_asks_consent_takes_it_back_at_once(harbour, number):
    actor, made = version_that_asks(CONSENT)
    assert is_checked_in(number)
    activate_adoption(actor=actor, adoption_id=made, now=BEFORE)
    assert not is_checked_in(number)


def test_in_the_background_it_is_taken_back_before_the_version_is_in_force(
    harbour, desk, number, monkeypatch
):
    for name in ("Sam Roy", "Kim Park"):
        given.practitioner(name, at=harbour)
    actor, made = version_that_asks(CONSENT)
    few_at_a_time(monkeypatch, 1)
    assert activate_adoption(actor=actor, adoption_id=made, now=given.NOW).in_background
    with pytest.raises(NotInThatState, match="checked in already"):
        check_in(actor=desk, appointment_id=number, now=given.NOW)
    for _ in steps():
        assert not is_checked_in(number)
        with pytest.raises(NotPrepared):
            check_in(actor=desk, appointment_id=number, now=given.NOW)


def test_a_clinic_that_comes_under_a_jurisdiction_that_asks_consent_takes_it_back(harbour, number):
    gated = replace(MONTANA, requirements=(*MONTANA.requirements, CONSENT))
    given.adopt("US-WY", replace(gated, jurisdiction="US-WY", place="Wyoming"))
    dana = db.session.scalars(select(Practitioner)).first()
    given.licence(dana, jurisdiction="US-WY")
    change_clinic(
        actor=given.EVERYBODY,
        clinic_id=harbour.id,
        name=harbour.name,
        address=harbour.address,
        zone=harbour.zone,
        jurisdiction="US-WY",
        now=BEFORE,
    )
    assert given.state_of(number) == "confirmed"
    assert not is_checked_in(number)
