"""Undo for ten minutes, checked anew; and cancelled appointments restored."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import (
    BadInput,
    DiaryClash,
    NotAllowed,
    NotFound,
    NotInThatState,
    NotPrivileged,
    Overtaken,
)
from registry.models import UndoLine, UndoStep, db
from registry.rules.vocabulary import AppointmentState, Outcome, Role, Treatment
from registry.services.archiving import archive_practitioner
from registry.services.hand_over import Given, hand_over
from registry.services.room_fitness import set_room_fitness
from registry.services.rooms import change_room
from registry.services.scheduling import (
    book_appointment,
    cancel_appointment,
    rebook_appointment,
)
from registry.services.series import Seen, book_series, cancel_rest
from registry.services.undo_steps import forget_steps
from registry.services.undoing import restore_cancelled, undo
from registry.services.verification import decide_standing
from tests import given
from tests.services.many import DAY, confirmed, entries, hold, on_record, weekly

SOON = given.NOW + timedelta(minutes=10)
CONFIRMED, CANCELLED = AppointmentState.CONFIRMED, AppointmentState.CANCELLED
HELD = AppointmentState.HELD


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def paper():
    return {}


@pytest.fixture
def dana(harbour, paper):
    dana = given.practitioner(at=harbour)
    paper["id"] = given.certified(dana).id
    return dana


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    return ana


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))


def last_step():
    db.session.rollback()
    return db.session.scalar(select(UndoStep.id).order_by(UndoStep.id.desc()).limit(1))


def change(desk, number, **known):
    rebook_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=on_record(number).version,
        now=given.NOW,
        **known,
    )


def cancel(desk, number):
    version = on_record(number).version
    cancel_appointment(
        actor=desk, appointment_id=number, seen_version=version, reason="Ill.", now=given.NOW
    )


def restore(desk, number, version=2, now=given.NOW):
    restore_cancelled(actor=desk, appointment_id=number, seen_version=version, now=now)


def revoke(paper):
    decide_standing(
        actor=given.somebody(Role.ADMINISTRATOR),
        credential_id=paper["id"],
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="Forged.",
        now=given.NOW,
    )


def as_booked(number):
    one = on_record(number)
    names = "practitioner_id room_id treatment sites starts_at ends_at first_day last_day state"
    return [getattr(one, name) for name in names.split()]


def deeds(harbour, ana):
    return {
        "moved": dict(slot=given.slot(harbour, 15, day=date(2027, 3, 4), minutes=60)),
        "given away": dict(practitioner_id=ana.id),
        "another room": dict(room_id=given.rooms(harbour)[1]),
        "converted": dict(treatment=Treatment.EXERCISE, sites=()),
        "other regions": dict(sites=("leg_foot",)),
    }


@pytest.mark.parametrize(
    "deed", ["moved", "given away", "another room", "converted", "other regions"]
)
def test_undo_puts_back_what_was(desk, harbour, ana, number, deed):
    before = as_booked(number)
    change(desk, number, **deeds(harbour, ana)[deed])
    assert as_booked(number) != before

    outcome = undo(actor=desk, step_id=last_step(), now=SOON)

    assert outcome.done == [number]
    assert as_booked(number) == before
    [entry] = entries("undo change")
    assert (entry.subject, entry.account_id) == (f"appointment:{number}", desk.account_id)


def test_undo_brings_a_cancelled_one_back(desk, number):
    before = as_booked(number)
    cancel(desk, number)
    undo(actor=desk, step_id=last_step(), now=SOON)
    assert as_booked(number) == before


def test_undo_is_over_after_ten_minutes(desk, number):
    cancel(desk, number)
    with pytest.raises(NotInThatState, match="10 minutes"):
        undo(actor=desk, step_id=last_step(), now=SOON + timedelta(seconds=1))
    assert on_record(number).state is CANCELLED


def test_undo_is_done_once(desk, number):
    cancel(desk, number)
    undo(actor=desk, step_id=last_step(), now=given.NOW)
    with pytest.raises(NotInThatState, match="undone already"):
        undo(actor=desk, step_id=last_step(), now=given.NOW)
    assert on_record(number).version == 3


def test_undo_leaves_alone_what_somebody_changed_since(desk, harbour, number):
    change(desk, number, slot=given.slot(harbour, 15, day=DAY))
    step = last_step()
    change(desk, number, slot=given.slot(harbour, 16, day=DAY))
    with pytest.raises(Overtaken, match="changed this appointment since"):
        undo(actor=desk, step_id=step, now=SOON)
    assert on_record(number).starts_at == given.slot(harbour, 16, day=DAY).starts_at


def test_undo_says_so_where_somebody_took_the_time_meanwhile(desk, harbour, dana, number):
    change(desk, number, slot=given.slot(harbour, 15, day=DAY))
    step = last_step()
    other = given.booking(harbour, dana, given.patient(harbour), given.slot(harbour, 10, day=DAY))
    book_appointment(actor=desk, booking=other, now=given.NOW)
    with pytest.raises(DiaryClash, match="already taken"):
        undo(actor=desk, step_id=step, now=SOON)
    assert on_record(number).starts_at == given.slot(harbour, 15, day=DAY).starts_at


def test_undo_gives_nothing_back_to_whoever_lost_the_privilege(desk, harbour, ana, paper, number):
    change(desk, number, practitioner_id=ana.id)
    step = last_step()
    revoke(paper)
    with pytest.raises(NotPrivileged) as caught:
        undo(actor=desk, step_id=step, now=SOON)
    assert caught.value.decisions
    assert on_record(number).practitioner_id == ana.id


def test_what_was_on_hold_goes_back_on_hold_with_its_reason(desk, ana, number):
    hold(number)
    change(desk, number, practitioner_id=ana.id)
    assert on_record(number).state is CONFIRMED
    undo(actor=desk, step_id=last_step(), now=SOON)
    found = on_record(number)
    assert (found.state, found.ground_lost_because) == (HELD, "Suspended.")


def test_what_goes_back_on_hold_takes_nobody_elses_time(desk, harbour, dana, ana, number):
    hold(number)
    change(desk, number, practitioner_id=ana.id, room_id=given.rooms(harbour)[1])
    step = last_step()
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    with pytest.raises(DiaryClash):
        undo(actor=desk, step_id=step, now=SOON)
    assert on_record(number).practitioner_id == ana.id


def given_another_room(desk, harbour, ana, number):
    hold(number)
    change(desk, number, practitioner_id=ana.id, room_id=given.rooms(harbour)[1])
    return dict(
        actor=given.somebody(Role.ADMINISTRATOR),
        clinic_id=harbour.id,
        room_id=given.rooms(harbour)[0],
        now=given.NOW,
    )


def test_nothing_goes_back_on_hold_in_a_room_that_is_closed_by_then(desk, harbour, ana, number):
    room = given_another_room(desk, harbour, ana, number)
    change_room(name="Room 1", closed_from=DAY, **room)
    with pytest.raises(NotInThatState, match="Room 1, where it was, is closed by then"):
        undo(actor=desk, step_id=last_step(), now=SOON)
    assert on_record(number).state is CONFIRMED


def test_nothing_goes_back_on_hold_in_a_room_that_is_not_fit_any_more(desk, harbour, ana, number):
    room = given_another_room(desk, harbour, ana, number)
    exercise = given.kind_of("exercise")["treatment_type_id"]
    set_room_fitness(fit_for=[exercise], seen=[], **room)
    with pytest.raises(NotInThatState, match="Room 1, where it was, is no longer fit"):
        undo(actor=desk, step_id=last_step(), now=SOON)
    assert on_record(number).state is CONFIRMED


def test_what_was_on_hold_of_somebody_who_left_since_goes_back_on_hold(
    desk, harbour, dana, ana, number
):
    hold(number)
    change(desk, number, practitioner_id=ana.id)
    archive_practitioner(
        actor=given.somebody(Role.MANAGER, harbour),
        practitioner_id=dana.id,
        reason="Moved away.",
        now=given.NOW,
    )
    undo(actor=desk, step_id=last_step(), now=SOON)
    assert (on_record(number).state, on_record(number).practitioner_id) == (HELD, dana.id)


def test_another_with_the_right_may_undo_it_and_nobody_else(desk, harbour, dana, number):
    cancel(desk, number)
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, refusal in (
        (given.somebody(Role.AUDITOR), NotAllowed),
        (given.somebody(Role.PRACTITIONER, harbour, practises_as=dana), NotFound),
        (given.somebody(Role.MANAGER, hill), NotFound),
    ):
        with pytest.raises(refusal):
            undo(actor=who, step_id=last_step(), now=SOON)
    with pytest.raises(NotFound):
        undo(actor=desk, step_id=999_999, now=SOON)
    undo(actor=given.somebody(Role.MANAGER, harbour), step_id=last_step(), now=SOON)
    assert on_record(number).state is CONFIRMED


def test_undoing_a_series_cancels_what_it_booked(desk, harbour, number):
    made = book_series(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        every_weeks=1,
        chosen=weekly(harbour, number, 3),
        now=given.NOW,
    )
    outcome = undo(actor=desk, step_id=made.step_id, now=SOON)
    assert sorted(outcome.done) == made.done
    assert confirmed() == 1


def test_undoing_many_puts_back_what_can_be_and_tells_of_the_rest(desk, harbour, dana, number):
    made = book_series(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        every_weeks=1,
        chosen=weekly(harbour, number, 3),
        now=given.NOW,
    ).done
    seen = [Seen(one, 1) for one in made]
    step = cancel_rest(
        actor=desk, appointment_id=number, chosen=seen, reason="x", now=given.NOW
    ).step_id
    taken = on_record(made[1])
    given.booked(harbour, dana, taken.slot)

    outcome = undo(actor=desk, step_id=step, now=SOON)

    assert sorted(outcome.done) == [made[0], made[2]]
    assert [one.appointment_id for one in outcome.refused] == [made[1]]
    assert on_record(made[1]).state is CANCELLED


def test_a_hand_over_is_undone_as_a_whole(desk, harbour, dana, ana, number):
    more = given.booked(harbour, dana, given.slot(harbour, 11, day=DAY))
    chosen = [Given(one, 1, ana.id) for one in (number, more)]
    step = hand_over(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW).step_id
    undo(actor=desk, step_id=step, now=SOON)
    assert {on_record(one).practitioner_id for one in (number, more)} == {dana.id}


def test_whoever_was_checked_in_is_checked_in_anew_after_undo(desk, harbour, dana):
    late = given.booked(harbour, dana, given.slot(harbour, 17, day=given.TODAY))
    given.checked_in(late)
    change(desk, late, room_id=given.rooms(harbour)[1])
    undo(actor=desk, step_id=last_step(), now=SOON)
    assert on_record(late).checked_in_at is None


def test_a_cancelled_one_is_restored_with_an_entry(desk, number):
    before = as_booked(number)
    cancel(desk, number)
    restore(desk, number)
    assert as_booked(number) == before
    assert [entry.subject for entry in entries("restore appointment")] == [f"appointment:{number}"]
    undo(actor=desk, step_id=last_step(), now=SOON)
    assert on_record(number).state is CANCELLED


def test_a_cancelled_one_is_not_restored_without_its_privilege(desk, paper, number):
    cancel(desk, number)
    revoke(paper)
    with pytest.raises(NotPrivileged) as caught:
        restore(desk, number)
    assert caught.value.decisions[0].refusals
    assert on_record(number).state is CANCELLED


def test_a_cancelled_one_is_not_restored_where_somebody_is_or_the_room_is_closed(
    desk, harbour, dana, number
):
    cancel(desk, number)
    other = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    with pytest.raises(DiaryClash):
        restore(desk, number)
    cancel(desk, other)
    change_room(
        actor=given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        room_id=given.rooms(harbour)[0],
        name="Room 1",
        closed_from=DAY,
        now=given.NOW,
    )
    with pytest.raises(BadInput, match="closed"):
        restore(desk, number)
    assert on_record(number).state is CANCELLED


def test_only_what_is_ahead_cancelled_and_seen_is_restored(desk, harbour, number):
    with pytest.raises(NotInThatState, match="nothing to restore"):
        restore(desk, number, version=1)
    cancel(desk, number)
    with pytest.raises(Overtaken):
        restore(desk, number, version=1)
    with pytest.raises(BadInput, match="passed"):
        restore(desk, number, now=given.NOW + timedelta(days=3))
    with pytest.raises(NotAllowed):
        restore(given.somebody(Role.AUDITOR), number)
    assert on_record(number).state is CANCELLED


def test_what_was_before_is_forgotten_a_day_later(desk, number):
    change(desk, number, sites=("leg_foot",))
    cancel(desk, number)
    db.session.get_one(UndoStep, last_step()).done_at += timedelta(hours=1)
    db.session.commit()
    a_day = given.NOW + timedelta(days=1)

    for now, left in (
        (a_day - timedelta(seconds=1), 2),
        (a_day, 1),
        (a_day + timedelta(hours=1), 0),
    ):
        forget_steps(now=now)
        db.session.rollback()
        assert db.session.scalar(select(func.count(UndoStep.id))) == left
        assert db.session.scalar(select(func.count(UndoLine.id))) == left
    assert on_record(number).state is CANCELLED


def test_however_much_is_to_be_forgotten_it_is(desk, number, monkeypatch):
    for site in ("leg_foot", "thigh", "leg_foot"):
        change(desk, number, sites=(site,))
    monkeypatch.setattr("registry.services.undo_steps.AT_ONCE", 2)
    for left in (1, 0):
        forget_steps(now=given.NOW + timedelta(days=2))
        db.session.rollback()
        assert db.session.scalar(select(func.count(UndoStep.id))) == left
