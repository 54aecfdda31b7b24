"""What a proposal says fits is what can be booked, and what it refuses cannot: on random weeks."""

from __future__ import annotations

import contextlib
import random
from datetime import date, timedelta

import pytest

from registry.errors import RegistryError
from registry.queries.appointments import appointment
from registry.queries.hand_over import takers_of
from registry.queries.series import repeats
from registry.queries.standing_work import work_on
from registry.rules.days import Span
from registry.rules.vocabulary import KEEPS_ITS_SLOT, Role
from registry.services.copying import Copy
from registry.services.hand_over import Given, hand_over
from registry.services.series import book_series
from tests import given
from tests.services.many import hold, on_record, weekly

DAY = date(2027, 3, 2)
WEEK = timedelta(days=7)


@pytest.fixture
def harbour(app):
    return given.clinic()


def people(harbour):
    made = []
    for weeks, name in ((30, "Dana Okafor"), (3, "Ana Ruiz"), (5, "Bo Lind"), (0, "Una Un")):
        whom = given.practitioner(name, at=harbour)
        if weeks:
            given.certified(whom, last_day=DAY + weeks * WEEK)
        made.append(whom)
    return made


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_what_fits_is_booked_and_what_does_not_is_refused(harbour, seed):
    chance = random.Random(seed)  # noqa: S311 - the same story each time
    dana, ana, bo, _ = people(harbour)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    slow = given.treatment_type("Slow needling", preparation=10, clean_up=15).id
    number = given.booked(
        harbour, bo, given.slot(harbour, 10, day=DAY), treatment_type_id=chance.choice([slow, None])
    )
    given.clinic_day(harbour, DAY + chance.randrange(1, 9) * WEEK, ["08:00", "10:15"])
    given.time_off(bo, DAY + chance.randrange(1, 5) * WEEK)
    given.working_day(bo, harbour, DAY + chance.randrange(1, 5) * WEEK, ["10:00", "10:30"])
    for week in range(1, 8):
        who = chance.choice([dana, ana, bo, None])
        if who and (who is not ana or week < 3) and (who is not bo or week < 5):
            minute = chance.choice([0, 15, 30, 40])
            when = given.slot(harbour, 10, minute, day=DAY + week * WEEK)
            room = chance.choice(given.rooms(harbour))
            kind = chance.choice([slow, None])
            with contextlib.suppress(RegistryError):  # closed, or off then
                given.booked(harbour, who, when, room_id=room, treatment_type_id=kind)

    page = appointment(desk, number)
    days = [DAY + week * WEEK for week in range(1, 9)]
    fits = repeats(desk, page, days, given.NOW)
    assert {one.fits for one in fits} == {True, False}
    chosen = [
        Copy(number, one.when.slot.starts_at, one.room.id if one.room else page.room_id)
        for one in fits
        if one.when.slot
    ]
    near = [Copy(number, start.starts_at, start.room.id) for one in fits for start in one.nearby]
    outcome = book_series(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        every_weeks=1,
        chosen=chosen,
        now=given.NOW,
    )

    booked = {given.db.session.get(given.Appointment, one).starts_at for one in outcome.done}
    assert booked == {one.when.slot.starts_at for one in fits if one.fits}
    for one in near[:1]:
        more = book_series(
            actor=desk,
            appointment_id=number,
            seen_version=1,
            every_weeks=1,
            chosen=[one],
            now=given.NOW,
        )
        assert len(more.done) == 1


@pytest.mark.parametrize("there", ["just this", "another treatment", "on hold", "another patient"])
def test_page_and_use_case_agree_on_what_is_booked_already_and_what_clashes(harbour, there):
    dana = people(harbour)[0]
    desk = given.somebody(Role.FRONT_DESK, harbour)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    same = {"patient_id": on_record(number).patient_id}
    if there == "another treatment":
        same["treatment_type_id"] = given.treatment_type("Slow needling").id
    when = given.slot(harbour, 10, day=DAY + WEEK)
    other = given.booked(harbour, dana, when, **({} if there == "another patient" else same))
    if there == "on hold":
        hold(other)

    [fit] = repeats(desk, appointment(desk, number), [DAY + WEEK], given.NOW)
    outcome = book_series(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        every_weeks=1,
        chosen=weekly(harbour, number, 1),
        now=given.NOW,
    )

    already = there == "just this"
    assert (fit.already, fit.fits) == (already, False)
    assert (outcome.done, outcome.already) == ([], [other] if already else [])
    assert len(outcome.refused) == (0 if already else 1)


def test_whoever_is_proposed_may_take_it_and_all_of_it_is_handed_over(harbour):
    chance = random.Random(5)  # noqa: S311 - the same story each time
    dana, ana, bo, _ = people(harbour)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    rooms = given.rooms(harbour)
    slow = given.treatment_type("Slow needling", preparation=10, clean_up=15).id
    given.time_off(bo, DAY + 6 * WEEK)
    given.working_week(ana, harbour, {str(n): [["08:00", "12:00"]] for n in range(7)})
    for week in range(7):
        for hour in (9, 11, 13):
            day = DAY + week * WEEK
            given.booked(harbour, dana, given.slot(harbour, hour, day=day), room_id=rooms[0])
            busy = chance.choice(
                [ana if week < 3 and hour < 12 else None, bo if week < 5 else None, None]
            )
            if busy:
                minute = chance.choice([15, 35])
                kind = chance.choice([slow, None])
                when = given.slot(harbour, hour, minute, day=day)
                given.booked(harbour, busy, when, room_id=rooms[1], treatment_type_id=kind)
    place = appointment(desk, 1).place
    work = work_on(desk, place, Span(DAY, DAY + 7 * WEEK), KEEPS_ITS_SLOT, dana.id)
    handings = takers_of(desk, place, work)

    taken = [one for one in handings if one.takers]
    left = [one for one in handings if not one.takers]
    assert len(taken) > 5
    assert left
    assert all(one.reasons for one in left)
    chosen = [Given(o.work.pattern.id, o.work.version, o.takers[0].id) for o in taken]
    outcome = hand_over(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW)
    assert (len(outcome.done), outcome.refused) == (len(taken), [])
    refused = hand_over(
        actor=desk,
        clinic_id=harbour.id,
        chosen=[Given(o.work.pattern.id, o.work.version, w) for o in left for w in (ana.id, bo.id)],
        now=given.NOW,
    )
    assert refused.done == []
