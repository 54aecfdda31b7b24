from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.models import (
    Appointment,
    AuditEntry,
    Engagement,
    Letter,
    Practitioner,
    Privilege,
    db,
)
from registry.queries.openings import free_openings
from registry.rules.vocabulary import AppointmentState, Profession, Role, Treatment
from registry.services.archiving import archive_practitioner, bring_back_practitioner
from registry.services.engagements import end_engagement, engage_practitioner
from registry.services.practitioners import (
    add_practitioner,
    change_contact,
    change_name,
    record_npi,
)
from registry.services.scheduling import mark_done
from tests import given
from tests.given import NOW, TODAY

WEEK, ONE_DAY = timedelta(days=7), timedelta(days=1)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


def add(actor, *clinics, **known):
    ordinary = dict(
        name="Dana Okafor",
        profession=Profession.PT,
        clinic_ids=[each.id for each in clinics],
        first_day=TODAY,
        now=NOW,
    )
    return add_practitioner(actor=actor, **ordinary | known)


def privileges(whom):
    rows = select(Privilege.first_day, Privilege.last_day, Privilege.clinic_id)
    return {
        tuple(row) for row in db.session.execute(rows.where(Privilege.practitioner_id == whom.id))
    }


def engagements(whom, at=None):
    """First and last days, at whatever clinic or at this one."""
    wanted = select(Engagement.first_day, Engagement.last_day).order_by(Engagement.first_day)
    wanted = wanted.where(Engagement.practitioner_id == whom.id)
    if at is not None:
        wanted = wanted.where(Engagement.clinic_id == at.id)
    return [tuple(row) for row in db.session.execute(wanted)]


def test_a_practitioner_is_put_on_record_without_any_privilege(mara, harbour):
    dana = add(mara, harbour, npi="1234567893", email="Dana@Test.example")
    assert (dana.npi, dana.email) == ("1234567893", "dana@test.example")
    assert [each.clinic_id for each in dana.engagements] == [harbour.id]
    assert privileges(dana) == set()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("npi", "1234567890"),
        ("name", " "),
        ("name", "a\x00b"),
        ("email", "nowhere"),
        ("phone", "1" * 41),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_stored(mara, harbour, field, typed):
    with pytest.raises(BadInput) as refusal:
        add(mara, harbour, **{field: typed})
    assert refusal.value.field == field
    assert db.session.scalar(select(Practitioner.id)) is None


def test_an_npi_belongs_to_one_practitioner(mara, harbour):
    add(mara, harbour, npi="1234567893")
    other = add(mara, harbour, name="Luis Prado")
    with pytest.raises(BadInput, match="Another"):
        add(mara, harbour, npi="1234567893")
    with pytest.raises(BadInput, match="Another"):
        record_npi(actor=mara, practitioner_id=other.id, npi="1234567893", now=NOW)


def test_nobody_adds_a_practitioner_to_a_clinic_that_is_not_theirs(mara, harbour):
    hill = given.clinic("Hill Clinic", adopted=False)
    with pytest.raises(NotFound):
        add(mara, harbour, hill)
    with pytest.raises(NotAllowed):
        add(given.somebody(Role.FRONT_DESK, harbour), harbour)


def test_practitioners_change_their_own_contact_but_not_their_legal_name(harbour, dana):
    herself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    change_contact(
        actor=herself, practitioner_id=dana.id, email="d@test.example", phone="5", now=NOW
    )
    assert db.session.get_one(Practitioner, dana.id).email == "d@test.example"
    with pytest.raises(NotAllowed):
        change_name(actor=herself, practitioner_id=dana.id, name="Queen Dana", now=NOW)


def test_what_they_speak_is_kept_with_their_contact_and_told_in_the_trail(harbour, dana):
    herself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    known = dict(actor=herself, practitioner_id=dana.id, email="", phone="", now=NOW)
    change_contact(**known, languages=["vi", "es", "es"])
    assert db.session.get_one(Practitioner, dana.id).languages == ["es", "vi"]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    told = json.loads(entry.body)
    assert (told["before"]["languages"], told["after"]["languages"]) == ([], ["es", "vi"])
    change_contact(**known)
    assert db.session.get_one(Practitioner, dana.id).languages == ["es", "vi"]
    with pytest.raises(BadInput) as caught:
        change_contact(**known, languages=["es", "xx"])
    assert caught.value.field == "languages"
    assert db.session.get_one(Practitioner, dana.id).languages == ["es", "vi"]


def test_working_at_another_clinic_gives_the_privileges_there(harbour, dana):
    ada = given.somebody(Role.ADMINISTRATOR)
    hill = given.clinic("Hill Clinic", adopted=False)
    engage_practitioner(
        actor=ada, practitioner_id=dana.id, clinic_id=hill.id, first_day=TODAY, now=NOW
    )
    assert {(first, clinic) for first, _, clinic in privileges(dana)} == {
        (date(2022, 5, 2), harbour.id),
        (TODAY, hill.id),
    }
    with pytest.raises(BadInput, match="already"):
        engage_practitioner(
            actor=ada, practitioner_id=dana.id, clinic_id=hill.id, first_day=TODAY + WEEK, now=NOW
        )


