"""Many at once, where it meets hours, rooms, treatments, notes, check-ins and letters."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import Contraindicated, NotCleared, NotWorking
from registry.models import Letter, NoteClearance, Room, TreatmentType, db
from registry.queries.appointments import appointment
from registry.queries.hand_over import takers_of
from registry.queries.series import repeats
from registry.queries.standing_work import copies_of, work_on
from registry.rules.days import ONE_DAY, Span
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Role, Treatment
from registry.services.copying import Copy
from registry.services.hand_over import Given, hand_over
from registry.services.outbox import claim_letter, settle_letter
from registry.services.room_fitness import set_room_fitness
from registry.services.scheduling import cancel_appointment, rebook_appointment
from registry.services.series import Seen, book_series, cancel_rest
from registry.services.undoing import restore_cancelled, undo
from registry.services.week_copies import copy_week
from tests import given
from tests.guards.taking_off import without
from tests.services.many import DAY, WEEK, confirmed, on_record, weekly

DAY_AFTER = given.NOW + timedelta(days=2)
EXERCISE = dict(treatment=Treatment.EXERCISE, sites=())


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    return ana


def at(harbour, hour, weeks=0):
    return given.slot(harbour, hour, day=DAY + weeks * WEEK)


def proposed(desk, number, weeks, now=given.NOW):
    days = [DAY + week * WEEK for week in range(1, weeks + 1)]
    return repeats(desk, appointment(desk, number), days, now)


def repeat(desk, number, chosen, **known):
    return book_series(
        actor=desk,
        appointment_id=number,
        seen_version=on_record(number).version,
        every_weeks=1,
        chosen=chosen,
        now=given.NOW,
        **known,
    )


def give(desk, harbour, number, whom, **known):
    chosen = [Given(number, on_record(number).version, whom.id, **known)]
    return hand_over(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW)


def handed(desk, harbour, whom, only=None):
    place = appointment(desk, 1).place
    work = work_on(desk, place, Span(DAY, DAY), KEEPS_ITS_SLOT, whom.id)
    return takers_of(desk, place, work, only)


def test_a_series_over_a_holiday_and_a_leave_leaves_these_out_and_says_so(desk, harbour, dana):
    number = given.booked(harbour, dana, at(harbour, 10))
    given.clinic_day(harbour, DAY + WEEK, name="Town fair")
    given.time_off(dana, DAY + 2 * WEEK, DAY + 2 * WEEK + 3 * ONE_DAY)
    given.working_day(dana, harbour, DAY + 3 * WEEK, ["13:00", "18:00"])

    fits = proposed(desk, number, 4)

    assert [one.fits for one in fits] == [False, False, False, True]
    assert fits[0].reasons == ("Harbour Clinic is closed on Tue 9 March 2027 (Town fair).",)
    assert "Dana Okafor is on time off on Tue 16 March 2027" in fits[1].reasons[0]
    assert "Dana Okafor works from 13:00 to 18:00" in fits[2].reasons[0]
    assert [len(one.nearby) for one in fits] == [0, 0, 3, 0]

    outcome = repeat(desk, number, weekly(harbour, number, 4))

    assert [on_record(one).starts_at for one in outcome.done] == [at(harbour, 10, 4).starts_at]
    said = [one.message for one in outcome.refused]
    assert all(fit.reasons[0] in told for fit, told in zip(fits[:3], said, strict=True))


def test_a_series_keeps_the_time_around_it_that_its_type_asks_for_by_now(desk, harbour, dana, ana):
    slow = given.treatment_type("Slow needling", preparation=15, clean_up=15)
    number = given.booked(harbour, dana, at(harbour, 10), treatment_type_id=slow.id)
    before = given.slot(harbour, 9, 20, day=DAY + WEEK)
    given.booked(harbour, dana, before, room_id=given.rooms(harbour)[1])
    after = given.slot(harbour, 10, 40, day=DAY + 2 * WEEK)
    given.booked(harbour, ana, after, room_id=given.rooms(harbour)[0])
    slow_now = db.session.get_one(TreatmentType, slow.id)
    slow_now.clean_up = 5
    db.session.commit()

    fits = proposed(desk, number, 3)
    outcome = repeat(desk, number, weekly(harbour, number, 3))

    assert [one.fits for one in fits] == [False, True, True]
    assert fits[0].reasons == ("Dana Okafor is already booked then.",)
    assert [one.room.id for one in fits[1:]] == given.rooms(harbour)[:1] * 2
    made = [on_record(one) for one in outcome.done]
    assert [(one.treatment_type_id, one.busy_until - one.ends_at) for one in made] == [
        (slow.id, timedelta(minutes=5))
    ] * 2
    assert "Dana Okafor is already taken" in outcome.refused[0].message


def test_what_is_no_longer_offered_is_not_repeated_but_handed_over(desk, harbour, dana, ana):
    ending = given.treatment_type("Old needling")
    number = given.booked(harbour, dana, at(harbour, 10), treatment_type_id=ending.id)
    db.session.get_one(TreatmentType, ending.id).closed_from = DAY
    db.session.commit()

    [fit] = proposed(desk, number, 1)
    [no] = repeat(desk, number, weekly(harbour, number, 1)).refused

    assert fit.reasons == ("Old needling is not offered from Tue 2 March 2027 on.",)
    assert fit.nearby == ()
    assert fit.reasons[0] in no.message
    assert give(desk, harbour, number, ana).done == [number]


def test_a_copy_goes_to_a_room_that_is_fit_for_it_or_not_at_all(desk, harbour, dana):
    number = given.booked(harbour, dana, at(harbour, 10), **EXERCISE)
    first, second = given.rooms(harbour)
    _fit_for_needling_only(harbour, first)

    [fit] = proposed(desk, number, 1, DAY_AFTER)
    assert fit.room.id == second
    chosen = Copy(number, at(harbour, 10, 1).starts_at, first)
    [no] = copy_week(actor=desk, clinic_id=harbour.id, chosen=[chosen], now=DAY_AFTER).refused
    assert "Room 1 is not fit for" in no.message

    _fit_for_needling_only(harbour, second)
    [fit] = proposed(desk, number, 1, DAY_AFTER)
    assert fit.reasons == ("No room is fit for “Exercise” then.",)


def _fit_for_needling_only(harbour, room_id):
    """From the day after on: what was booked there before that may have had it."""
    set_room_fitness(
        actor=given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        room_id=room_id,
        fit_for=[given.kind_of("needling")["treatment_type_id"]],
        seen=[],
        now=DAY_AFTER,
    )


def test_a_room_that_is_not_fit_is_told_before_it_is_handed_over(
    desk, harbour, dana, ana, database
):
    number = given.booked(harbour, dana, at(harbour, 10), **EXERCISE)
    with without(database, "room_fitness_in_use"):
        room = db.session.get_one(Room, given.rooms(harbour)[0])
        room.fit_for = [given.kind_of("needling")["treatment_type_id"]]
        room.fit_since = given.TODAY
        db.session.commit()
        [handing] = handed(desk, harbour, dana)
        [no] = give(desk, harbour, number, ana).refused
    assert handing.takers == ()
    assert "not fit for it. Move it to another room first." in handing.reasons[0]
    assert "Room 1 is not fit for" in no.message


def test_nobody_is_proposed_who_does_not_work_then_and_nobody_takes_it(desk, harbour, dana, ana):
    number = given.booked(harbour, dana, at(harbour, 10))
    given.time_off(ana, DAY)
    for only in (None, ana.id):
        [handing] = handed(desk, harbour, dana, only)
        assert handing.takers == ()
        assert "Ana Ruiz is on time off on Tue 2 March 2027" in handing.reasons[0]
    [no] = give(desk, harbour, number, ana).refused
    assert "Ana Ruiz is on time off" in no.message


@pytest.mark.parametrize("slow_one", ["theirs", "what is handed over"])
def test_whoever_cleans_up_or_would_prepare_it_then_is_not_proposed(
    desk, harbour, dana, ana, slow_one
):
    slow = given.treatment_type("Slow needling", preparation=20, clean_up=30).id
    theirs, its = (slow, None) if slow_one == "theirs" else (None, slow)
    given.booked(harbour, dana, at(harbour, 10), treatment_type_id=its)
    earlier = given.slot(harbour, 9, 15, day=DAY)
    room = given.rooms(harbour)[1]
    given.booked(harbour, ana, earlier, room_id=room, treatment_type_id=theirs)
    [handing] = handed(desk, harbour, dana)
    assert handing.reasons[0] == "Ana Ruiz may take it, but is not free then."


def test_a_week_with_a_note_to_clear_is_booked_one_by_one_and_a_forbidden_one_not(
    desk, harbour, dana
):
    noted = given.booked(harbour, dana, at(harbour, 9))
    barred = given.booked(harbour, dana, at(harbour, 10))
    free = given.booked(harbour, dana, at(harbour, 11))
    given.noted(noted, "pregnancy")
    given.noted(barred, "needle_phobia")
    place = appointment(desk, free).place
    work = work_on(desk, place, Span(DAY, DAY), KEEPS_ITS_SLOT)

    fits = copies_of(place, work, WEEK, given.NOW)
    chosen = [Copy(f.pattern.id, f.when.slot.starts_at, f.pattern.room_id) for f in fits]
    outcome = copy_week(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW)

    assert [one.fits for one in fits] == [True, False, True]
    assert [one.alone for one in fits] == [True, False, False]
    assert "ask Dana Okafor about pregnancy" in fits[0].to_ask
    assert "is not to be needled: fear of needles" in fits[1].reasons[0]
    assert [on_record(one).patient_id for one in outcome.done] == [on_record(free).patient_id]
    said = [one.message for one in outcome.refused]
    assert said[0] == fits[0].to_ask
    assert said[1].startswith(fits[1].reasons[0])


def test_what_is_noted_matters_for_needling_only(desk, harbour, dana):
    number = given.booked(harbour, dana, at(harbour, 9), **EXERCISE)
    given.noted(number, "needle_phobia", "pregnancy")
    [fit] = proposed(desk, number, 1)
    assert (fit.fits, fit.alone) == (True, False)
    assert len(repeat(desk, number, weekly(harbour, number, 1, 9)).done) == 1


def test_a_series_is_cleared_once_for_all_its_dates_and_each_has_its_own_clearance(
    desk, harbour, dana
):
    number = given.booked(harbour, dana, at(harbour, 10))
    notes = given.noted(number, "pregnancy")
    chosen = weekly(harbour, number, 2)
    unasked = repeat(desk, number, chosen)
    done = repeat(desk, number, chosen, cleared=notes).done
    assert [one.message for one in unasked.refused] == [proposed(desk, number, 3)[2].to_ask] * 2
    assert clearances() == [(one, dana.id) for one in done]


def clearances():
    db.session.rollback()
    rows = db.session.scalars(select(NoteClearance).order_by(NoteClearance.id))
    return [(row.appointment_id, row.practitioner_id) for row in rows]


def test_whoever_takes_it_is_asked_anew_about_what_was_cleared_with_another(
    desk, harbour, dana, ana
):
    number = given.booked(harbour, dana, at(harbour, 10))
    notes = given.noted(number, "pregnancy")
    [handing] = handed(desk, harbour, dana)
    assert [one.id for one in handing.to_clear] == notes
    [no] = give(desk, harbour, number, ana).refused
    assert "ask Ana Ruiz about pregnancy" in no.message
    assert give(desk, harbour, number, ana, cleared=tuple(notes)).done == [number]
    assert clearances() == [(number, ana.id)]

    given.noted(number, "pregnancy", "needle_phobia")
    [handing] = handed(desk, harbour, ana)
    assert handing.takers == ()
    assert "is not to be needled: fear of needles" in handing.reasons[0]


def test_a_tick_beside_one_appointment_clears_no_other_of_the_same_patient(
    desk, harbour, dana, ana
):
    first = given.booked(harbour, dana, at(harbour, 10))
    patient = on_record(first).patient_id
    second = given.booked(harbour, dana, at(harbour, 11), patient_id=patient)
    third = given.booked(harbour, dana, at(harbour, 12), patient_id=patient)
    notes = tuple(given.noted(first, "pregnancy"))
    bo = given.practitioner("Bo Lind", at=harbour)
    given.certified(bo)

    outcome = hand_over(
        actor=desk,
        clinic_id=harbour.id,
        chosen=[Given(first, 1, ana.id, notes), Given(second, 1, bo.id), Given(third, 1, ana.id)],
        now=given.NOW,
    )

    assert outcome.done == [first]
    said = [one.message for one in outcome.refused]
    assert ["ask Bo Lind about" in said[0], "ask Ana Ruiz about" in said[1]] == [True, True]
    assert clearances() == [(first, ana.id)]


def test_what_was_noted_since_stands_against_undoing_until_it_is_cleared(desk, harbour, dana):
    number = given.booked(harbour, dana, at(harbour, 10))
    cancel_appointment(actor=desk, appointment_id=number, seen_version=1, reason="x", now=given.NOW)
    notes = given.noted(number, "pregnancy")

    with pytest.raises(NotCleared):
        undo(actor=desk, step_id=1, now=given.NOW)
    assert on_record(number).state is AppointmentState.CANCELLED

    undo(actor=desk, step_id=1, cleared=notes, now=given.NOW)
    assert on_record(number).state is AppointmentState.CONFIRMED
    assert clearances() == [(number, dana.id)]


def test_a_cancelled_one_is_restored_only_if_its_patient_may_be_needled_by_now(desk, harbour, dana):
    number = given.booked(harbour, dana, at(harbour, 10))
    cancel_appointment(actor=desk, appointment_id=number, seen_version=1, reason="x", now=given.NOW)

    def restore(**known):
        version = on_record(number).version
        restore_cancelled(
            actor=desk, appointment_id=number, seen_version=version, now=given.NOW, **known
        )

    given.noted(number, "needle_phobia")
    with pytest.raises(Contraindicated):
        restore()
    notes = given.noted(number, "diabetes")
    with pytest.raises(NotCleared):
        restore()
    restore(cleared=notes)
    assert on_record(number).state is AppointmentState.CONFIRMED
    assert clearances() == [(number, dana.id)]


def test_nothing_is_put_back_to_where_somebody_is_off_by_now(desk, harbour, dana):
    number = given.booked(harbour, dana, at(harbour, 10))
    rebook_appointment(
        actor=desk, appointment_id=number, seen_version=1, slot=at(harbour, 10, 1), now=given.NOW
    )
    given.time_off(dana, DAY)
    with pytest.raises(NotWorking):
        undo(actor=desk, step_id=1, now=given.NOW)
    assert on_record(number).starts_at == at(harbour, 10, 1).starts_at


def test_undoing_gives_back_the_type_and_the_time_that_was_kept_around_it(desk, harbour, dana):
    slow = given.treatment_type("Slow needling", preparation=15, clean_up=15)
    number = given.booked(harbour, dana, at(harbour, 10), treatment_type_id=slow.id)
    was = on_record(number)
    kept = (was.treatment_type_id, was.busy_from, was.busy_until)
    rebook_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        treatment=Treatment.EXERCISE,
        sites=(),
        now=given.NOW,
    )
    assert on_record(number).treatment is Treatment.EXERCISE
    db.session.get_one(TreatmentType, slow.id).preparation = 5
    db.session.commit()

    undo(actor=desk, step_id=1, now=given.NOW)

    now = on_record(number)
    assert (now.treatment_type_id, now.busy_from, now.busy_until) == kept
    assert (now.treatment, now.sites) == (Treatment.NEEDLING, ["thigh"])


def test_whoever_was_let_in_is_let_in_anew_by_whoever_takes_it(desk, harbour, dana, ana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    given.checked_in(number)
    assert on_record(number).checked_in_at is not None
    outcome = give(desk, harbour, number, ana)
    assert outcome.done == [number]
    assert on_record(number).checked_in_at is None
    undo(actor=desk, step_id=outcome.step_id, now=given.NOW)
    assert on_record(number).checked_in_at is None
    assert on_record(number).practitioner_id == dana.id


def letters():
    """What waits for the post, then sent: to whom, what happened, its SEQUENCE and standing."""
    db.session.rollback()
    waiting = select(Letter).where(Letter.sent_at.is_(None), Letter.about != "")
    said = []
    for one in db.session.scalars(waiting.order_by(Letter.id)):
        told = json.loads(one.particulars)
        its = told["calendar"]
        said.append((one.to, told["happened"], its["sequence"], its["standing"]))
    later = given.NOW + timedelta(hours=1)
    while letter := claim_letter(now=later):
        settle_letter(letter_id=letter.id, now=later)
    return said


def test_each_change_is_told_with_a_sequence_that_grows(desk, harbour, dana, ana):
    for whom in (dana, ana):
        given.somebody(Role.PRACTITIONER, harbour, name=whom.name, practises_as=whom)
    first = given.booked(harbour, dana, at(harbour, 10))
    mail = {to for to, *_ in letters()}.pop()

    [number] = repeat(desk, first, weekly(harbour, first, 1)).done
    assert letters() == [(mail, "booked", 0, "CONFIRMED")]

    step = give(desk, harbour, number, ana).step_id
    handed_over = letters()
    assert sorted(one[1:] for one in handed_over) == [
        ("booked", 1, "CONFIRMED"),
        ("handed over", 1, "CANCELLED"),
    ]

    undo(actor=desk, step_id=step, now=given.NOW)
    assert sorted(one[1:] for one in letters()) == [
        ("booked", 2, "CONFIRMED"),
        ("handed over", 2, "CANCELLED"),
    ]

    seen = [Seen(number, on_record(number).version)]
    outcome = cancel_rest(actor=desk, appointment_id=number, chosen=seen, reason="x", now=given.NOW)
    assert letters() == [(mail, "cancelled", 3, "CANCELLED")]

    undo(actor=desk, step_id=outcome.step_id, now=given.NOW)
    assert letters() == [(mail, "booked", 4, "CONFIRMED")]

    cancel_appointment(actor=desk, appointment_id=number, seen_version=5, reason="x", now=given.NOW)
    assert letters() == [(mail, "cancelled", 5, "CANCELLED")]
    restore_cancelled(actor=desk, appointment_id=number, seen_version=6, now=given.NOW)
    assert letters() == [(mail, "booked", 6, "CONFIRMED")]


def test_what_is_undone_before_anybody_heard_of_it_is_told_to_nobody(desk, harbour, dana):
    given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)
    first = given.booked(harbour, dana, at(harbour, 10))
    letters()
    outcome = repeat(desk, first, weekly(harbour, first, 3))
    undo(actor=desk, step_id=outcome.step_id, now=given.NOW)
    assert letters() == []
    assert confirmed() == 1


@pytest.mark.parametrize("deed", ["moved", "cancelled", "handed over"])
def test_what_is_as_they_last_heard_is_told_to_nobody(desk, harbour, dana, ana, deed):
    for whom in (dana, ana):
        given.somebody(Role.PRACTITIONER, harbour, name=whom.name, practises_as=whom)
    number = given.booked(harbour, dana, at(harbour, 10), email="pat@test.example")
    assert len(letters()) == 2
    changed = dict(actor=desk, appointment_id=number, seen_version=1, now=given.NOW)
    if deed == "moved":
        rebook_appointment(slot=at(harbour, 15), **changed)
    elif deed == "cancelled":
        cancel_appointment(reason="Ill.", **changed)
    else:
        rebook_appointment(practitioner_id=ana.id, **changed)
    db.session.rollback()
    assert db.session.scalars(select(Letter.id).where(Letter.sent_at.is_(None))).all()

    undo(actor=desk, step_id=1, now=given.NOW)

    assert letters() == []
    move_on(desk, harbour, number, 3)
    assert sorted(told[1] for told in letters()) == ["changed", "changed"]


def move_on(desk, harbour, number, version):
    told = dict(actor=desk, appointment_id=number, seen_version=version, now=given.NOW)
    rebook_appointment(slot=at(harbour, 17), **told)


def test_what_was_tried_may_have_arrived_so_undoing_it_is_told(desk, harbour, dana):
    given.somebody(Role.PRACTITIONER, harbour, name=dana.name, practises_as=dana)
    number = given.booked(harbour, dana, at(harbour, 10))
    letters()
    move_on(desk, harbour, number, 1)
    assert claim_letter(now=given.NOW + timedelta(hours=1)) is not None
    undo(actor=desk, step_id=1, now=given.NOW)
    assert [told[1] for told in letters()] == ["changed"]


def test_nobody_is_left_with_what_was_tried_and_then_changed_twice(desk, harbour, dana):
    given.somebody(Role.PRACTITIONER, harbour, name=dana.name, practises_as=dana)
    number = given.booked(harbour, dana, at(harbour, 10))
    letters()
    move_on(desk, harbour, number, 1)
    assert claim_letter(now=given.NOW + timedelta(hours=1)) is not None
    cancel_appointment(actor=desk, appointment_id=number, seen_version=2, reason="", now=given.NOW)
    undo(actor=desk, step_id=2, now=given.NOW)
    assert [told[1:] for told in letters()] == [("booked", 3, "CONFIRMED")]
