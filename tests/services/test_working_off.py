"""Working off what is on hold: each decided on its own, all in one step that can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.errors import BadInput, NotAllowed, NotFound
from registry.models import db
from registry.rules.holds import Settling
from registry.rules.vocabulary import AppointmentState, Outcome, Role, Treatment
from registry.services.undoing import undo
from registry.services.verification import decide_standing
from registry.services.working_off import Chosen, work_off_holds
from tests import given
from tests.services.many import DAY, entries, on_record

CONFIRMED, HELD = AppointmentState.CONFIRMED, AppointmentState.HELD
RESTORE, GIVE, MOVE = Settling.RESTORE, Settling.GIVE, Settling.MOVE
CONVERT, CANCEL = Settling.CONVERT, Settling.CANCEL
SOON = given.NOW + timedelta(minutes=1)
HELD_VERSION = 2


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def paper(dana):
    return given.certified(dana)


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    return ana


@pytest.fixture
def held(harbour, dana, paper):
    """The numbers of appointments at these hours, on hold since the certificate was revoked."""

    def make(*hours, outcome=Outcome.SUSPENDED):
        numbers = [given.booked(harbour, dana, given.slot(harbour, h, day=DAY)) for h in hours]
        decide_standing(
            actor=given.somebody(Role.MANAGER, harbour),
            credential_id=paper.id,
            outcome=outcome,
            effective_from=given.TODAY,
            reason="The board wrote.",
            now=given.NOW,
        )
        return numbers

    return make


def reinstate(harbour, paper):
    decide_standing(
        actor=given.somebody(Role.MANAGER, harbour),
        credential_id=paper.id,
        outcome=Outcome.REINSTATED,
        effective_from=given.TODAY,
        reason="Seen again.",
        now=given.NOW,
    )


def work_off(desk, harbour, *chosen, reason=""):
    return work_off_holds(
        actor=desk,
        clinic_id=harbour.id,
        chosen=[one._replace(reason=reason) for one in chosen],
        now=given.NOW,
    )


def test_each_is_settled_in_its_own_way_and_leaves_an_entry(desk, harbour, dana, ana, held):
    to_ana, moved, converted, cancelled = held(9, 10, 11, 14)
    exercise = given.kind_of("exercise")["treatment_type_id"]
    later = given.slot(harbour, 16, day=DAY).starts_at
    outcome = work_off(
        desk,
        harbour,
        Chosen(to_ana, 2, GIVE, ana.id),
        Chosen(moved, 2, MOVE, ana.id, later, given.rooms(harbour)[1]),
        Chosen(converted, 2, CONVERT, treatment_type_id=exercise),
        Chosen(cancelled, 2, CANCEL),
        reason="The patient would rather wait.",
    )
    assert (outcome.done, outcome.refused) == ([to_ana, moved, converted, cancelled], [])
    assert (on_record(to_ana).state, on_record(to_ana).practitioner_id) == (CONFIRMED, ana.id)
    assert (on_record(moved).starts_at, on_record(moved).practitioner_id) == (later, ana.id)
    assert on_record(moved).ends_at - later == timedelta(minutes=30)
    found = on_record(converted)
    assert (found.treatment, found.sites, found.state) == (Treatment.EXERCISE, [], CONFIRMED)
    assert on_record(cancelled).state is AppointmentState.CANCELLED
    assert [entry.subject for entry in entries("hand over appointment")] == [
        f"appointment:{to_ana}"
    ]
    assert len(entries("change appointment")) == 2
    assert "would rather wait" in entries("cancel appointment")[0].body


def test_what_is_refused_stays_on_hold_and_the_others_are_done(desk, harbour, dana, ana, held):
    una = given.practitioner("Una Uncertified", at=harbour)
    busy, uncertified, again, fine = held(9, 10, 11, 14)
    given.booked(harbour, ana, given.slot(harbour, 9, day=DAY), room_id=given.rooms(harbour)[1])
    outcome = work_off(
        desk,
        harbour,
        Chosen(busy, 2, GIVE, ana.id),
        Chosen(uncertified, 2, GIVE, una.id),
        Chosen(again, 2, RESTORE),
        Chosen(fine, 2, GIVE, ana.id),
    )
    said = {one.appointment_id: one for one in outcome.refused}
    assert outcome.done == [fine]
    assert "Ana Ruiz is already taken" in said[busy].message
    assert said[uncertified].decisions
    assert "Dana Okafor may not needle" in said[again].message
    for number in (busy, uncertified, again):
        found = on_record(number)
        assert (found.state, found.version, found.practitioner_id) == (HELD, 2, dana.id)


def test_one_step_puts_all_of_it_back_on_hold_with_the_reason(desk, harbour, dana, ana, held):
    numbers = held(9, 10, 11)
    exercise = given.kind_of("exercise")["treatment_type_id"]
    outcome = work_off(
        desk,
        harbour,
        Chosen(numbers[0], 2, GIVE, ana.id),
        Chosen(numbers[1], 2, CONVERT, treatment_type_id=exercise),
        Chosen(numbers[2], 2, CANCEL),
        reason="Shut.",
    )
    undone = undo(actor=desk, step_id=outcome.step_id, now=SOON)
    assert sorted(undone.done) == numbers
    for number in numbers:
        found = on_record(number)
        assert (found.state, found.practitioner_id, found.sites) == (HELD, dana.id, ["thigh"])
        assert found.ground_lost_because == "Certificate suspended: The board wrote."
        assert found.ground_lost_by.startswith("verification:")


def test_pressed_twice_it_is_done_once(desk, harbour, ana, held):
    to_ana, cancelled = held(9, 10)
    chosen = (Chosen(to_ana, 2, GIVE, ana.id), Chosen(cancelled, 2, CANCEL))
    work_off(desk, harbour, *chosen, reason="Shut.")
    again = work_off(desk, harbour, *chosen, reason="Shut.")
    assert (again.done, again.already, again.refused) == ([], [to_ana, cancelled], [])
    assert again.step_id is None


def test_what_stands_again_by_itself_is_not_given_away_over_it(desk, harbour, ana, paper, held):
    [number] = held(9)
    reinstate(harbour, paper)
    outcome = work_off(desk, harbour, Chosen(number, 2, GIVE, ana.id))
    assert "confirmed: it is no longer on hold" in outcome.refused[0].message
    restored = work_off(desk, harbour, Chosen(number, 2, RESTORE))
    assert (restored.done, restored.already) == ([], [number])


def test_two_at_one_time_do_not_both_go_to_one_colleague(desk, harbour, dana, ana, held):
    room = given.rooms(harbour)[1]
    bo = given.practitioner("Bo Lind", at=harbour)
    certificate = given.certified(bo)
    other = given.booked(harbour, bo, given.slot(harbour, 9, day=DAY), room_id=room)
    decide_standing(
        actor=given.somebody(Role.MANAGER, harbour),
        credential_id=certificate.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="x",
        now=given.NOW,
    )
    [first] = held(9)
    outcome = work_off(
        desk, harbour, Chosen(first, 2, GIVE, ana.id), Chosen(other, 2, GIVE, ana.id)
    )
    assert (len(outcome.done), len(outcome.refused)) == (1, 1)


def test_what_is_noted_of_the_patient_is_asked_for_each_alone(desk, harbour, ana, held):
    first, second = held(9, 10)
    notes = given.noted(first, "diabetes")
    given.noted(second, "diabetes")
    chosen = [Chosen(first, 2, GIVE, ana.id, cleared=tuple(notes)), Chosen(second, 2, GIVE, ana.id)]
    outcome = work_off(desk, harbour, *chosen)
    assert outcome.done == [first]
    assert outcome.refused[0].to_clear is not None
    assert len(entries("clear notes")) == 1


def test_cancelling_needs_a_reason_and_nothing_is_done_without(desk, harbour, ana, held):
    first, second = held(9, 10)
    with pytest.raises(BadInput) as caught:
        work_off(desk, harbour, Chosen(first, 2, GIVE, ana.id), Chosen(second, 2, CANCEL))
    assert caught.value.field == f"reason-{second}"
    assert on_record(first).state is HELD
    with pytest.raises(BadInput, match="at least one"):
        work_off(desk, harbour)


def test_a_version_that_was_overtaken_and_a_stranger_change_nothing(harbour, desk, ana, held):
    [number] = held(9)
    outcome = work_off(desk, harbour, Chosen(number, 1, GIVE, ana.id))
    assert "Somebody changed" in outcome.refused[0].message
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, refusal in (
        (given.somebody(Role.AUDITOR), NotAllowed),
        (given.somebody(Role.MANAGER, hill), NotFound),
    ):
        with pytest.raises(refusal):
            work_off(who, harbour, Chosen(number, 2, GIVE, ana.id))
    with pytest.raises(NotFound):
        work_off(given.somebody(Role.MANAGER, hill), hill, Chosen(number, 2, GIVE, ana.id))
    db.session.rollback()
    assert (on_record(number).state, on_record(number).version) == (HELD, HELD_VERSION)


def test_a_needling_type_is_no_other_treatment(desk, harbour, held):
    [number] = held(9)
    needling = given.kind_of("needling")["treatment_type_id"]
    outcome = work_off(desk, harbour, Chosen(number, 2, CONVERT, treatment_type_id=needling))
    assert "Say which region" in outcome.refused[0].message
