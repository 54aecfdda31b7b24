"""Series: each date checked as if booked alone; what does not fit is told and leaves the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState, Overtaken
from registry.models import Appointment, NoteClearance, Series, UndoStep, db
from registry.models.appointments import GateRecord
from registry.queries.appointments import appointment
from registry.queries.undo_steps import to_be_undone
from registry.rules.vocabulary import (
    AppointmentState,
    CourseKind,
    Outcome,
    Role,
    Treatment,
    VersionState,
)
from registry.services.rooms import change_room
from registry.services.scheduling import cancel_appointment, rebook_appointment
from registry.services.series import Seen, book_series, cancel_rest
from registry.services.undoing import undo
from registry.services.verification import decide_standing
from tests import given
from tests.services.many import DAY, WEEK, confirmed, entries, on_record, weekly


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


def certified(harbour, **known):
    dana = given.practitioner(at=harbour)
    return dana, given.certified(dana, **known)


def first_of(harbour, dana, **known):
    return given.booked(harbour, dana, given.slot(harbour, 10, day=DAY), **known)


def series(desk, number, chosen, every=1, seen=None, **known):
    """Of the appointment as it is, unless `seen` says what was looked at."""
    return book_series(
        actor=desk,
        appointment_id=number,
        seen_version=on_record(number).version if seen is None else seen,
        every_weeks=every,
        chosen=chosen,
        now=given.NOW,
        **known,
    )


def test_a_series_is_booked_at_once_and_each_leaves_a_trace(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)

    outcome = series(desk, number, weekly(harbour, number, 5))

    assert (len(outcome.done), outcome.refused) == (5, [])
    whole = {on_record(one).series_id for one in [number, *outcome.done]}
    assert len(whole) == 1
    assert None not in whole
    booked = [entry.subject for entry in entries("book appointment")]
    assert booked == [f"appointment:{one}" for one in [number, *outcome.done]]
    patients = {on_record(one).patient_id for one in [number, *outcome.done]}
    assert patients == {on_record(number).patient_id}


def _revoke(paper):
    decide_standing(
        actor=given.somebody(Role.ADMINISTRATOR),
        credential_id=paper.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="Forged.",
        now=given.NOW,
    )


@pytest.mark.parametrize("defect", ["lapses", "revoked"])
def test_what_is_not_covered_on_its_own_day_is_refused_with_reasons_and_the_rest_booked(
    desk, harbour, defect
):
    dana, paper = certified(harbour, last_day=DAY + 2 * WEEK)
    number = first_of(harbour, dana)
    chosen = weekly(harbour, number, 4)
    if defect == "revoked":
        _revoke(paper)

    outcome = series(desk, number, chosen)

    assert len(outcome.done) == (2 if defect == "lapses" else 0)
    assert len(outcome.refused) == 4 - len(outcome.done)
    for one in outcome.refused:
        assert "may not needle the thigh" in one.message
        assert one.decisions
        assert one.decisions[0].refusals


@pytest.mark.parametrize(
    "known",
    [
        {"state": VersionState.SUBMITTED},
        {"kind": CourseKind.ACUPUNCTURE},
        {"taught": frozenset({"neck"})},
        {"first_day": DAY + 52 * WEEK},
    ],
    ids=["not verified", "acupuncture", "not taught", "not started"],
)
def test_a_series_of_another_treatment_never_becomes_needling_without_a_privilege(
    desk, harbour, known
):
    """The only way to an uncovered pattern: needling that was put on hold and is repeated."""
    dana, paper = certified(harbour)
    number = first_of(harbour, dana)
    _revoke(paper)
    given.certificate(dana, **known)
    assert on_record(number).state is AppointmentState.HELD

    outcome = series(desk, number, weekly(harbour, number, 3))

    assert outcome.done == []
    assert [one.decisions != () for one in outcome.refused] == [True] * 3
    assert confirmed() == 0


def test_what_is_taken_closed_or_past_is_refused_each_with_its_reason(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    rooms = given.rooms(harbour)
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY + WEEK), room_id=rooms[1])
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    given.booked(harbour, ana, given.slot(harbour, 10, day=DAY + 2 * WEEK), room_id=rooms[0])
    change_room(
        actor=given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        room_id=rooms[0],
        name="Room 1",
        closed_from=DAY + 3 * WEEK,
        now=given.NOW,
    )
    passed = weekly(harbour, number, 1)[0]._replace(starts_at=given.NOW - timedelta(hours=1))

    outcome = series(desk, number, [passed, *weekly(harbour, number, 3)])

    assert outcome.done == []
    said = [one.message for one in outcome.refused]
    assert "has passed" in said[0]
    assert "Dana Okafor is already taken" in said[1]
    assert "Room 1 is already taken" in said[2]
    assert "Room 1 is closed" in said[3]


def test_a_form_pressed_twice_books_once_and_says_so(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    first = series(desk, number, weekly(harbour, number, 3))

    second = series(desk, number, weekly(harbour, number, 3))

    assert (second.done, second.refused) == ([], [])
    assert second.already == first.done
    assert confirmed() == 4


def test_what_a_series_starts_from_is_itself_unchanged_and_its_last_change_can_be_undone(
    desk, harbour
):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    before = on_record(number).starts_at
    moved = given.slot(harbour, 11, day=DAY)
    rebook_appointment(actor=desk, appointment_id=number, seen_version=1, slot=moved, now=given.NOW)
    seen = on_record(number).version

    assert len(series(desk, number, weekly(harbour, number, 2)).done) == 2

    assert (on_record(number).version, on_record(number).series_id is None) == (seen, False)
    assert to_be_undone(desk, appointment(desk, number), given.NOW)
    step = db.session.scalar(select(func.min(UndoStep.id)))
    assert undo(actor=desk, step_id=step, now=given.NOW).done == [number]
    assert on_record(number).starts_at == before
    assert on_record(number).series_id is not None


def test_what_was_given_to_somebody_else_since_it_was_looked_at_is_not_repeated_with_them(
    desk, harbour
):
    dana, _ = certified(harbour)
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    number = first_of(harbour, dana)
    notes = given.noted(number, "pregnancy")
    seen = on_record(number).version
    rebook_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=seen,
        practitioner_id=ana.id,
        cleared=notes,
        now=given.NOW,
    )
    kept = db.session.scalars(select(NoteClearance.id)).all()

    with pytest.raises(Overtaken):
        series(desk, number, weekly(harbour, number, 2), seen=seen, cleared=notes)

    assert confirmed() == 1
    assert db.session.scalars(select(NoteClearance.id)).all() == kept
    assert db.session.scalar(select(Series.id)) is None


def test_where_nothing_fits_there_is_no_series(desk, harbour):
    dana, _ = certified(harbour, last_day=DAY)
    number = first_of(harbour, dana)
    series(desk, number, weekly(harbour, number, 2))
    assert on_record(number).series_id is None
    assert db.session.scalar(select(Series.id)) is None


def test_a_series_is_extended_and_keeps_its_number(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    first = series(desk, number, weekly(harbour, number, 2))
    more = series(desk, first.done[-1], weekly(harbour, first.done[-1], 4)[2:])
    assert {on_record(one).series_id for one in more.done} == {on_record(number).series_id}


def test_too_many_dates_or_none_are_refused_whole(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    for chosen, words in (([], "at least one"), (weekly(harbour, number, 61), "At most 60 dates")):
        with pytest.raises(BadInput, match=words):
            series(desk, number, chosen)
    with pytest.raises(BadInput, match="every 1, 2, 3 or 4 weeks"):
        series(desk, number, weekly(harbour, number, 1), every=5)
    assert confirmed() == 1


def test_a_cancelled_one_is_not_repeated(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    cancel_appointment(actor=desk, appointment_id=number, seen_version=1, reason="x", now=given.NOW)
    with pytest.raises(NotInThatState):
        series(desk, number, weekly(harbour, number, 1))


def test_only_who_books_there_books_a_series(harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, refusal in (
        (given.somebody(Role.AUDITOR), NotAllowed),
        (given.somebody(Role.PRACTITIONER, harbour, practises_as=dana), NotAllowed),
        (given.somebody(Role.MANAGER, hill), NotFound),
    ):
        with pytest.raises(refusal):
            series(who, number, weekly(harbour, number, 1))
    assert confirmed() == 1


def test_what_is_said_of_the_patient_is_recorded_with_each(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    outcome = series(desk, number, weekly(harbour, number, 2), told={"referral": True})
    rows = db.session.scalars(select(GateRecord).order_by(GateRecord.id)).all()
    assert [row.appointment_id for row in rows] == outcome.done
    assert [row.referral for row in rows] == [True, True]


def test_the_rest_of_a_series_is_cancelled_and_what_changed_meanwhile_is_left(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    made = series(desk, number, weekly(harbour, number, 3)).done
    seen = [Seen(one, 1) for one in made]
    on_record(made[1]).ground_lost_because = "x"
    db.session.commit()

    outcome = cancel_rest(
        actor=desk, appointment_id=made[0], chosen=seen, reason="Moved away.", now=given.NOW
    )

    assert outcome.done == [made[0], made[2]]
    assert "Somebody changed" in outcome.refused[0].message
    states = [on_record(one).state for one in [number, *made]]
    confirmed_, cancelled = AppointmentState.CONFIRMED, AppointmentState.CANCELLED
    assert states == [confirmed_, cancelled, confirmed_, cancelled]
    assert len(entries("cancel appointment")) == 2


def test_the_rest_of_a_series_does_not_reach_what_is_no_part_of_it(desk, harbour):
    dana, _ = certified(harbour)
    number = first_of(harbour, dana)
    made = series(desk, number, weekly(harbour, number, 1)).done
    other = given.booked(harbour, dana, given.slot(harbour, 15, day=DAY))
    for chosen in ([Seen(other, 1)], [Seen(999_999, 1)]):
        with pytest.raises(NotFound):
            cancel_rest(
                actor=desk, appointment_id=made[0], chosen=chosen, reason="x", now=given.NOW
            )
    with pytest.raises(NotFound):
        cancel_rest(
            actor=desk, appointment_id=other, chosen=[Seen(other, 1)], reason="x", now=given.NOW
        )


def test_another_treatment_repeats_with_whoever_works_there_on_the_day(desk, harbour):
    sam = given.practitioner("Sam Roy", at=harbour)
    sam.engagements[0].last_day = DAY + WEEK
    db.session.commit()
    number = first_of(harbour, sam, treatment=Treatment.EXERCISE, sites=())
    outcome = series(desk, number, weekly(harbour, number, 2))
    assert len(outcome.done) == 1
    assert "does not work at Harbour Clinic" in outcome.refused[0].message


def test_the_days_of_a_series_are_those_of_the_clinics_clock(desk, harbour):
    dana, _ = certified(harbour)
    given.open_always(harbour)
    number = given.booked(harbour, dana, given.slot(harbour, 23, day=DAY))
    late = [one._replace(room_id=given.rooms(harbour)[1]) for one in weekly(harbour, number, 2, 23)]
    done = series(desk, number, late).done
    days = db.session.scalars(
        select(Appointment.first_day).where(Appointment.id.in_(done)).order_by(Appointment.id)
    ).all()
    assert days == [date(2027, 3, 9), date(2027, 3, 16)]