def test_a_manager_engages_nobody_whom_another_clinic_has(mara, harbour):
    hill = given.clinic("Hill Clinic", adopted=False)
    zoe = given.practitioner("Zoe", at=hill)
    with pytest.raises(NotFound):
        engage_practitioner(
            actor=mara, practitioner_id=zoe.id, clinic_id=harbour.id, first_day=TODAY, now=NOW
        )


def test_the_end_of_an_engagement_holds_exactly_what_was_booked_after_it(mara, harbour, dana):
    on_the_day = given.booked(harbour, dana, given.slot(harbour, 14, day=TODAY + WEEK))
    day_after = given.booked(
        harbour, dana, given.slot(harbour, 14, day=TODAY + WEEK + timedelta(days=1))
    )
    end_engagement(actor=mara, engagement_id=dana.engagements[0].id, last_day=TODAY + WEEK, now=NOW)
    assert given.state_of(on_the_day) is AppointmentState.CONFIRMED
    assert given.state_of(day_after) is AppointmentState.HELD
    assert {last for _, last, _ in privileges(dana)} == {TODAY + WEEK}


ON_FOOT = dict(treatment=Treatment.EXERCISE, sites=())


def test_other_treatments_are_held_too_once_nobody_works_there_for_them(mara, harbour):
    """Also with somebody who never held a privilege."""
    uma = given.practitioner("Uma Uncertified", at=harbour)
    last = TODAY + WEEK
    on_the_day = given.booked(harbour, uma, given.slot(harbour, 14, day=last), **ON_FOOT)
    day_after = given.booked(harbour, uma, given.slot(harbour, 14, day=last + ONE_DAY), **ON_FOOT)
    [lost] = end_engagement(actor=mara, engagement_id=uma.engagements[0].id, last_day=last, now=NOW)
    assert (lost.id, lost.begun) == (day_after, False)
    assert given.state_of(on_the_day) is AppointmentState.CONFIRMED
    assert given.state_of(day_after) is AppointmentState.HELD
    because = db.session.get_one(Appointment, day_after).ground_lost_because
    assert because == "Uma Uncertified works at the clinic until Mon 8 March 2027."


def test_what_has_started_is_neither_held_nor_looked_back_upon_for_want_of_an_engagement(
    mara, harbour
):
    uma = given.practitioner("Uma Uncertified", at=harbour)
    number = given.booked(harbour, uma, given.slot(harbour, 9), **ON_FOOT)
    later = given.slot(harbour, 9, 15).starts_at
    archive_practitioner(actor=mara, practitioner_id=uma.id, now=later)
    assert given.state_of(number) is AppointmentState.CONFIRMED
    assert db.session.get_one(Appointment, number).ground_lost_at is None


def test_all_that_is_held_at_once_is_told_in_one_letter(mara, harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 14))
    given.booked(harbour, dana, given.slot(harbour, 15), **ON_FOOT)
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    letters = db.session.scalars(
        select(Letter).where(Letter.template == "held_work", Letter.account_id == mara.account_id)
    ).all()
    assert [json.loads(letter.particulars)["count"] for letter in letters] == [2]


def test_an_archived_practitioner_works_nowhere_after_that_day_and_somebody_is_told(
    mara, harbour, dana
):
    appointment = given.booked(harbour, dana, given.slot(harbour, 14, day=TODAY + WEEK))
    archive_practitioner(actor=mara, practitioner_id=dana.id, reason="moved away", now=NOW)
    assert given.state_of(appointment) is AppointmentState.HELD
    assert {last for _, last, _ in privileges(dana)} == {TODAY}
    assert engagements(dana) == [(date(2020, 1, 1), TODAY)]
    assert "held_work" in db.session.scalars(select(Letter.template)).all()
    with pytest.raises(NotInThatState):
        archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)


def test_what_was_done_before_archiving_keeps_its_ground_and_what_follows_that_day_is_held(
    mara, harbour, dana
):
    slots = [given.slot(harbour, hour) for hour in (9, 10, 14)]
    done, under_way, ahead = (given.booked(harbour, dana, slot) for slot in slots)
    on_foot = given.booked(harbour, dana, given.slot(harbour, 15), **ON_FOOT)
    later = slots[1].starts_at + timedelta(minutes=5)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    mark_done(actor=desk, appointment_id=done, seen_version=given.checked_in(done), now=later)
    lost = archive_practitioner(actor=mara, practitioner_id=dana.id, now=later)
    assert {(one.id, one.begun) for one in lost} == {(ahead, False), (on_foot, False)}
    assert given.state_of(done) is AppointmentState.DONE
    assert given.state_of(under_way) is AppointmentState.CONFIRMED
    for number in (done, under_way):
        assert db.session.get_one(Appointment, number).ground_lost_at is None
    for number in (ahead, on_foot):
        assert given.state_of(number) is AppointmentState.HELD


