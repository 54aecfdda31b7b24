"""Somebody does not come: recorded after the start, kept, and taken back while it is recent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import (
    DiaryClash,
    NotAllowed,
    NotFound,
    NotInThatState,
    Overtaken,
)
from registry.models import (
    Appointment,
    AuditEntry,
    Credential,
    Incident,
    Letter,
    TreatmentType,
    db,
)
from registry.rules.vocabulary import AppointmentState, CredentialKind, Outcome, Role
from registry.services.archiving import archive_practitioner
from registry.services.check_in import check_in, undo_check_in
from registry.services.clinics import change_clinic
from registry.services.no_shows import (
    LOST_MEANWHILE,
    ROOM_CLOSED,
    ROOM_UNFIT,
    record_no_show,
    undo_no_show,
)
from registry.services.room_fitness import set_room_fitness
from registry.services.rooms import change_room
from registry.services.scheduling import cancel_appointment, mark_done, rebook_appointment
from registry.services.verification import decide_standing
from tests import given

STARTS = given.NOW + timedelta(hours=10)  # 14:00 at the clinic
LATER = STARTS + timedelta(minutes=20)
ON_FOOT = dict(treatment="exercise", sites=())
NO_SHOW = AppointmentState.NO_SHOW


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana)


def on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def missed(desk, number, now=LATER):
    """Returns the version it then has."""
    version = on_record(number).version
    record_no_show(actor=desk, appointment_id=number, seen_version=version, now=now)
    return version + 1


def put_right(desk, number, now=LATER):
    version = on_record(number).version
    undo_no_show(actor=desk, appointment_id=number, seen_version=version, now=now)


def told(number, action):
    rows = db.session.scalars(
        select(AuditEntry.body).where(
            AuditEntry.subject == f"appointment:{number}", AuditEntry.action == action
        )
    )
    return [json.loads(body) for body in rows]


def suspend_licence(harbour, since=given.TODAY):
    decide_standing(
        actor=given.somebody(Role.MANAGER, harbour),
        credential_id=db.session.scalar(
            select(Credential.id).where(Credential.kind == CredentialKind.LICENCE)
        ),
        outcome=Outcome.SUSPENDED,
        effective_from=since,
        reason="The board wrote.",
        now=LATER,
    )


def test_who_did_not_come_is_recorded_once_it_has_started(desk, number):
    with pytest.raises(NotInThatState, match="has not started yet"):
        missed(desk, number, STARTS - timedelta(seconds=1))
    missed(desk, number, STARTS)
    found = on_record(number)
    assert (found.state, found.missed_at, found.missed_by) == (NO_SHOW, STARTS, desk.account_id)
    [entry] = told(number, "record no-show")
    assert (entry["before"]["state"], entry["after"]["state"]) == ("confirmed", "no_show")


def test_whoever_is_checked_in_came(desk, number):
    given.checked_in(number)
    with pytest.raises(NotInThatState, match="undo the check-in first"):
        missed(desk, number)
    undo_check_in(actor=desk, appointment_id=number, now=LATER)
    missed(desk, number)
    assert on_record(number).state is NO_SHOW


def test_another_treatment_is_recorded_the_same(desk, harbour, dana):
    number = given.booked(harbour, dana, **ON_FOOT)
    missed(desk, number)
    assert given.state_of(number) is NO_SHOW


def test_what_lost_its_ground_after_it_began_need_not_be_looked_back_upon(desk, harbour, number):
    suspend_licence(harbour)
    assert given.state_of(number) is AppointmentState.BEGUN
    missed(desk, number)
    assert given.state_of(number) is NO_SHOW
    put_right(desk, number)
    assert given.state_of(number) is AppointmentState.BEGUN


def test_nothing_else_is_done_with_it(desk, harbour, number):
    version = missed(desk, number)
    seen = dict(actor=desk, appointment_id=number, now=LATER)
    deeds = [
        lambda: mark_done(seen_version=version, **seen),
        lambda: check_in(**seen),
        lambda: record_no_show(seen_version=version, **seen),
        lambda: cancel_appointment(seen_version=version, reason="", **seen),
        lambda: rebook_appointment(seen_version=version, slot=given.slot(harbour, 16), **seen),
    ]
    for deed in deeds:
        with pytest.raises(NotInThatState, match="marked “did not come”"):
            deed()
    assert given.state_of(number) is NO_SHOW


@pytest.mark.parametrize("state", ["held", "done", "cancelled"])
def test_what_nobody_waits_for_is_not_missed(desk, number, state):
    if state == "done":
        given.checked_in(number)
    db.session.get_one(Appointment, number).state = AppointmentState(state)
    db.session.commit()
    with pytest.raises(NotInThatState, match=f"is {state}"):
        missed(desk, number)


def test_its_time_stays_taken(desk, harbour, dana, number):
    missed(desk, number)
    with pytest.raises(DiaryClash):
        given.booked(harbour, dana)


def test_nobody_is_written_to(desk, number):
    before = db.session.scalar(select(func.count(Letter.id)))
    missed(desk, number)
    assert db.session.scalar(select(func.count(Letter.id))) == before


def test_a_mistake_is_taken_back_for_three_days(desk, number):
    missed(desk, number)
    with pytest.raises(NotInThatState, match="more than three days ago"):
        put_right(desk, number, LATER + timedelta(days=3))
    put_right(desk, number, LATER + timedelta(days=3, seconds=-1))
    found = on_record(number)
    assert (found.state, found.missed_at, found.missed_by) == (
        AppointmentState.CONFIRMED,
        None,
        None,
    )
    assert len(told(number, "undo no-show")) == 1


def test_what_was_taken_back_is_checked_in_and_done_as_ever(desk, number):
    missed(desk, number)
    put_right(desk, number)
    version = given.checked_in(number)
    mark_done(actor=desk, appointment_id=number, seen_version=version, now=LATER)
    assert given.state_of(number) is AppointmentState.DONE


def test_nothing_is_taken_back_that_was_not_recorded(desk, number):
    with pytest.raises(NotInThatState, match="is confirmed"):
        put_right(desk, number)


def test_needling_whose_ground_went_meanwhile_comes_back_as_begun_to_be_looked_back_upon(
    desk, harbour, number
):
    missed(desk, number)
    suspend_licence(harbour)
    assert on_record(number).ground_lost_at is None  # it was not given: nothing to look back upon
    put_right(desk, number)
    found = on_record(number)
    assert (found.state, found.ground_lost_because) == (AppointmentState.BEGUN, LOST_MEANWHILE)
    [incident] = db.session.scalars(select(Incident)).all()
    assert (incident.clinic_id, incident.because) == (found.clinic_id, LOST_MEANWHILE)
    assert found.ground_lost_at is not None
    assert told(number, "undo no-show")[0]["reason"] == LOST_MEANWHILE


def test_another_treatment_of_somebody_who_left_comes_back_as_begun(desk, harbour, dana):
    number = given.booked(harbour, dana, **ON_FOOT)
    missed(desk, number)
    archive_practitioner(
        actor=given.somebody(Role.MANAGER, harbour),
        practitioner_id=dana.id,
        reason="Moved away.",
        now=LATER,
    )
    put_right(desk, number)
    assert came_back(number) == (AppointmentState.BEGUN, LOST_MEANWHILE)
    mark_done(actor=desk, appointment_id=number, seen_version=3, now=LATER)
    assert given.state_of(number) is AppointmentState.DONE


def came_back(number):
    found = on_record(number)
    assert (found.ground_lost_at is None) == (found.ground_lost_because == "")
    return found.state, found.ground_lost_because


def close_room(harbour, closed_from):
    change_room(
        actor=given.somebody(Role.ADMINISTRATOR),
        clinic_id=harbour.id,
        room_id=given.rooms(harbour)[0],
        name="Room 1",
        closed_from=closed_from,
        now=LATER,
    )


def room_fit_for_other_things(harbour):
    types = db.session.scalars(select(TreatmentType.id).where(TreatmentType.kind == "exercise"))
    set_room_fitness(
        actor=given.somebody(Role.ADMINISTRATOR),
        clinic_id=harbour.id,
        room_id=given.rooms(harbour)[0],
        fit_for=types.all(),
        seen=[],
        now=LATER,
    )


def test_they_did_come_although_the_room_was_closed_since(desk, harbour, number):
    missed(desk, number)
    close_room(harbour, given.TODAY)
    put_right(desk, number)
    assert came_back(number) == (AppointmentState.BEGUN, ROOM_CLOSED)


def test_they_did_come_although_the_room_became_unfit_since(desk, harbour, number):
    missed(desk, number)
    room_fit_for_other_things(harbour)
    put_right(desk, number)
    assert came_back(number) == (AppointmentState.BEGUN, ROOM_UNFIT)


def test_a_room_that_closes_or_is_unfit_from_another_day_on_is_no_matter(desk, harbour, number):
    missed(desk, number)
    close_room(harbour, given.TODAY + timedelta(days=1))
    put_right(desk, number)
    assert came_back(number) == (AppointmentState.CONFIRMED, "")


def test_they_did_come_although_the_clinic_has_another_clock_since(desk, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), **ON_FOOT)
    missed(desk, number)
    elsewhere = dict(jurisdiction="US-MT", zone="Pacific/Auckland", address=harbour.address)
    change_clinic(
        actor=given.somebody(Role.ADMINISTRATOR),
        clinic_id=harbour.id,
        name=harbour.name,
        now=LATER,
        **elsewhere,
    )
    put_right(desk, number)
    assert came_back(number) == (AppointmentState.CONFIRMED, "")
    assert on_record(number).first_day == given.TODAY + timedelta(days=1)


def test_what_somebody_else_changed_meanwhile_is_looked_at_again(desk, number):
    with pytest.raises(Overtaken):
        record_no_show(actor=desk, appointment_id=number, seen_version=7, now=LATER)
    version = missed(desk, number)
    with pytest.raises(Overtaken):
        undo_no_show(actor=desk, appointment_id=number, seen_version=version - 1, now=LATER)


def test_whoever_marks_as_done_may_say_so_and_nobody_else(harbour, dana, number):
    colleague = given.practitioner("Cole League", at=harbour)
    others = {
        given.somebody(Role.PRACTITIONER, harbour, practises_as=colleague): NotFound,
        given.somebody(Role.MANAGER, given.clinic("Elsewhere")): NotFound,
        given.somebody(Role.ADMINISTRATOR): NotAllowed,
        given.somebody(Role.AUDITOR): NotAllowed,
    }
    for one, refusal in others.items():
        for deed in (record_no_show, undo_no_show):
            with pytest.raises(refusal):
                deed(actor=one, appointment_id=number, seen_version=1, now=LATER)
    missed(given.somebody(Role.PRACTITIONER, harbour, practises_as=dana), number)
    put_right(given.somebody(Role.MANAGER, harbour), number)
    assert given.state_of(number) is AppointmentState.CONFIRMED
