"""Provisional bookings: past a last valid day, while a renewal waits, and never confirmed by it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.errors import (
    DiaryClash,
    NotAllowed,
    NotInThatState,
    NotPrivileged,
)
from registry.jobs.examinations.provisional import provisional_appointments
from registry.models import Appointment, AuditEntry, CredentialVersion, Letter, Privilege, db
from registry.queries.dossier import dossier_of
from registry.queries.expiries import expiries_at
from registry.queries.known_then import known_of
from registry.queries.oversight import lapses_at
from registry.queries.scope import ClinicSeen
from registry.queries.standings import at_stake
from registry.queries.what_if_answers import what_if_answer
from registry.rules.facts import Licence
from registry.rules.vocabulary import (
    AppointmentState,
    Method,
    Outcome,
    Role,
    Treatment,
    VersionState,
)
from registry.services.check_in import check_in
from registry.services.credentials import correct_credential, withdraw_credential
from registry.services.house_rules import set_house_rules
from registry.services.provisional_bookings import book_provisionally, take_provisional
from registry.services.scheduling import cancel_appointment, mark_done, rebook_appointment
from registry.services.undoing import undo
from registry.services.verification import decide_standing, reject_version, verify_version
from registry.services.what_ifs import ask_about_house_rules
from tests import given

PROVISIONAL, CONFIRMED, HELD = (
    AppointmentState.PROVISIONAL,
    AppointmentState.CONFIRMED,
    AppointmentState.HELD,
)
LAST = date(2027, 3, 31)
AFTER = date(2027, 4, 6)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def manager(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    """Her licence lapses at the end of March."""
    dana = given.practitioner(at=harbour)
    given.certificate(dana)
    dana.licence_number = given.licence(dana, last_day=LAST).id
    dana.herself = given.somebody(Role.PRACTITIONER, name=dana.name, practises_as=dana)
    return dana


@pytest.fixture
def allowed(manager, harbour):
    take_provisional(actor=manager, clinic_id=harbour.id, takes=True, now=given.NOW)


@pytest.fixture
def renewal(dana):
    """Waits to be checked; returns the number of its version."""
    return renewed(dana)


def renewed(dana, last_day=date(2028, 12, 31)):
    fact = Licence(
        id=0,
        state="submitted",
        number="MT-1",
        jurisdiction="US-MT",
        profession=dana.profession,
        first_licensed=date(2015, 6, 1),
        first_day=date(2020, 1, 1),
        last_day=last_day,
    )
    return correct_credential(
        actor=dana.herself,
        credential_id=dana.licence_number,
        fact=fact,
        upload=None,
        store=None,
        now=given.NOW,
    )


def wanted(harbour, dana, day=AFTER, hour=14, **known):
    when = given.slot(harbour, hour, day=day)
    return given.booking(harbour, dana, given.patient(harbour), when, **known)


def book(desk, booking):
    return book_provisionally(actor=desk, booking=booking, now=given.NOW)


def record(number):
    db.session.rollback()
    return db.session.get_one(Appointment, number)


@pytest.fixture
def number(desk, harbour, dana, allowed, renewal):
    return book(desk, wanted(harbour, dana))


def test_past_the_last_valid_day_it_is_provisional_and_keeps_its_slot(number, desk, harbour, dana):
    assert given.state_of(number) is PROVISIONAL
    with pytest.raises(DiaryClash, match="already taken"):
        book(desk, wanted(harbour, dana))


def test_on_a_covered_day_it_is_confirmed_like_any_other(desk, harbour, dana, allowed, renewal):
    number = book(desk, wanted(harbour, dana, day=LAST))
    assert given.state_of(number) is CONFIRMED


def test_a_clinic_takes_none_unless_it_says_so(desk, harbour, dana, renewal):
    with pytest.raises(NotPrivileged, match="takes no provisional bookings") as refused:
        book(desk, wanted(harbour, dana))
    assert refused.value.decisions


def test_without_a_renewal_nothing_is_provisional(desk, harbour, dana, allowed):
    with pytest.raises(NotPrivileged, match="Nothing that waits to be checked would change that"):
        book(desk, wanted(harbour, dana))


def test_a_renewal_that_would_not_reach_the_day_is_none(desk, harbour, dana, allowed):
    renewed(dana, last_day=date(2027, 4, 5))
    with pytest.raises(NotPrivileged, match="Nothing that waits"):
        book(desk, wanted(harbour, dana))
    book(desk, wanted(harbour, dana, day=date(2027, 4, 5)))


def test_a_first_certificate_that_waits_is_no_renewal(desk, harbour, allowed):
    una = given.practitioner("Una Uncertified", at=harbour)
    given.licence(una)
    given.certificate(una, state="submitted")
    with pytest.raises(NotPrivileged, match="or did until lately"):
        book(desk, wanted(harbour, una))


def test_what_the_training_does_not_cover_is_refused_all_the_same(
    desk, harbour, dana, allowed, renewal
):
    with pytest.raises(NotPrivileged, match="Nothing that waits"):
        book(desk, wanted(harbour, dana, sites=("neck",)))


def test_only_needling_is_provisional(desk, harbour, dana, allowed, renewal):
    other = wanted(harbour, dana, treatment=Treatment.EXERCISE, sites=())
    assert given.state_of(book(desk, other)) is CONFIRMED


def test_it_is_confirmed_once_the_renewal_is_verified(number, manager, renewal):
    verify(manager, renewal)
    assert given.state_of(number) is CONFIRMED
    actions = db.session.scalars(
        db.select(AuditEntry.action).where(AuditEntry.subject == f"appointment:{number}")
    ).all()
    assert actions == ["book appointment", "confirm provisional appointment"]


def verify(manager, version_id, now=given.NOW):
    return verify_version(
        actor=manager,
        version_id=version_id,
        method=Method.ISSUER_PORTAL,
        reference="board",
        today=given.TODAY,
        now=now,
    )


def rejected(manager, renewal, dana):
    reject_version(
        actor=manager, version_id=renewal, reason="Blurred.", today=given.TODAY, now=given.NOW
    )


def withdrawn(manager, renewal, dana):
    withdraw_credential(actor=manager, version_id=renewal, now=given.NOW)


def corrected_to_less(manager, renewal, dana):
    renewed(dana, last_day=date(2027, 4, 1))


def revoked(manager, renewal, dana):
    decide_standing(
        actor=manager,
        credential_id=dana.licence_number,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="Found out.",
        now=given.NOW,
    )


def no_longer_taken(manager, renewal, dana):
    clinic_id = dana.engagements[0].clinic_id
    take_provisional(actor=manager, clinic_id=clinic_id, takes=False, now=given.NOW)


@pytest.mark.parametrize("deed", [rejected, withdrawn, corrected_to_less, revoked, no_longer_taken])
def test_what_waits_for_nothing_any_more_is_held_and_told(number, manager, renewal, dana, deed):
    deed(manager, renewal, dana)
    held = record(number)
    assert held.state is HELD
    assert held.ground_lost_because
    assert held.ground_lost_at == given.NOW
    assert db.session.query(Letter).filter_by(template="held_work").count() >= 1


def test_what_was_known_of_it_is_asked_from_when_it_was_confirmed(number, manager, renewal):
    later = given.NOW + timedelta(days=1)
    verify(manager, renewal, later)
    found = known_of([record(number)], later + timedelta(days=1))[number]
    assert [one.status for one in found] == ["may_needle"] * len(found)


def test_another_one_that_waits_too_keeps_it(number, manager, renewal, dana):
    given.licence(dana, state="submitted", first_day=date(2027, 4, 1))
    rejected(manager, renewal, dana)
    assert given.state_of(number) is PROVISIONAL


def test_nobody_is_let_in_to_it_nor_is_it_done(number, desk):
    starts = record(number).starts_at
    with pytest.raises(NotInThatState, match="is provisional"):
        check_in(actor=desk, appointment_id=number, now=starts)
    with pytest.raises(NotInThatState, match="is provisional"):
        mark_done(actor=desk, appointment_id=number, seen_version=1, now=starts)


def test_moved_to_a_covered_day_it_is_confirmed(number, desk, harbour):
    when = given.slot(harbour, 9, day=LAST)
    rebook_appointment(actor=desk, appointment_id=number, seen_version=1, slot=when, now=given.NOW)
    assert given.state_of(number) is CONFIRMED


def test_moved_to_another_day_past_the_last_it_is_refused(number, desk, harbour):
    when = given.slot(harbour, 9, day=AFTER + timedelta(days=1))
    with pytest.raises(NotPrivileged):
        rebook_appointment(
            actor=desk, appointment_id=number, seen_version=1, slot=when, now=given.NOW
        )
    assert given.state_of(number) is PROVISIONAL


def test_what_is_noted_of_the_patient_is_told_to_nobody_by_what_holds_it(number, manager, renewal):
    given.noted(number, "epilepsy")
    verify(manager, renewal)
    held = record(number)
    assert held.state is HELD
    told = [held.ground_lost_because]
    told += db.session.scalars(db.select(AuditEntry.body)).all()
    told += db.session.scalars(db.select(Letter.particulars)).all()
    assert "noted of the patient" in told[0]
    assert not [one for one in told if "epilepsy" in one.lower()]


def test_the_patient_hears_that_it_is_provisional_and_once_it_is_confirmed(
    desk, harbour, dana, allowed, renewal, manager
):
    whom = given.patient(harbour, email="pat@test.example")
    when = given.slot(harbour, 14, day=AFTER)
    book(desk, given.booking(harbour, dana, whom, when))
    letters = db.select(Letter).where(Letter.template == "patient_appointment", unsent())
    [first] = db.session.scalars(letters).all()
    assert json.loads(first.particulars)["provisional"] is True
    first.tries = 1
    db.session.commit()
    verify(manager, renewal)
    [second] = db.session.scalars(letters).all()
    assert json.loads(second.particulars)["provisional"] is False


def unsent():
    return Letter.sent_at.is_(None)


def test_who_lost_it_long_ago_is_not_booked_provisionally(desk, harbour, allowed):
    ida = given.practitioner("Ida Idle", at=harbour)
    given.certificate(ida)
    given.licence(ida, last_day=given.TODAY - timedelta(days=91))
    given.licence(ida, state="submitted", first_day=given.TODAY)
    with pytest.raises(NotPrivileged, match="or did until lately"):
        book(desk, wanted(harbour, ida))


def test_given_to_a_colleague_and_undone_it_waits_again(number, desk, harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    rebook_appointment(
        actor=desk, appointment_id=number, seen_version=1, practitioner_id=ana.id, now=given.NOW
    )
    assert given.state_of(number) is CONFIRMED
    undo(actor=desk, step_id=last_step(), now=given.NOW)
    assert given.state_of(number) is PROVISIONAL


def test_undone_after_the_renewal_was_rejected_it_is_held(number, desk, harbour, manager, renewal):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    rebook_appointment(
        actor=desk, appointment_id=number, seen_version=1, practitioner_id=ana.id, now=given.NOW
    )
    rejected(manager, renewal, None)
    assert given.state_of(number) is CONFIRMED
    undo(actor=desk, step_id=last_step(), now=given.NOW)
    assert given.state_of(number) is HELD


def last_step():
    return db.session.scalar(db.text("SELECT max(id) FROM undo_steps"))


def test_it_can_be_cancelled(number, desk):
    cancel_appointment(
        actor=desk, appointment_id=number, seen_version=1, reason="Away.", now=given.NOW
    )
    assert given.state_of(number) is AppointmentState.CANCELLED


def test_only_those_who_run_the_clinic_settle_whether_it_takes_them(desk, harbour):
    with pytest.raises(NotAllowed):
        take_provisional(actor=desk, clinic_id=harbour.id, takes=True, now=given.NOW)


def test_verified_after_its_time_it_is_held_for_somebody_to_see_to(number, manager, renewal):
    """Its start passes and nobody checked the renewal: it stays as it is, and nobody is let in."""
    late = record(number).starts_at + timedelta(hours=1)
    verify_version(
        actor=manager,
        version_id=renewal,
        method=Method.ISSUER_PORTAL,
        reference="board",
        today=late.date(),
        now=late,
    )
    assert given.state_of(number) is HELD


HOURS = {"kind": "total_hours", "hours": 400}


def asked(manager, harbour, **rule):
    known = dict(actor=manager, clinic_id=harbour.id, first_day=given.TODAY, now=given.NOW)
    known["requirements"] = [{**HOURS, **rule}]
    answer = what_if_answer(manager, ask_about_house_rules(**known), given.NOW)
    return known, [one.appointment_id for at in answer.clinics for one in at.held]


def test_rules_that_no_renewal_would_meet_are_foreseen_to_hold_it(number, manager, harbour):
    known, foreseen = asked(manager, harbour)
    assert foreseen == [number]
    lost = set_house_rules(**known, reason="More practice.")
    assert [one.id for one in lost] == foreseen
    assert given.state_of(number) is HELD


def test_rules_that_a_renewal_meets_are_foreseen_to_leave_it_waiting(number, manager, harbour):
    known, foreseen = asked(manager, harbour, hours=1)
    assert foreseen == []
    assert set_house_rules(**known, reason="More practice.") == []
    assert given.state_of(number) is PROVISIONAL


def test_what_is_provisional_is_counted_wherever_work_at_stake_is(
    number, manager, harbour, dana, allowed
):
    assert at_stake(actor=manager, practitioner_id=dana.id, from_day=given.TODAY) == 1
    [work] = dossier_of(manager, practitioner_id=dana.id, now=given.NOW).works
    assert (work.booked, work.held, work.provisional) == (0, 0, 1)
    place = ClinicSeen(harbour.id, harbour.name, harbour.zone, harbour.jurisdiction, True)
    [line] = [
        one for one in expiries_at(place, today=given.TODAY, days=60).lines if one.last_day == LAST
    ]
    assert (line.booked, line.held, line.provisional) == (0, 0, 1)
    [soon, *_] = lapses_at(place, today=given.TODAY)
    assert soon.bookings == 1


def test_the_doctor_finds_what_is_provisional_in_vain_or_no_more(number, harbour, dana, renewal):
    def found():
        db.session.rollback()
        with time_machine.travel(given.NOW, tick=False):
            return list(provisional_appointments(db.session()))

    assert found() == []
    version = db.session.get_one(CredentialVersion, renewal_of(dana))
    version.state = VersionState.WITHDRAWN
    db.session.commit()
    [fault] = found()
    assert f"Appointment {number} is provisional on 2027-04-06, but it should be on hold." in fault
    assert "Nothing that waits" in fault
    for site in record(number).sites:
        whose = dict(practitioner_id=dana.id, clinic_id=harbour.id, site=site)
        db.session.add(Privilege(**whose, first_day=AFTER, last_day=AFTER))
    db.session.commit()
    [fault] = found()
    assert "it should be confirmed" in fault


def renewal_of(dana):
    return db.session.scalars(
        select(CredentialVersion.id).where(
            CredentialVersion.credential_id == dana.licence_number,
            CredentialVersion.state == VersionState.SUBMITTED,
        )
    ).one()
