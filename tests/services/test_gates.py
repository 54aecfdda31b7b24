"""Before needling: what is recorded of a patient, what is asked when, and who is let through."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from registry.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    NotInThatState,
    NotPrepared,
    NotPrivileged,
    Overtaken,
)
from registry.models import (
    Appointment,
    AuditEntry,
    Credential,
    Practitioner,
    Verification,
    db,
)
from registry.models.appointments import GateRecord
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import AskedAt, PatientConsents, PhysicianContacted, Referred
from registry.rules.reasons import Reason
from registry.rules.vocabulary import (
    AppointmentState,
    Consent,
    CredentialKind,
    Outcome,
    Role,
    Treatment,
)
from registry.services.check_in import check_in, record_gates, undo_check_in
from registry.services.house_rules import set_house_rules
from registry.services.scheduling import book_appointment, mark_done, rebook_appointment
from registry.services.verification import decide_standing
from tests import given

CONSENT = PatientConsents(written=True, citation=HOUSE_RULE)
PHYSICIAN = PhysicianContacted(citation=HOUSE_RULE)
AT_BOOKING = Referred(asked_at=AskedAt.BOOKING, citation=HOUSE_RULE)
AGREED = {"consent": Consent.WRITTEN}
REFERRED = {"referral": True}
ON_FOOT = {"treatment": Treatment.EXERCISE, "sites": ()}
STARTS = given.NOW + timedelta(hours=10)  # 14:00 at the clinic


def clinic_that_asks(*gates):
    made = given.clinic(adopted=False)
    given.adopt_with("US-MT", *gates)
    return made


@pytest.fixture
def harbour(app):
    return clinic_that_asks(CONSENT)


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana)


def on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def records():
    db.session.rollback()
    return db.session.scalars(select(GateRecord).order_by(GateRecord.id)).all()


def reasons(caught):
    return {reason for decision in caught.value.decisions for reason in decision.reasons}


def entries(number, action):
    db.session.rollback()
    found = select(AuditEntry.body).where(
        AuditEntry.subject == f"appointment:{number}", AuditEntry.action == action
    )
    return [json.loads(body) for body in db.session.scalars(found)]


def test_whose_consent_is_missing_is_not_checked_in_and_the_refusal_says_what_would_cure_it(
    desk, number
):
    with pytest.raises(NotPrepared) as caught:
        check_in(actor=desk, appointment_id=number, now=STARTS)
    assert reasons(caught) == {Reason.CONSENT_MISSING}
    [finding] = caught.value.decisions[0].refusals
    assert finding.remedy == "Obtain and record written consent to dry needling."
    assert on_record(number).checked_in_at is None


@pytest.mark.parametrize("consent", [Consent.GENERAL, Consent.VERBAL])
def test_a_lesser_consent_than_is_asked_does_not_do(desk, number, consent):
    record_gates(actor=desk, appointment_id=number, told={"consent": consent}, now=STARTS)
    with pytest.raises(NotPrepared):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def test_once_it_is_recorded_the_patient_is_checked_in_by_whom_and_when_is_kept(desk, number):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=STARTS)
    check_in(actor=desk, appointment_id=number, now=STARTS)
    found = on_record(number)
    assert (found.checked_in_at, found.checked_in_by) == (STARTS, desk.account_id)
    assert found.state is AppointmentState.CONFIRMED
    [entry] = entries(number, "check in")
    assert entry["before"]["checked_in_at"] is None
    assert entry["after"]["checked_in_at"] == str(STARTS)


def test_each_record_is_kept_and_the_latest_counts(desk, number):
    told = dict(actor=desk, appointment_id=number)
    record_gates(told=AGREED, note="Form 12", now=given.NOW, **told)
    first = records()[0].id
    record_gates(told={"consent": Consent.NONE}, seen_record=first, now=STARTS, **told)
    assert [(one.consent, one.note) for one in records()] == [
        (Consent.WRITTEN, "Form 12"),
        (Consent.NONE, ""),
    ]
    assert records()[0].recorded_by_name == desk.name
    with pytest.raises(NotPrepared):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def test_what_is_told_is_added_to_what_is_on_record(desk, number):
    told = dict(actor=desk, appointment_id=number, now=STARTS)
    record_gates(told=AGREED, **told)
    record_gates(told={"physician_contacted": True}, seen_record=records()[0].id, **told)
    latest = records()[-1]
    assert (latest.consent, latest.physician_contacted) == (Consent.WRITTEN, True)


def test_two_who_record_at_once_do_not_overwrite_what_they_never_saw(desk, number):
    told = dict(actor=desk, appointment_id=number, now=STARTS)
    record_gates(told=AGREED, **told)
    with pytest.raises(Overtaken):
        record_gates(told={"consent": Consent.NONE}, **told)
    assert len(records()) == 1


def test_the_trail_tells_what_was_recorded_and_leaves_the_note_out(desk, number):
    record_gates(
        actor=desk, appointment_id=number, told=AGREED, note="Seen by Dr Example", now=STARTS
    )
    [entry] = entries(number, "record before needling")
    assert entry["before"] is None
    assert entry["after"]["consent"] == "written"
    assert "Example" not in json.dumps(entry)


def test_a_note_is_short(desk, number):
    with pytest.raises(BadInput) as caught:
        record_gates(actor=desk, appointment_id=number, told=AGREED, note="x" * 201, now=STARTS)
    assert caught.value.field == "note"
    assert records() == []


def test_whom_the_physician_advises_against_is_not_checked_in_though_consulted(app):
    harbour = clinic_that_asks(PHYSICIAN)
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    number = given.booked(harbour, dana)
    told = {"physician_contacted": True, "physician_contraindicates": True}
    record_gates(actor=desk, appointment_id=number, told=told, now=STARTS)
    with pytest.raises(NotPrepared) as caught:
        check_in(actor=desk, appointment_id=number, now=STARTS)
    assert reasons(caught) == {Reason.PHYSICIAN_CONTRAINDICATED}


@pytest.mark.parametrize("days", [-1, 1])
def test_on_another_day_of_the_clinic_nobody_is_checked_in(desk, harbour, dana, days):
    day = given.TODAY + timedelta(days=2)
    number = given.booked(harbour, dana, given.slot(harbour, 14, day=day))
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=given.NOW)
    other = given.slot(harbour, 14, day=day + timedelta(days=days)).starts_at
    with pytest.raises(NotInThatState, match="on Wed 3 March 2027"):
        check_in(actor=desk, appointment_id=number, now=other)


def test_the_day_is_the_clinics_own(desk, harbour, dana):
    given.open_always(harbour)
    late = given.slot(harbour, 21, day=date(2027, 3, 2))  # 3 March by Greenwich
    number = given.booked(harbour, dana, late)
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=given.NOW)
    check_in(actor=desk, appointment_id=number, now=late.starts_at)
    assert on_record(number).checked_in_at == late.starts_at


def test_everything_is_decided_anew_by_what_is_on_record_now(desk, dana, number):
    """Even where nothing put the appointment on hold: a check-in does not rest on privileges."""
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=given.NOW)
    verified = db.session.scalar(
        select(Verification).where(Verification.credential_id == licence_of(dana))
    )
    kept = ("credential_id", "version_id", "meaning", "decided_by", "decided_by_name")
    suspended = {"outcome": Outcome.SUSPENDED, "effective_from": given.TODAY}
    same = {name: getattr(verified, name) for name in kept}
    db.session.add(Verification(**same, **suspended, decided_at=given.NOW))
    db.session.commit()
    with pytest.raises(NotPrivileged, match="Dana Okafor may not needle") as caught:
        check_in(actor=desk, appointment_id=number, now=STARTS)
    assert not isinstance(caught.value, NotPrepared)
    assert Reason.LICENCE_SUSPENDED in reasons(caught)


def test_what_was_put_on_hold_this_morning_is_not_checked_in(desk, harbour, dana, number):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=given.NOW)
    suspend_licence(harbour, dana, given.NOW)
    assert given.state_of(number) is AppointmentState.HELD
    with pytest.raises(NotInThatState, match="is held"):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def test_somebody_archived_this_morning_gets_no_patient_checked_in(desk, harbour, dana, number):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=given.NOW)
    db.session.execute(update(Practitioner).values(archived_at=given.NOW))
    db.session.commit()
    with pytest.raises(NotInThatState, match="does not work here any more"):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def licence_of(whom):
    return db.session.scalar(
        select(Credential.id).where(
            Credential.practitioner_id == whom.id, Credential.kind == CredentialKind.LICENCE
        )
    )


def suspend_licence(harbour, whom, now):
    decide_standing(
        actor=given.somebody(Role.MANAGER, harbour),
        credential_id=licence_of(whom),
        outcome=Outcome.SUSPENDED,
        effective_from=given.TODAY,
        reason="The board wrote.",
        now=now,
    )


def test_needling_is_marked_done_only_once_the_patient_was_checked_in(desk, number):
    done = dict(actor=desk, appointment_id=number, now=STARTS)
    with pytest.raises(NotInThatState, match="not checked in"):
        mark_done(seen_version=1, **done)
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=STARTS)
    version = given.checked_in(number)
    mark_done(seen_version=version, **done)
    assert given.state_of(number) is AppointmentState.DONE


def test_what_is_listed_for_look_back_is_noted_without(desk, harbour, dana, number):
    """Whether it was given is what the look-back wants to know."""
    later = STARTS + timedelta(minutes=5)
    suspend_licence(harbour, dana, later)
    assert given.state_of(number) is AppointmentState.BEGUN
    version = on_record(number).version
    mark_done(actor=desk, appointment_id=number, seen_version=version, now=later)
    assert given.state_of(number) is AppointmentState.DONE


def test_another_treatment_asks_nothing_and_may_be_done_without(desk, harbour, dana):
    number = given.booked(harbour, dana, **ON_FOOT)
    check_in(actor=desk, appointment_id=number, now=STARTS)
    assert on_record(number).checked_in_at == STARTS
    with pytest.raises(NotInThatState, match="needling only"):
        record_gates(actor=desk, appointment_id=number, told=AGREED, now=STARTS)
    other = given.booked(harbour, dana, given.slot(harbour, 16), **ON_FOOT)
    later = STARTS + timedelta(hours=3)
    mark_done(actor=desk, appointment_id=other, seen_version=1, now=later)
    assert given.state_of(other) is AppointmentState.DONE


def test_a_check_in_is_taken_back_until_it_is_done(desk, number):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=STARTS)
    undo = dict(actor=desk, appointment_id=number, now=STARTS)
    with pytest.raises(NotInThatState, match="not checked in"):
        undo_check_in(**undo)
    given.checked_in(number)
    undo_check_in(**undo)
    assert on_record(number).checked_in_at is None
    assert len(entries(number, "undo check-in")) == 1
    version = given.checked_in(number)
    mark_done(actor=desk, appointment_id=number, seen_version=version, now=STARTS)
    with pytest.raises(NotInThatState, match="is done"):
        undo_check_in(**undo)


def test_nobody_is_checked_in_twice(desk, number):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=STARTS)
    given.checked_in(number)
    with pytest.raises(NotInThatState, match="already"):
        check_in(actor=desk, appointment_id=number, now=STARTS)


def test_what_is_recorded_later_takes_the_check_in_back(desk, number):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=STARTS)
    given.checked_in(number)
    told = {"consent": Consent.NONE}
    latest = records()[-1].id
    record_gates(actor=desk, appointment_id=number, told=told, seen_record=latest, now=STARTS)
    assert on_record(number).checked_in_at is None


@pytest.mark.parametrize("changed", ["time", "practitioner", "treatment"])
def test_what_is_changed_keeps_its_record_and_asks_to_check_in_anew(
    desk, harbour, dana, number, changed
):
    record_gates(actor=desk, appointment_id=number, told=AGREED, now=given.NOW)
    version = given.checked_in(number)
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    to = {
        "time": {"slot": given.slot(harbour, 16)},
        "practitioner": {"practitioner_id": ana.id},
        "treatment": {"sites": ("leg_foot",)},
    }[changed]
    rebook_appointment(actor=desk, appointment_id=number, seen_version=version, now=given.NOW, **to)
    found = on_record(number)
    assert (found.checked_in_at, found.checked_in_by) == (None, None)
    [entry] = entries(number, "change appointment")
    assert entry["before"]["checked_in_at"] is not None
    check_in(actor=desk, appointment_id=number, now=found.starts_at)


@pytest.fixture
def isle(app):
    return clinic_that_asks(AT_BOOKING)


@pytest.fixture
def lia(isle):
    lia = given.practitioner("Lia Isle", at=isle)
    given.certified(lia)
    return lia


def book(at, whom, when=None, told=None, **known):
    wanted = given.booking(at, whom, given.patient(at), when, **known)
    desk = given.somebody(Role.FRONT_DESK, at)
    return book_appointment(actor=desk, booking=wanted, now=given.NOW, told=told)


def test_what_is_asked_at_booking_refuses_the_booking_without_it(isle, lia):
    with pytest.raises(NotPrepared) as caught:
        book(isle, lia)
    assert reasons(caught) == {Reason.REFERRAL_MISSING}
    assert db.session.scalar(select(Appointment.id)) is None
    number = book(isle, lia, told=REFERRED)
    assert [(one.appointment_id, one.referral) for one in records()] == [(number, True)]
    assert len(entries(number, "record before needling")) == 1


def test_what_is_asked_at_check_in_does_not_hinder_a_booking(harbour, dana):
    assert book(harbour, dana)
    assert records() == []


def test_another_treatment_is_booked_without_and_nothing_is_kept_of_the_patient(isle, lia):
    assert book(isle, lia, told=REFERRED, **ON_FOOT)
    assert records() == []


def test_moving_keeps_what_was_said_at_booking(isle, lia):
    number = book(isle, lia, told=REFERRED)
    desk = given.somebody(Role.FRONT_DESK, isle)
    move = dict(actor=desk, appointment_id=number, seen_version=1, now=given.NOW)
    rebook_appointment(slot=given.slot(isle, 16), **move)
    assert on_record(number).starts_at == given.slot(isle, 16).starts_at
    assert len(records()) == 1


def test_what_becomes_needling_is_asked_what_needling_asks_at_booking(isle, lia):
    number = book(isle, lia, **ON_FOOT)
    desk = given.somebody(Role.FRONT_DESK, isle)
    convert = dict(actor=desk, appointment_id=number, seen_version=1, now=given.NOW)
    convert |= dict(treatment=Treatment.NEEDLING, sites=("thigh",))
    with pytest.raises(NotPrepared):
        rebook_appointment(**convert)
    assert on_record(number).treatment is Treatment.EXERCISE
    rebook_appointment(told=REFERRED, **convert)
    assert on_record(number).treatment is Treatment.NEEDLING
    assert [one.referral for one in records()] == [True]


def test_a_move_to_a_day_that_asks_more_at_booking_asks_it_then(isle, lia):
    number = book(isle, lia, told=REFERRED)
    later = given.TODAY + timedelta(days=3)
    set_house_rules(
        actor=given.somebody(Role.MANAGER, isle),
        clinic_id=isle.id,
        requirements=[{"kind": "consent", "asked_at": "booking", "source": "house rule"}],
        first_day=later,
        reason="The clinic wants to know it early.",
        now=given.NOW,
    )
    desk = given.somebody(Role.FRONT_DESK, isle)
    move = dict(actor=desk, appointment_id=number, seen_version=1, now=given.NOW)
    move |= dict(slot=given.slot(isle, 9, day=later))
    with pytest.raises(NotPrepared) as caught:
        rebook_appointment(**move)
    assert reasons(caught) == {Reason.CONSENT_MISSING}
    rebook_appointment(told={"consent": Consent.VERBAL}, **move)
    assert on_record(number).first_day == later
    assert (records()[-1].referral, records()[-1].consent) == (True, Consent.VERBAL)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PRACTITIONER])
@pytest.mark.parametrize("deed", [check_in, undo_check_in, record_gates])
def test_others_neither_record_nor_check_in(harbour, number, role, deed):
    told = {"told": AGREED} if deed is record_gates else {}
    refusal = NotFound if role is Role.PRACTITIONER else NotAllowed
    with pytest.raises(refusal):
        deed(actor=given.somebody(role, harbour), appointment_id=number, now=STARTS, **told)
    assert records() == []


def test_the_practitioner_does_both_for_their_own(harbour, dana, number):
    herself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    record_gates(actor=herself, appointment_id=number, told=AGREED, now=STARTS)
    check_in(actor=herself, appointment_id=number, now=STARTS)
    assert on_record(number).checked_in_by == herself.account_id
