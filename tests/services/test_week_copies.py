"""A week copied to another: each appointment booked anew, with what is true in that week."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound
from registry.models import db
from registry.models.appointments import GateRecord
from registry.rules.vocabulary import Role, Treatment
from registry.services.check_in import record_gates
from registry.services.copying import Copy
from registry.services.week_copies import copy_week
from tests import given
from tests.services.many import DAY, WEEK, confirmed, on_record


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


def later(harbour, number, weeks=1):
    one = on_record(number)
    return Copy(number, one.starts_at + weeks * WEEK, one.room_id)


def copy(who, harbour, *chosen):
    return copy_week(actor=who, clinic_id=harbour.id, chosen=chosen, now=given.NOW)


@pytest.fixture
def week(harbour):
    """Dana, who may until the day, and Ana, who may for long; and exercise."""
    dana, ana = (given.practitioner(name, at=harbour) for name in ("Dana Okafor", "Ana Ruiz"))
    given.certified(dana, last_day=DAY)
    given.certified(ana)
    by_dana = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    by_ana = given.booked(harbour, ana, given.slot(harbour, 11, day=DAY))
    exercise = given.booked(
        harbour, dana, given.slot(harbour, 12, day=DAY), treatment=Treatment.EXERCISE, sites=()
    )
    return by_dana, by_ana, exercise


def test_what_fits_is_copied_and_what_does_not_is_told_with_reasons(desk, harbour, week):
    by_dana, by_ana, exercise = week
    outcome = copy(desk, harbour, *[later(harbour, one) for one in week])
    assert [on_record(one).patient_id for one in outcome.done] == [
        on_record(by_ana).patient_id,
        on_record(exercise).patient_id,
    ]
    [no] = outcome.refused
    assert no.appointment_id == by_dana
    assert "Dana Okafor may not needle" in no.message


def test_pressed_twice_a_week_is_copied_once(desk, harbour, week):
    first = copy(desk, harbour, later(harbour, week[1]), later(harbour, week[2]))
    again = copy(desk, harbour, later(harbour, week[1]), later(harbour, week[2]))
    assert (again.done, again.already) == ([], first.done)
    assert confirmed() == 5


def test_nothing_on_record_of_a_patient_is_copied_along(desk, harbour, week):
    record_gates(actor=desk, appointment_id=week[1], told={"referral": True}, now=given.NOW)
    [made] = copy(desk, harbour, later(harbour, week[1])).done
    kept = db.session.scalars(select(GateRecord.appointment_id)).all()
    assert made not in kept


def test_only_of_ones_own_clinic_and_not_too_many(desk, harbour, week):
    hill = given.clinic("Hill Clinic", adopted=False)
    boss = given.somebody(Role.MANAGER, hill)
    with pytest.raises(NotFound):
        copy(boss, harbour, later(harbour, week[1]))
    with pytest.raises(NotFound):
        copy(boss, hill, later(harbour, week[1]))
    with pytest.raises(NotAllowed):
        copy(given.somebody(Role.AUDITOR), harbour, later(harbour, week[1]))
    with pytest.raises(BadInput, match="At most 200"):
        copy(desk, harbour, *[later(harbour, week[1], n) for n in range(201)])
    assert confirmed() == 3


def test_a_room_of_another_clinic_is_no_room(desk, harbour, week):
    hill = given.clinic("Hill Clinic", adopted=False)
    foreign = later(harbour, week[1])._replace(room_id=given.rooms(hill)[0])
    outcome = copy(desk, harbour, foreign)
    assert outcome.done == []
    assert outcome.refused[0].message.startswith("There is no such")
