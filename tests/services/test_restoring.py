"""When the ground comes back: what is still on hold and still fits stands again, and says so."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import Appointment, CredentialVersion, HouseRulesVersion, Letter, db
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import AskedAt, Referred
from registry.rules.vocabulary import AppointmentState, Method, Outcome, Role, VersionState
from registry.services.archiving import archive_practitioner, bring_back_practitioner
from registry.services.engagements import end_engagement, engage_practitioner
from registry.services.house_rules import set_house_rules
from registry.services.scheduling import cancel_appointment, rebook_appointment
from registry.services.undoing import undo
from registry.services.verification import decide_standing, verify_version
from tests import given
from tests.services.activating import asking
from tests.services.many import entries, on_record

HELD, CONFIRMED = AppointmentState.HELD, AppointmentState.CONFIRMED
SOON = given.NOW + timedelta(minutes=1)
WEEK = timedelta(days=7)
HOURS = {"kind": "total_hours", "hours": 80}


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def paper(dana):
    return given.certified(dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Manager")


def decide(by, paper, outcome, day=given.TODAY, now=given.NOW):
    return decide_standing(
        actor=by,
        credential_id=paper.id,
        outcome=outcome,
        effective_from=day,
        reason="The board wrote.",
        now=now,
    )


def suspended(mara, harbour, dana, paper, **known):
    """The number of an appointment that is on hold since the certificate was suspended."""
    number = given.booked(harbour, dana, **known)
    decide(mara, paper, Outcome.SUSPENDED)
    assert given.state_of(number) is HELD
    return number


def reinstated(mara, paper, now=SOON):
    decide(mara, paper, Outcome.REINSTATED, now=now)


def test_a_reinstatement_restores_what_is_still_on_hold_in_the_same_transaction(
    mara, harbour, dana, paper
):
    number = suspended(mara, harbour, dana, paper)
    reinstated(mara, paper)
    found = on_record(number)
    assert found.state is CONFIRMED
    assert (found.ground_lost_because, found.ground_lost_at, found.ground_lost_by) == ("", None, "")
    [entry] = entries("restore by itself")
    told = json.loads(entry.body)
    assert (entry.subject, entry.at, entry.clinic_id) == (f"appointment:{number}", SOON, harbour.id)
    assert told["reason"] == "Certificate reinstated: The board wrote."
    assert (told["before"]["state"], told["after"]["state"]) == ("held", "confirmed")
    assert told["by"]["name"] == "Mara Manager"


def test_a_renewal_restores_it_too(mara, harbour, dana, paper):
    number = suspended(mara, harbour, dana, paper)
    renewal = given.certificate(dana, state=VersionState.SUBMITTED)
    version = db.session.scalar(
        select(CredentialVersion.id).where(CredentialVersion.credential_id == renewal.id)
    )
    verify_version(
        actor=mara,
        version_id=version,
        method=Method.ISSUER_PORTAL,
        reference="A-1",
        today=given.TODAY,
        now=SOON,
    )
    assert given.state_of(number) is CONFIRMED


def test_only_what_the_ground_covers_again_is_restored(mara, harbour, dana, paper):
    first = given.booked(harbour, dana, given.slot(harbour, 10, day=given.TODAY + WEEK))
    later = given.booked(harbour, dana, given.slot(harbour, 10, day=given.TODAY + 2 * WEEK))
    arm = given.certificate(dana, taught=frozenset({"arm"}), number="DN-ARM")
    other = given.booked(harbour, dana, given.slot(harbour, 11), sites=("arm",))
    decide(mara, arm, Outcome.REVOKED)
    decide(mara, paper, Outcome.SUSPENDED)
    decide(mara, paper, Outcome.REINSTATED, given.TODAY + 2 * WEEK, SOON)
    assert [given.state_of(one) for one in (first, later, other)] == [HELD, CONFIRMED, HELD]


def test_each_clinic_is_written_to_once_with_how_many_and_why(mara, harbour, dana, paper):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    for hour in (10, 12, 14):
        given.booked(harbour, dana, given.slot(harbour, hour))
    decide(mara, paper, Outcome.SUSPENDED)
    reinstated(mara, paper)
    letters = db.session.scalars(select(Letter).where(Letter.template == "restored_work")).all()
    readers = {letter.account_id for letter in letters}
    assert {mara.account_id, desk.account_id} <= readers
    assert len(letters) == len(readers)
    told = json.loads(letters[0].particulars)
    assert (told["count"], told["clinic"]) == (3, "Harbour Clinic")
    assert told["because"] == "Certificate reinstated: The board wrote."
    assert "Pat Doe" not in letters[0].particulars


def test_whose_time_has_passed_stays_on_hold(mara, harbour, dana, paper):
    number = suspended(mara, harbour, dana, paper)
    reinstated(mara, paper, now=given.slot(harbour, 14).starts_at)
    assert given.state_of(number) is HELD
    assert entries("restore by itself") == []


def closed_that_day(harbour, dana, number):
    given.clinic_day(harbour, given.TODAY)


def away_that_day(harbour, dana, number):
    given.time_off(dana, given.TODAY)


def forbidden_by_a_note(harbour, dana, number):
    given.noted(number, "medical_emergency")


def to_be_asked_about(harbour, dana, number):
    given.noted(number, "diabetes")


def without_a_referral(harbour, dana, number):
    given.adopt_with("US-MT", Referred(asked_at=AskedAt.BOOKING, citation=HOUSE_RULE))


@pytest.mark.parametrize(
    "happened",
    [
        closed_that_day,
        away_that_day,
        forbidden_by_a_note,
        to_be_asked_about,
        without_a_referral,
    ],
)
def test_what_no_longer_fits_stays_on_hold_and_keeps_its_reason(
    mara, harbour, dana, paper, happened
):
    number = suspended(mara, harbour, dana, paper)
    happened(harbour, dana, number)
    reinstated(mara, paper)
    found = on_record(number)
    assert (found.state, found.version) == (HELD, 2)
    assert found.ground_lost_because == "Certificate suspended: The board wrote."


def test_one_that_does_not_fit_keeps_no_other_from_standing_again(mara, harbour, dana, paper):
    first = given.booked(harbour, dana, given.slot(harbour, 10))
    second = given.booked(harbour, dana, given.slot(harbour, 12))
    decide(mara, paper, Outcome.SUSPENDED)
    given.noted(first, "medical_emergency")
    reinstated(mara, paper)
    assert (given.state_of(first), given.state_of(second)) == (HELD, CONFIRMED)


def test_what_the_desk_settled_meanwhile_is_left_as_it_is(mara, harbour, dana, paper):
    desk, ana = given.somebody(Role.FRONT_DESK, harbour), given.practitioner("Ana", at=harbour)
    given.certified(ana)
    handed = given.booked(harbour, dana, given.slot(harbour, 10))
    cancelled = given.booked(harbour, dana, given.slot(harbour, 12))
    decide(mara, paper, Outcome.SUSPENDED)
    change = dict(actor=desk, seen_version=2, now=given.NOW)
    rebook_appointment(appointment_id=handed, practitioner_id=ana.id, **change)
    cancel_appointment(appointment_id=cancelled, reason="The patient rang.", **change)
    reinstated(mara, paper)
    assert on_record(handed).practitioner_id == ana.id
    assert given.state_of(cancelled) is AppointmentState.CANCELLED
    assert entries("restore by itself") == []


def test_what_was_given_away_and_goes_back_on_hold_by_undoing_keeps_what_took_its_ground(
    mara, harbour, dana, paper
):
    desk, ana = given.somebody(Role.FRONT_DESK, harbour), given.practitioner("Ana", at=harbour)
    given.certified(ana)
    number = suspended(mara, harbour, dana, paper)
    by = on_record(number).ground_lost_by
    change = dict(appointment_id=number, practitioner_id=ana.id, seen_version=2, now=given.NOW)
    rebook_appointment(actor=desk, **change)
    assert on_record(number).ground_lost_by == ""
    undo(actor=desk, step_id=1, now=SOON)
    found = on_record(number)
    assert (found.state, found.ground_lost_by) == (HELD, by)
    assert by.startswith("verification:")
    reinstated(mara, paper, now=SOON)
    assert given.state_of(number) is CONFIRMED


def test_the_patient_hears_nothing_of_a_hold_that_was_restored(mara, harbour, dana, paper):
    number = suspended(mara, harbour, dana, paper, email="pat@example.test")
    before = db.session.scalars(select(Letter.id).where(Letter.to == "pat@example.test")).all()
    reinstated(mara, paper)
    after = db.session.scalars(select(Letter.id).where(Letter.to == "pat@example.test")).all()
    assert (given.state_of(number), before) == (CONFIRMED, after)


def test_another_treatment_stands_again_once_they_work_there_again(mara, harbour, dana):
    day = given.TODAY + WEEK
    known = dict(treatment="exercise", sites=())
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=day), **known)
    engagement = dana.engagements[0].id
    end_engagement(actor=mara, engagement_id=engagement, last_day=given.TODAY, now=given.NOW)
    assert given.state_of(number) is HELD
    engage_practitioner(
        actor=mara,
        practitioner_id=dana.id,
        clinic_id=harbour.id,
        first_day=given.TODAY + timedelta(days=1),
        now=SOON,
    )
    assert given.state_of(number) is CONFIRMED


def house_rules(mara, harbour, *asked):
    set_house_rules(
        actor=mara,
        clinic_id=harbour.id,
        requirements=asked,
        first_day=given.TODAY,
        reason="We want more practice.",
        now=SOON,
    )


def test_rules_that_ask_less_again_restore_what_they_had_taken(mara, harbour, dana, paper):
    number = given.booked(harbour, dana)
    house_rules(mara, harbour, HOURS)
    assert given.state_of(number) is HELD
    house_rules(mara, harbour)
    assert given.state_of(number) is CONFIRMED


def test_an_activation_that_asks_less_restores_what_the_one_before_had_taken(harbour, dana, paper):
    number = given.booked(harbour, dana)
    given.adopt("US-MT", asking(90))
    assert given.state_of(number) is HELD
    given.adopt("US-MT", asking(50))
    assert given.state_of(number) is CONFIRMED


def by_a_decision(mara, harbour, dana, paper):
    decide(mara, paper, Outcome.REVOKED)


def by_the_end_of_an_engagement(mara, harbour, dana, paper):
    number = dana.engagements[0].id
    day = given.TODAY - timedelta(days=1)
    end_engagement(actor=mara, engagement_id=number, last_day=day, now=given.NOW)


def by_archiving(mara, harbour, dana, paper):
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=given.NOW)


def by_house_rules(mara, harbour, dana, paper):
    house_rules(mara, harbour, HOURS)


def by_an_adoption(mara, harbour, dana, paper):
    given.adopt("US-MT", asking(90))


@pytest.mark.parametrize(
    ("cause", "sort"),
    [
        (by_a_decision, "verification"),
        (by_the_end_of_an_engagement, "engagement"),
        (by_archiving, "practitioner"),
        (by_house_rules, "house_rules"),
        (by_an_adoption, "adoption"),
    ],
)
def test_every_hold_names_what_took_its_ground(mara, harbour, dana, paper, cause, sort):
    number = given.booked(harbour, dana)
    cause(mara, harbour, dana, paper)
    found = on_record(number)
    assert found.state is HELD
    assert found.ground_lost_by.partition(":")[0] == sort
    [entry] = entries("hold appointment")
    assert json.loads(entry.body)["after"]["ground_lost_by"] == found.ground_lost_by


def test_the_version_of_the_house_rules_is_the_one_that_is_named(mara, harbour, dana, paper):
    number = given.booked(harbour, dana)
    house_rules(mara, harbour, HOURS)
    named = int(on_record(number).ground_lost_by.removeprefix("house_rules:"))
    assert db.session.get_one(HouseRulesVersion, named).clinic_id == harbour.id


def test_nothing_is_asked_of_what_is_on_hold_where_nothing_is(
    mara, harbour, dana, paper, statements
):
    decide(mara, paper, Outcome.SUSPENDED)
    statements.clear()
    reinstated(mara, paper)
    assert sum("LEFT OUTER JOIN privileges" in one for one in statements) == 1
    assert not any("FROM appointments" in one and "rooms" in one for one in statements)


def test_who_is_brought_back_a_week_later_has_again_what_is_ahead_by_then(
    mara, harbour, dana, paper
):
    soon = given.booked(harbour, dana, given.slot(harbour, 10, day=given.TODAY + WEEK / 2))
    later = given.booked(harbour, dana, given.slot(harbour, 10, day=given.TODAY + 2 * WEEK))
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=given.NOW)
    bring_back_practitioner(actor=mara, practitioner_id=dana.id, now=given.NOW + WEEK)
    assert (given.state_of(soon), given.state_of(later)) == (HELD, CONFIRMED)
    assert db.session.get_one(Appointment, later).practitioner_id == dana.id