def test_a_treatment_that_runs_over_the_midnight_of_archiving_keeps_its_ground(mara, harbour, dana):
    given.open_always(harbour)
    night = given.slot(harbour, 23, 45)
    number = given.booked(harbour, dana, night)
    later = night.starts_at + timedelta(minutes=5)
    assert archive_practitioner(actor=mara, practitioner_id=dana.id, now=later) == []
    assert given.state_of(number) is AppointmentState.CONFIRMED
    assert engagements(dana) == [(date(2020, 1, 1), TODAY + ONE_DAY)]


def test_the_day_of_archiving_is_the_clinics_own(app):
    auckland = given.clinic("Hill Clinic", zone="Pacific/Auckland", adopted=False)
    ada, zoe = given.somebody(Role.ADMINISTRATOR), given.practitioner("Zoe", at=auckland)
    evening = NOW + timedelta(hours=3)
    archive_practitioner(actor=ada, practitioner_id=zoe.id, now=evening)
    assert engagements(zoe) == [(date(2020, 1, 1), TODAY + ONE_DAY)]


def test_who_is_brought_back_the_same_day_may_needle_as_before_and_what_was_held_stands_again(
    mara, harbour, dana
):
    before, appointment = privileges(dana), given.booked(harbour, dana, given.slot(harbour, 14))
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    bring_back_practitioner(actor=mara, practitioner_id=dana.id, reason="came back", now=NOW)
    assert privileges(dana) == before
    assert engagements(dana) == [(date(2020, 1, 1), None)]
    assert given.state_of(appointment) is AppointmentState.CONFIRMED
    latest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)
    restored, entry = db.session.scalars(latest).all()
    assert restored.action == "restore by itself"
    assert entry.action == "bring back practitioner"
    assert json.loads(entry.body)["reason"] == "came back"
    with pytest.raises(NotInThatState):
        bring_back_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)


def test_between_archiving_and_bringing_back_nobody_works(mara, harbour, dana):
    last = {last for _, last, _ in privileges(dana)}
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    bring_back_practitioner(actor=mara, practitioner_id=dana.id, now=NOW + WEEK)
    assert engagements(dana) == [(date(2020, 1, 1), TODAY), (TODAY + WEEK, None)]
    assert {(first, last) for first, last, _ in privileges(dana)} == {
        (date(2022, 5, 2), TODAY),
        *((TODAY + WEEK, each) for each in last),
    }


def test_a_last_day_agreed_before_archiving_still_holds_afterwards(mara, harbour, dana):
    last, number = TODAY + 2 * WEEK, dana.engagements[0].id
    end_engagement(actor=mara, engagement_id=number, last_day=last, now=NOW)
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    with pytest.raises(NotInThatState):
        end_engagement(actor=mara, engagement_id=number, last_day=last, now=NOW)
    bring_back_practitioner(actor=mara, practitioner_id=dana.id, now=NOW + WEEK)
    assert engagements(dana) == [(date(2020, 1, 1), TODAY), (TODAY + WEEK, last)]
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW + WEEK)
    bring_back_practitioner(actor=mara, practitioner_id=dana.id, now=NOW + 3 * WEEK)
    assert engagements(dana) == [(date(2020, 1, 1), TODAY), (TODAY + WEEK, TODAY + WEEK)]


@pytest.mark.parametrize(("weeks", "first"), [(0, TODAY + WEEK), (2, TODAY + 2 * WEEK)])
def test_an_engagement_that_lay_ahead_begins_on_its_day_or_when_they_are_back(
    harbour, dana, weeks, first
):
    ada, hill = given.somebody(Role.ADMINISTRATOR), given.clinic("Hill Clinic", adopted=False)
    known = dict(clinic_id=hill.id, first_day=TODAY + WEEK, now=NOW)
    engage_practitioner(actor=ada, practitioner_id=dana.id, **known)
    archive_practitioner(actor=ada, practitioner_id=dana.id, now=NOW)
    assert engagements(dana) == [(date(2020, 1, 1), TODAY)]
    bring_back_practitioner(actor=ada, practitioner_id=dana.id, now=NOW + weeks * WEEK)
    assert engagements(dana, hill) == [(first, None)]


def test_only_who_may_archive_brings_back(mara, harbour, dana):
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    with pytest.raises(NotAllowed):
        bring_back_practitioner(
            actor=given.somebody(Role.FRONT_DESK, harbour), practitioner_id=dana.id, now=NOW
        )
    assert db.session.get_one(Practitioner, dana.id).archived_at == NOW


def test_an_engagement_does_not_end_before_it_began(mara, dana):
    with pytest.raises(BadInput, match="before the first"):
        end_engagement(
            actor=mara, engagement_id=dana.engagements[0].id, last_day=date(2019, 1, 1), now=NOW
        )


def test_who_was_archived_today_is_offered_for_nothing_more_that_day(mara, harbour, dana):
    def offered(sites):
        return free_openings([harbour.id], sites, 30, TODAY, TODAY, limit=5)

    assert offered(("thigh",))
    assert offered(())
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=NOW)
    assert offered(("thigh",)) == []
    assert offered(()) == []
