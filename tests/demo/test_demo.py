"""The demo holds what a newcomer is told it holds, and all of it came by the use cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, select

from registry import demo
from registry.adapters import clock
from registry.demo.people import EVERYBODY, PASSWORD
from registry.errors import NotInThatState
from registry.jobs.doctor import examine
from registry.models import (
    Account,
    Appointment,
    AuditEntry,
    Clinic,
    Credential,
    CredentialVersion,
    Document,
    Engagement,
    Letter,
    Practitioner,
    Reminder,
    ReminderAnswer,
    Verification,
    db,
)
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.eligibility import Decision, decide
from registry.rules.questions import Question
from registry.rules.reasons import Reason
from registry.rules.reminders import LAPSED, AnswerKind
from registry.rules.vocabulary import AppointmentState, CredentialKind, Role, Treatment
from registry.services.sign_in import sign_in

pytestmark = pytest.mark.usefixtures("house")


#: Late on a day at all three clinics, on the eve of a change of their clocks.
LATE = datetime(2027, 3, 14, 4, 30, tzinfo=UTC)


class Filled(NamedTuple):
    steps: list[str]
    at: datetime


@pytest.fixture(scope="module")
def filled(registry_app, database) -> Iterator[Filled]:
    """Filled once for all that is only looked at here."""
    steps: list[str] = []
    with registry_app.app_context(), time_machine.travel(LATE):
        demo.fill(steps.append)
        db.session.remove()
        db.engine.dispose()
    yield Filled(steps, LATE)
    database.empty()
    for left in Path(registry_app.config["DOCUMENTS"]).rglob("*"):
        if left.is_file():
            left.unlink()


@pytest.fixture
def house(registry_app, filled) -> Iterator[Filled]:
    with registry_app.app_context():
        yield filled
        db.session.remove()
        db.engine.dispose()


def decision_on(name: str, site: str, when: datetime, days_on: int = 0) -> Decision:
    """At the first clinic where they work, so many days after its day at that moment."""
    practitioner, clinic = db.session.execute(
        select(Practitioner, Clinic)
        .join(Engagement, Engagement.practitioner_id == Practitioner.id)
        .join(Clinic, Clinic.id == Engagement.clinic_id)
        .where(Practitioner.name.startswith(name))
        .order_by(Engagement.id)
        .limit(1)
    ).one()
    day = day_at(clinic, when) + timedelta(days=days_on)
    return decide(
        facts_on_record(db.session, [practitioner.id])[practitioner.id],
        rulebook_on_record(db.session(), [clinic.jurisdiction]),
        Question(clinic.id, clinic.jurisdiction, site, day),
    )


def day_at(clinic: Clinic, when: datetime) -> date:
    return when.astimezone(ZoneInfo(clinic.zone)).date()


def test_the_doctor_finds_nothing_wrong_in_it(house):
    with time_machine.travel(house.at):
        assert examine() == []


def test_filling_says_what_it_is_at(house):
    assert len(house.steps) >= 3


def test_it_is_not_put_on_top_of_what_is_there():
    assert not demo.is_empty()
    with pytest.raises(NotInThatState, match="wants an empty one"):
        demo.fill(lambda _what: None)


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("Dana", "neck"),
        ("Ruth", "thigh"),
        ("Marcus", "neck"),
        ("Naomi", "head_face"),
        ("Maximiliana", "thorax"),
        ("Aisha", "neck"),
    ],
)
def test_who_may_needle(house, name, site):
    assert decision_on(name, site, house.at).eligible


@pytest.mark.parametrize(
    ("name", "site", "reasons"),
    [
        ("Dana", "thorax", {Reason.REGION_NOT_COVERED}),
        ("Naomi", "thigh", {Reason.REGION_NOT_COVERED}),
        ("Priya", "neck", {Reason.LICENCE_LAPSED}),
        ("Elena", "neck", {Reason.LICENCE_SUSPENDED}),
        ("Victor", "neck", {Reason.CERT_REVOKED}),
        ("Tomás", "neck", {Reason.CERT_PENDING, Reason.NOTIFICATION_MISSING}),
        ("Grace", "neck", {Reason.CERT_REJECTED}),
        ("Hannah", "neck", {Reason.HOURS_SHORT, Reason.IN_PERSON_HOURS_SHORT}),
        ("Mei", "neck", {Reason.CERT_NOT_DRY_NEEDLING, Reason.NOTIFICATION_MISSING}),
        ("Caleb", "neck", {Reason.LICENCE_MISSING, Reason.NOTIFICATION_MISSING}),
        ("Jordan", "neck", {Reason.PROFESSION_NOT_ALLOWED}),
        ("Leo", "neck", {Reason.JURISDICTION_BARRED}),
        ("Liam", "thigh", {Reason.REGISTRATION_MISSING}),
        ("Noah", "neck", {Reason.PROVISIONAL_REGISTRATION}),
    ],
)
def test_who_is_refused_and_why(house, name, site, reasons):
    decision = decision_on(name, site, house.at)

    assert not decision.eligible
    assert decision.reasons == reasons


def test_a_licence_lapses_in_twelve_days(house):
    for days, eligible in ((12, True), (13, False)):
        decision = decision_on("Marcus", "neck", house.at, days)

        assert decision.eligible is eligible


def test_reminders_went_though_some_nights_were_missed(house):
    bands = select(Reminder.band, Reminder.caught_up).distinct()
    told = {(row.band, row.caught_up) for row in db.session.execute(bands)}
    assert {(14, False), (30, False), (LAPSED, False), (60, True)} <= told
    answers = select(ReminderAnswer.kind).order_by(ReminderAnswer.id)
    assert db.session.scalars(answers).all() == [AnswerKind.ACKNOWLEDGED, AnswerKind.SNOOZED]


def test_every_role_is_there():
    held = {
        grant.role for account in db.session.scalars(select(Account)) for grant in account.grants
    }

    assert held == set(Role)


@pytest.mark.parametrize("person", EVERYBODY[:3], ids=lambda person: person.key)
def test_they_sign_in_with_the_password_that_is_shown(person):
    lines = list(demo.sign_ins())

    assert PASSWORD in lines[0]
    assert any(line.startswith(person.email) for line in lines)
    assert sign_in(email=person.email, password=PASSWORD, address="", browser="", now=clock.now())


def test_everybody_of_the_demo_has_a_password():
    assert len(list(demo.sign_ins())) == 1 + len(EVERYBODY)
    assert db.session.scalar(select(func.count()).where(Account.password_hash.is_(None))) == 0


def test_appointments_reach_a_week_back_and_a_week_on_and_some_are_today(house):
    for clinic in db.session.scalars(select(Clinic)):
        today = day_at(clinic, house.at)
        days = {
            (day - today).days
            for day in db.session.scalars(
                select(Appointment.first_day).where(Appointment.clinic_id == clinic.id)
            )
        }
        assert min(days) < -5
        assert max(days) > 5
        assert 0 in days


def test_treatments_of_both_sorts_are_booked_today(house):
    harbour = db.session.scalars(select(Clinic).where(Clinic.name == "Harbour Clinic")).one()
    today = select(Appointment.treatment).where(
        Appointment.clinic_id == harbour.id, Appointment.first_day == day_at(harbour, house.at)
    )
    booked = db.session.scalars(today).all()

    assert Treatment.NEEDLING in booked
    assert set(booked) - {Treatment.NEEDLING}


def test_the_revocation_held_what_was_to_come_and_lists_what_had_begun():
    lost = db.session.execute(
        select(Practitioner.name, Appointment.state, func.count())
        .join(Practitioner)
        .where(Appointment.state.in_([AppointmentState.HELD, AppointmentState.BEGUN]))
        .group_by(Practitioner.name, Appointment.state)
    ).all()
    counts = {(name, state): count for name, state, count in lost}

    assert counts["Victor Osei", AppointmentState.BEGUN] == 1
    assert counts["Victor Osei", AppointmentState.HELD] >= 3
    assert counts["Elena Sokolova", AppointmentState.HELD] >= 3


def test_one_is_booked_past_a_last_valid_day_while_the_renewal_waits():
    found = select(Practitioner.name).join(
        Appointment, Appointment.practitioner_id == Practitioner.id
    )
    provisional = found.where(Appointment.state == AppointmentState.PROVISIONAL)
    assert db.session.scalars(provisional).all() == ["Naomi Feld"]


def test_what_regained_its_ground_stands_again_by_itself():
    restored = select(AuditEntry.practitioner_id).where(AuditEntry.action == "restore by itself")
    whose = db.session.scalars(
        select(Practitioner.name).where(Practitioner.id.in_(restored)).distinct()
    ).all()

    assert len(whose) == 1
    held = (
        select(Appointment.id)
        .join(Practitioner)
        .where(Practitioner.name.in_(whose), Appointment.state == AppointmentState.HELD)
    )
    assert db.session.scalars(held).all() == []


def test_some_patients_did_not_come():
    missed = db.session.scalars(
        select(Appointment).where(Appointment.state == AppointmentState.NO_SHOW)
    ).all()

    assert {one.practitioner.name.split()[0] for one in missed} == {"Marcus", "Tomás"}
    assert all(one.missed_at >= one.starts_at and one.checked_in_at is None for one in missed)


def test_nothing_that_is_over_still_stands_as_confirmed(house):
    earlier = house.at - timedelta(minutes=10)
    left = db.session.scalars(
        select(Appointment.id).where(
            Appointment.state == AppointmentState.CONFIRMED, Appointment.ends_at < earlier
        )
    )

    assert left.all() == []


def test_nobody_decided_on_their_own():
    own = (
        select(Verification.id)
        .join(CredentialVersion, CredentialVersion.id == Verification.version_id)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .join(Account, Account.id == Verification.decided_by)
        .where(
            (CredentialVersion.entered_by == Verification.decided_by)
            | (Account.practitioner_id == Credential.practitioner_id)
        )
    )

    assert db.session.scalars(own).all() == []


def test_papers_are_both_pdfs_and_photos_with_pages_to_look_at(registry_app):
    documents = db.session.scalars(select(Document)).all()

    assert {document.media_type for document in documents} == {"application/pdf", "image/jpeg"}
    folder = Path(registry_app.config["DOCUMENTS"])
    assert all((folder / document.page_key(1)).is_file() for document in documents)


def test_some_certificates_wait_and_one_of_them_is_the_managers_own():
    waiting = db.session.scalars(
        select(Practitioner.name)
        .join(Credential)
        .join(CredentialVersion)
        .where(
            CredentialVersion.state == "submitted", Credential.kind == CredentialKind.CERTIFICATE
        )
    )

    assert set(waiting) == {"Ruth Adeyemi", "Tomás Herrera", "Marcus Lindqvist"}


def test_the_audit_trail_reads_in_the_order_of_time_and_ends_before_now(house):
    moments = db.session.scalars(
        select(AuditEntry.at).where(AuditEntry.action != "sign in").order_by(AuditEntry.id)
    ).all()

    assert moments == sorted(moments)
    assert moments[-1] <= house.at


def test_no_letter_of_it_waits_to_be_sent():
    assert db.session.scalars(select(Letter.id).where(Letter.sent_at.is_(None))).all() == []
