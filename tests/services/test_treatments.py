"""Treatment types on offer, and what is booked of them with the time before and after it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import BadInput, DiaryClash, NotAllowed, NotFound, Overtaken
from registry.models import Appointment, AuditEntry, TreatmentType, db
from registry.queries.treatments import every_treatment, standard_of
from registry.rules.vocabulary import Role, Treatment
from registry.services.scheduling import book_appointment, rebook_appointment
from registry.services.treatments import Terms, add_treatment, change_treatment
from tests import given
from tests.given import NOW, TODAY

TOMORROW = TODAY + timedelta(days=1)
FOLLOW_UP = Terms("Dry needling, follow-up", 30, 5, 10, "Nobody new.")


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR)


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
def follow_up(ada):
    return add_treatment(actor=ada, kind=Treatment.NEEDLING, terms=FOLLOW_UP, now=NOW)


def on_record(number):
    db.session.rollback()
    return db.session.get_one(Appointment, number)


def change(ada, number, terms=FOLLOW_UP, *, closed_from=None, seen=1):
    change_treatment(
        actor=ada, type_id=number, seen_version=seen, terms=terms, closed_from=closed_from, now=NOW
    )


def move(desk, number, **changed):
    rebook_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=on_record(number).version,
        now=NOW,
        **changed,
    )


def test_there_is_a_standard_type_of_each_kind_from_the_beginning(app):
    found = db.session.scalars(select(TreatmentType)).all()
    assert {one.kind for one in found} == set(Treatment)
    assert {(one.minutes, one.preparation, one.clean_up) for one in found} == {(45, 0, 0)}


def test_an_administrator_adds_one_and_it_leaves_a_trace(ada, follow_up):
    made = db.session.get_one(TreatmentType, follow_up)
    assert (made.name, made.kind, made.minutes) == (FOLLOW_UP.name, Treatment.NEEDLING, 30)
    assert (made.preparation, made.clean_up, made.note) == (5, 10, "Nobody new.")
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.subject) == ("add treatment", f"treatment:{follow_up}")
    assert FOLLOW_UP.name in last.body


@pytest.mark.parametrize("role", [Role.MANAGER, Role.FRONT_DESK, Role.AUDITOR])
def test_nobody_else_adds_or_changes_one(harbour, role):
    somebody = given.somebody(role, harbour)
    number = given.kind_of("exercise")["treatment_type_id"]
    with pytest.raises(NotAllowed):
        add_treatment(actor=somebody, kind=Treatment.EXERCISE, terms=FOLLOW_UP, now=NOW)
    with pytest.raises(NotAllowed):
        change(somebody, number)
    assert db.session.get_one(TreatmentType, number).name == "Exercise"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (FOLLOW_UP._replace(name=" "), "name"),
        (FOLLOW_UP._replace(name="--"), "name"),
        (FOLLOW_UP._replace(name="x" * 81), "name"),
        (FOLLOW_UP._replace(name="Exercise"), "name"),
        (FOLLOW_UP._replace(minutes=4), "minutes"),
        (FOLLOW_UP._replace(minutes=481), "minutes"),
        (FOLLOW_UP._replace(preparation=61), "preparation"),
        (FOLLOW_UP._replace(clean_up=61), "clean_up"),
        (FOLLOW_UP._replace(note="x" * 301), "note"),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(ada, terms, field):
    with pytest.raises(BadInput) as refused:
        add_treatment(actor=ada, kind=Treatment.NEEDLING, terms=terms, now=NOW)
    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(TreatmentType)) == len(Treatment)


def test_two_who_change_the_same_one_do_not_overwrite_each_other(ada, follow_up):
    change(ada, follow_up, FOLLOW_UP._replace(minutes=35))
    with pytest.raises(Overtaken):
        change(ada, follow_up, FOLLOW_UP._replace(minutes=40))
    assert db.session.get_one(TreatmentType, follow_up).minutes == 35


def test_one_that_is_not_there_is_not_changed(ada):
    with pytest.raises(NotFound):
        change(ada, 999)


def test_it_is_not_closed_from_a_day_that_has_passed(ada, follow_up):
    with pytest.raises(BadInput, match="today or a later day"):
        change(ada, follow_up, closed_from=TODAY - timedelta(days=1))
    assert db.session.get_one(TreatmentType, follow_up).closed_from is None


def test_what_is_booked_keeps_the_time_around_it_that_its_type_asks_for(harbour, dana, follow_up):
    slot = given.slot(harbour, 14)
    made = on_record(given.booked(harbour, dana, slot, treatment_type_id=follow_up))
    assert made.treatment is Treatment.NEEDLING
    assert made.treatment_type_id == follow_up
    assert (made.slot, made.busy_from, made.busy_until) == (
        slot,
        slot.starts_at - timedelta(minutes=5),
        slot.ends_at + timedelta(minutes=10),
    )


def test_who_says_only_a_kind_books_the_standard_type_of_it(ada, harbour, dana, follow_up):
    made = on_record(given.booked(harbour, dana))
    assert made.treatment_type_id == given.kind_of("needling")["treatment_type_id"]
    change(ada, made.treatment_type_id, Terms("Needling", 45), closed_from=TODAY)
    later = on_record(given.booked(harbour, dana, given.slot(harbour, 16)))
    assert later.treatment_type_id == follow_up


def test_a_type_that_is_to_close_is_the_standard_one_until_then(ada, harbour, dana, follow_up):
    given.open_always(harbour)
    made = given.kind_of("needling")["treatment_type_id"]
    change(ada, made, Terms("Needling", 45), closed_from=TOMORROW)
    # 21:00 in New York is tomorrow already in UTC.
    today = on_record(given.booked(harbour, dana, given.slot(harbour, 21)))
    then = on_record(given.booked(harbour, dana, given.slot(harbour, 0, 30, day=TOMORROW)))
    assert (today.treatment_type_id, then.treatment_type_id) == (made, follow_up)


def test_a_page_proposes_what_is_the_standard_type_on_its_day(ada, follow_up):
    made = given.kind_of("needling")["treatment_type_id"]
    change(ada, made, Terms("Needling", 45), closed_from=TOMORROW)
    lines = every_treatment()
    proposed = [standard_of("needling", lines, day).id for day in (TODAY, TOMORROW)]
    assert proposed == [made, follow_up]


def test_a_type_of_another_kind_is_not_booked(harbour, dana, desk):
    wanted = given.booking(harbour, dana, given.patient(harbour))
    other = given.kind_of("exercise")["treatment_type_id"]
    with pytest.raises(NotFound):
        book_appointment(actor=desk, booking=wanted._replace(treatment_type_id=other), now=NOW)
    assert db.session.scalars(select(Appointment)).all() == []


@pytest.mark.parametrize(
    ("whom", "where"), [("dana", 1), ("other", 0)], ids=["the practitioner", "the room"]
)
def test_preparation_and_clean_up_take_the_practitioner_and_the_room(
    harbour, dana, follow_up, whom, where
):
    other = given.practitioner("Sam Roy", at=harbour)
    given.booked(harbour, dana, given.slot(harbour, 10), treatment_type_id=follow_up)
    plain = dict(treatment=Treatment.EXERCISE, sites=())
    person = dana if whom == "dana" else other
    there = dict(plain, room_id=given.rooms(harbour)[where])
    for hour, minute in ((9, 26), (10, 39)):
        with pytest.raises(DiaryClash):
            given.booked(harbour, person, given.slot(harbour, hour, minute), **there)
    assert given.booked(harbour, person, given.slot(harbour, 9, 25), **there)
    assert given.booked(harbour, person, given.slot(harbour, 10, 40), **there)


def test_a_clash_with_what_lies_around_an_appointment_says_so(harbour, dana, follow_up):
    given.booked(harbour, dana, given.slot(harbour, 10))
    with pytest.raises(DiaryClash, match="with what comes before and after it"):
        given.booked(
            harbour,
            dana,
            given.slot(harbour, 10, 32),
            treatment_type_id=follow_up,
            room_id=given.rooms(harbour)[1],
        )


def test_the_patient_is_not_kept_while_others_clean_up(harbour, dana, desk, follow_up):
    pat = given.patient(harbour)
    first = given.booking(harbour, dana, pat, given.slot(harbour, 10), treatment_type_id=follow_up)
    book_appointment(actor=desk, booking=first, now=NOW)
    sam = given.practitioner("Sam Roy", at=harbour)
    then = first._replace(
        practitioner_id=sam.id,
        room_id=given.rooms(harbour)[1],
        slot=given.slot(harbour, 10, 30),
        treatment=Treatment.EXERCISE,
        sites=(),
        treatment_type_id=None,
    )
    assert book_appointment(actor=desk, booking=then, now=NOW)


def test_a_session_of_eight_hours_with_an_hour_around_it_still_keeps_others_away(
    ada, harbour, dana
):
    given.open_always(harbour)
    terms = Terms("Long", 480, 60, 60)
    long = add_treatment(actor=ada, kind=Treatment.EXERCISE, terms=terms, now=NOW)
    plain = dict(treatment=Treatment.EXERCISE, sites=())
    whole = given.slot(harbour, 9, minutes=480)
    given.booked(harbour, dana, whole, treatment_type_id=long, **plain)
    elsewhere = dict(plain, room_id=given.rooms(harbour)[1])
    for hour, minute in ((7, 31), (17, 59)):
        with pytest.raises(DiaryClash):
            given.booked(harbour, dana, given.slot(harbour, hour, minute), **elsewhere)
    assert given.booked(harbour, dana, given.slot(harbour, 7, 30), **elsewhere)
    assert given.booked(harbour, dana, given.slot(harbour, 18), **elsewhere)


def test_another_preparation_counts_for_what_is_booked_or_moved_from_then_on(
    ada, harbour, dana, desk, follow_up
):
    number = given.booked(harbour, dana, given.slot(harbour, 10), treatment_type_id=follow_up)
    change(ada, follow_up, FOLLOW_UP._replace(preparation=20))
    assert on_record(number).starts_at - on_record(number).busy_from == timedelta(minutes=5)
    move(desk, number, slot=given.slot(harbour, 15))
    assert on_record(number).starts_at - on_record(number).busy_from == timedelta(minutes=20)


def test_what_goes_to_somebody_else_at_its_very_time_keeps_what_was_kept_around_it(
    ada, harbour, dana, desk, follow_up
):
    """Else what is on hold could not be restored, once its type asks for more around it."""
    luis = given.practitioner("Luis Prado", at=harbour)
    given.certified(luis)
    at_ten = given.slot(harbour, 10)
    number = given.booked(harbour, dana, at_ten, treatment_type_id=follow_up)
    change(ada, follow_up, FOLLOW_UP._replace(clean_up=60))
    kept = on_record(number).busy_until
    move(desk, number, practitioner_id=luis.id, slot=at_ten)
    assert on_record(number).busy_until == kept


def test_it_is_converted_to_another_type_and_what_that_is(harbour, dana, desk, follow_up):
    number = given.booked(harbour, dana, treatment=Treatment.EXERCISE, sites=())
    move(desk, number, treatment_type_id=follow_up, sites=("thigh",))
    assert on_record(number).treatment is Treatment.NEEDLING
    assert on_record(number).treatment_type_id == follow_up
    move(desk, number, treatment=Treatment.ASSESSMENT, sites=())
    assert on_record(number).treatment_type_id == given.kind_of("assessment")["treatment_type_id"]


def test_it_is_not_converted_to_a_type_that_there_is_not(harbour, dana, desk):
    number = given.booked(harbour, dana)
    with pytest.raises(BadInput, match="no such treatment"):
        move(desk, number, treatment_type_id=999)


def test_what_is_no_longer_offered_is_booked_until_the_day_before(ada, harbour, dana, follow_up):
    change(ada, follow_up, closed_from=TOMORROW)
    with pytest.raises(BadInput, match="is not offered from Tue 2 March 2027 on") as refused:
        given.booked(
            harbour, dana, given.slot(harbour, 10, day=TOMORROW), treatment_type_id=follow_up
        )
    assert refused.value.field == "treatment"
    assert given.booked(harbour, dana, treatment_type_id=follow_up)


def test_what_was_booked_of_it_may_still_be_moved_but_nothing_becomes_it(
    ada, harbour, dana, desk, follow_up
):
    kept = given.booked(harbour, dana, treatment_type_id=follow_up)
    other = given.booked(harbour, dana, given.slot(harbour, 10, day=TOMORROW))
    change(ada, follow_up, closed_from=TOMORROW)
    move(desk, kept, slot=given.slot(harbour, 15, day=TOMORROW))
    assert on_record(kept).first_day == TOMORROW
    with pytest.raises(BadInput, match="not offered"):
        move(desk, other, treatment_type_id=follow_up)
