"""Decisions about credentials, and what they do to privileges and to booked work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.models import (
    Appointment,
    AuditEntry,
    CredentialVersion,
    Letter,
    Privilege,
    Verification,
    db,
)
from registry.rules.facts import Cpr
from registry.rules.vocabulary import (
    AppointmentState,
    Method,
    Outcome,
    Role,
    VersionState,
)
from registry.services.scheduling import mark_done
from registry.services.verification import decide_standing, reject_version, verify_version
from tests import given


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def manager(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.licence(dana)
    return dana


def version_of(credential):
    return db.session.scalar(
        select(CredentialVersion.id).where(CredentialVersion.credential_id == credential.id)
    )


def verify(manager, version_id, **known):
    ordinary = dict(method=Method.ISSUER_PORTAL, reference="A-1", today=given.TODAY, now=given.NOW)
    return verify_version(actor=manager, version_id=version_id, **ordinary | known)


def decide(manager, credential, outcome, day=given.TODAY, reason="board order"):
    return decide_standing(
        actor=manager,
        credential_id=credential.id,
        outcome=outcome,
        effective_from=day,
        reason=reason,
        now=given.NOW,
    )


def sites(whom):
    db.session.rollback()
    return set(
        db.session.scalars(select(Privilege.site).where(Privilege.practitioner_id == whom.id))
    )


def test_a_verified_certificate_gives_privileges_in_the_same_transaction(manager, dana):
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    assert sites(dana) == set()
    verify(manager, version_of(waiting))
    assert {"thigh", "leg_foot", "gastrocnemius"} <= sites(dana)
    assert "neck" not in sites(dana)
    row = db.session.scalar(select(Verification).order_by(Verification.id.desc()).limit(1))
    assert (row.outcome, row.reference, row.decided_by_name) == ("verified", "A-1", manager.name)
    assert row.meaning.startswith("I checked")


def test_the_holder_is_written_to_and_the_letter_is_a_row_first(manager, dana):
    given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    reject_version(
        actor=manager,
        version_id=version_of(waiting),
        reason="the name is another's",
        today=given.TODAY,
        now=given.NOW,
    )
    letter = db.session.scalar(select(Letter))
    assert (letter.template, letter.sent_at) == ("rejected", None)
    assert "the name is another" in letter.particulars


def test_the_holder_and_the_managers_read_the_kind_as_people_say_it(manager, harbour, dana):
    card = given.on_record(dana, Cpr, {"first_day": date(2026, 1, 1)})
    decide(manager, card, Outcome.REVOKED)
    assert db.session.scalars(select(Letter.particulars)).all() == []  # nobody to write to yet
    given.somebody(Role.PRACTITIONER, practises_as=dana)
    decide(manager, card, Outcome.REINSTATED)
    [particulars] = db.session.scalars(select(Letter.particulars))
    assert '"credential": "CPR card"' in particulars


def test_a_verification_says_what_was_checked_and_a_rejection_says_why(manager, dana):
    waiting = version_of(given.certificate(dana, state=VersionState.SUBMITTED))
    with pytest.raises(BadInput):
        verify(manager, waiting, reference=" ")
    with pytest.raises(BadInput):
        reject_version(
            actor=manager, version_id=waiting, reason="", today=given.TODAY, now=given.NOW
        )
    db.session.rollback()
    assert db.session.get_one(CredentialVersion, waiting).state is VersionState.SUBMITTED


def test_nobody_verifies_their_own_credential_though_they_manage_the_clinic(harbour, dana):
    mo = given.somebody(Role.MANAGER, harbour, practises_as=dana)
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    with pytest.raises(NotAllowed):
        verify(mo, version_of(waiting))
    assert sites(dana) == set()


def test_nobody_verifies_what_they_uploaded(harbour, dana):
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    version = db.session.get_one(CredentialVersion, version_of(waiting))
    clerk = given.Actor(version.entered_by, "Clerk", (given.Grant(Role.MANAGER, harbour.id),))
    with pytest.raises(NotAllowed):
        verify(clerk, version.id)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER, Role.ADMINISTRATOR])
def test_only_a_manager_verifies(harbour, dana, role):
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    with pytest.raises((NotAllowed, NotFound)):
        verify(given.somebody(role, harbour), version_of(waiting))


def test_the_manager_of_another_clinic_finds_nothing(dana):
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    hill = given.clinic("Hill Clinic", adopted=False)
    with pytest.raises(NotFound):
        verify(given.somebody(Role.MANAGER, hill), version_of(waiting))


def test_what_was_decided_is_not_decided_again(manager, dana):
    waiting = given.certificate(dana, state=VersionState.SUBMITTED)
    verify(manager, version_of(waiting))
    with pytest.raises(NotInThatState):
        verify(manager, version_of(waiting))


def test_a_revocation_holds_exactly_what_lost_its_ground(manager, harbour, dana):
    legs = given.certificate(dana)
    given.certificate(dana, taught=frozenset({"arm"}), number="DN-ARM")
    leg = given.booked(harbour, dana, given.slot(harbour, 10))
    arm = given.booked(harbour, dana, given.slot(harbour, 11), sites=("arm",))
    other = given.booked(harbour, dana, given.slot(harbour, 12), treatment="exercise", sites=())

    lost = decide(manager, legs, Outcome.REVOKED)

    assert [one.id for one in lost] == [leg]
    assert given.state_of(leg) is AppointmentState.HELD
    assert given.state_of(arm) is AppointmentState.CONFIRMED
    assert given.state_of(other) is AppointmentState.CONFIRMED
    held = db.session.get_one(Appointment, leg)
    assert "board order" in held.ground_lost_because
    letters = db.session.scalars(select(Letter.template)).all()
    assert "held_work" in letters
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == f"appointment:{leg}")
    ).all()
    assert actions == ["book appointment", "hold appointment"]


def test_a_suspension_from_a_later_day_holds_only_what_comes_after(manager, harbour, dana):
    legs = given.certificate(dana)
    day = given.TODAY + timedelta(days=7)
    before = given.booked(harbour, dana, given.slot(harbour, 10, day=day - timedelta(days=1)))
    after = given.booked(harbour, dana, given.slot(harbour, 10, day=day))
    assert [one.id for one in decide(manager, legs, Outcome.SUSPENDED, day)] == [after]
    assert given.state_of(before) is AppointmentState.CONFIRMED


def test_what_has_begun_when_the_ground_goes_is_listed_for_look_back_not_held(
    manager, harbour, dana
):
    given.open_always(harbour)
    legs = given.certificate(dana)
    early = given.booked(harbour, dana, given.slot(harbour, 5))  # 10:00 UTC, an hour from now
    late = given.booked(harbour, dana, given.slot(harbour, 14))
    lost = decide_standing(
        actor=manager,
        credential_id=legs.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="forged",
        now=given.NOW + timedelta(hours=2),
    )
    assert [(one.id, one.begun) for one in lost] == [(early, True), (late, False)]
    assert given.state_of(early) is AppointmentState.BEGUN
    assert given.state_of(late) is AppointmentState.HELD


def test_a_backdated_revocation_lists_treatments_already_given_and_changes_none(
    manager, harbour, dana
):
    legs = given.certificate(dana)
    given_one = given.booked(harbour, dana, given.slot(harbour, 10))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    later = given.NOW + timedelta(days=10)
    seen = given.checked_in(given_one)
    mark_done(actor=desk, appointment_id=given_one, seen_version=seen, now=later)
    lost = decide_standing(
        actor=manager,
        credential_id=legs.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="forged",
        now=later,
    )
    assert [(one.id, one.begun) for one in lost] == [(given_one, True)]
    db.session.rollback()
    row = db.session.get_one(Appointment, given_one)
    assert (row.state, row.ground_lost_at) == (AppointmentState.DONE, later)


def test_a_reinstated_certificate_counts_again_from_its_day(manager, dana):
    legs = given.certificate(dana)
    decide(manager, legs, Outcome.SUSPENDED)
    back = given.TODAY + timedelta(days=3)
    decide(manager, legs, Outcome.REINSTATED, back)
    db.session.rollback()
    spans = db.session.execute(
        select(Privilege.first_day, Privilege.last_day)
        .where(Privilege.practitioner_id == dana.id, Privilege.site == "thigh")
        .order_by(Privilege.first_day)
    ).all()
    assert [tuple(span) for span in spans] == [
        (date(2022, 5, 2), given.TODAY - timedelta(days=1)),
        (back, date(2028, 12, 31)),
    ]


def test_a_revocation_needs_a_reason_and_an_order_that_makes_sense(manager, dana):
    legs = given.certificate(dana)
    with pytest.raises(BadInput):
        decide(manager, legs, Outcome.REVOKED, reason="  ")
    with pytest.raises(NotInThatState):
        decide(manager, legs, Outcome.REINSTATED)
    decide(manager, legs, Outcome.REVOKED)
    with pytest.raises(NotInThatState):
        decide(manager, legs, Outcome.SUSPENDED)


def test_what_was_revoked_is_revoked_again_only_from_an_earlier_day(manager, harbour, dana):
    given.licence(dana)
    legs = given.certificate(dana)
    decide(manager, legs, Outcome.REVOKED)
    for day in (given.TODAY, given.TODAY + timedelta(days=3)):
        with pytest.raises(BadInput, match="Only an earlier day changes anything"):
            decide(manager, legs, Outcome.REVOKED, day)
    earlier = given.TODAY - timedelta(days=400)
    decide(manager, legs, Outcome.REVOKED, earlier)
    db.session.rollback()
    last = db.session.scalars(select(Privilege.last_day)).all()
    assert set(last) == {earlier - timedelta(days=1)}


def test_a_day_far_ahead_is_a_slip_and_bars_nothing(manager, dana):
    legs = given.certificate(dana)
    with pytest.raises(BadInput, match="within a year"):
        decide(manager, legs, Outcome.REVOKED, given.date(9999, 12, 31))
    decide(manager, legs, Outcome.REVOKED)
