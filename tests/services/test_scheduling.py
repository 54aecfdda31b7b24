"""Booking, moving, reassigning, converting, restoring and cancelling."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import (
    BadInput,
    DiaryClash,
    NotAllowed,
    NotFound,
    NotInThatState,
    NotPrivileged,
    Overtaken,
)
from registry.models import Appointment, AuditEntry, db
from registry.rules.reasons import Reason
from registry.rules.vocabulary import (
    AppointmentState,
    CourseKind,
    Profession,
    Role,
    Treatment,
    VersionState,
)
from registry.services.scheduling import (
    book_appointment,
    cancel_appointment,
    mark_done,
    rebook_appointment,
)
from tests import given


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


def book(desk, harbour, whom, when=None, **known):
    wanted = given.booking(harbour, whom, given.patient(harbour), when, **known)
    return book_appointment(actor=desk, booking=wanted, now=given.NOW)


def refused(desk, harbour, whom, when=None, **known):
    with pytest.raises(NotPrivileged) as caught:
        book(desk, harbour, whom, when, **known)
    assert db.session.scalar(select(Appointment.id)) is None
    return {reason for decision in caught.value.decisions for reason in decision.reasons}


def test_the_front_desk_books_a_certified_practitioner_and_leaves_a_trace(desk, harbour, dana):
    made = book(desk, harbour, dana)
    assert given.state_of(made) is AppointmentState.CONFIRMED
    entry = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert (entry.action, entry.subject) == ("book appointment", f"appointment:{made}")
    assert entry.account_id == desk.account_id
    assert '"from":"127.0.0.1"' in entry.body


DEFECTS = {
    "no certificate": ({}, {Reason.CERT_NONE}),
    "lapsed": ({"last_day": date(2027, 2, 28)}, {Reason.CERT_EXPIRED}),
    "not started": ({"first_day": date(2027, 3, 2)}, {Reason.CERT_NOT_YET_ISSUED}),
    "not verified": ({"state": VersionState.SUBMITTED}, {Reason.CERT_PENDING}),
    "rejected": ({"state": VersionState.REJECTED}, {Reason.CERT_REJECTED}),
    "acupuncture only": ({"kind": CourseKind.ACUPUNCTURE}, {Reason.CERT_NOT_DRY_NEEDLING}),
    "region not taught": ({"taught": frozenset({"arm"})}, {Reason.REGION_NOT_COVERED}),
}


@pytest.mark.parametrize(("known", "reasons"), DEFECTS.values(), ids=DEFECTS)
def test_nobody_with_a_defect_is_booked_and_the_refusal_says_why(desk, harbour, known, reasons):
    sam = given.practitioner("Sam Roy", at=harbour)
    given.licence(sam)
    if known:
        given.certificate(sam, **known)
    assert refused(desk, harbour, sam) == reasons


def test_a_refusal_lists_every_reason(desk, harbour):
    sam = given.practitioner("Sam Roy", at=harbour)
    given.licence(sam, last_day=date(2027, 2, 1))
    given.certificate(sam, last_day=date(2027, 2, 1))
    assert refused(desk, harbour, sam) == {Reason.LICENCE_LAPSED, Reason.CERT_EXPIRED}


def test_a_jurisdiction_that_nobody_adopted_schedules_nothing(app):
    hill = given.clinic("Hill Clinic", jurisdiction="US-WY", adopted=False)
    sam = given.practitioner("Sam Roy", at=hill)
    given.licence(sam, jurisdiction="US-WY")
    given.certificate(sam)
    desk = given.somebody(Role.FRONT_DESK, hill)
    assert refused(desk, hill, sam) == {Reason.JURISDICTION_NOT_ADOPTED}


def test_another_profession_is_not_booked(desk, harbour):
    ann = given.practitioner("Ann Lee", at=harbour, profession=Profession.LAC)
    given.certified(ann)
    assert refused(desk, harbour, ann) == {Reason.PROFESSION_NOT_ALLOWED}


DATES = {
    # zone, last day or first day, local start, minutes -> booked?
    "New York, 23:30 for 30 minutes on the last day": ("America/New_York", 23, 30, 30, True),
    "New York, 23:31 for 30 minutes on the last day": ("America/New_York", 23, 31, 30, False),
    "New York, 20:30, already July in UTC": ("America/New_York", 20, 30, 30, True),
    "Auckland, 09:00, still 29 June in UTC": ("Pacific/Auckland", 9, 0, 30, True),
}


@pytest.mark.parametrize(("zone", "hour", "minute", "minutes", "fits"), DATES.values(), ids=DATES)
def test_cover_through_30_june_means_the_whole_of_30_june_at_the_clinic(
    app, zone, hour, minute, minutes, fits
):
    there = given.clinic("There", zone=zone, hours=given.ROUND_THE_CLOCK)
    dana = given.practitioner(at=there)
    given.certified(dana, last_day=date(2027, 6, 30))
    desk = given.somebody(Role.FRONT_DESK, there)
    when = given.slot(there, hour, minute, day=date(2027, 6, 30), minutes=minutes)
    if fits:
        assert book(desk, there, dana, when)
    else:
        assert refused(desk, there, dana, when) == {Reason.CERT_EXPIRED}


def test_auckland_cover_from_1_july_counts_at_9_on_1_july_though_utc_still_says_june(app):
    there = given.clinic("There", zone="Pacific/Auckland")
    dana = given.practitioner(at=there)
    given.certified(dana, first_day=date(2027, 7, 1))
    desk = given.somebody(Role.FRONT_DESK, there)
    assert book(desk, there, dana, given.slot(there, 9, day=date(2027, 7, 1)))
    with pytest.raises(NotPrivileged):
        book(desk, there, dana, given.slot(there, 9, day=date(2027, 6, 30)))


def test_a_day_whose_midnight_does_not_exist_is_a_day_like_any_other(app):
    cairo = given.clinic("Cairo Clinic", zone="Africa/Cairo", hours=given.ROUND_THE_CLOCK)
    dana = given.practitioner(at=cairo)
    given.certified(dana, first_day=date(2027, 4, 30))
    desk = given.somebody(Role.FRONT_DESK, cairo)
    assert book(desk, cairo, dana, given.slot(cairo, 1, day=date(2027, 4, 30)))


def test_a_renewal_that_touches_leaves_no_gap_and_one_day_missing_does(desk, harbour):
    given.open_always(harbour)
    for name, first, fits in (("Touching", 1, True), ("Gap", 2, False)):
        whom = given.practitioner(name, at=harbour)
        given.certified(whom, last_day=date(2027, 6, 30))
        given.certificate(whom, first_day=date(2027, 7, first))
        over_midnight = given.slot(harbour, 23, 45, day=date(2027, 6, 30))
        if fits:
            assert book(desk, harbour, whom, over_midnight)
        else:
            with pytest.raises(NotPrivileged):
                book(desk, harbour, whom, over_midnight, room_id=given.rooms(harbour)[1])


def test_a_certificate_through_the_end_of_the_calendar_is_no_trouble(desk, harbour):
    dana = given.practitioner(at=harbour)
    given.licence(dana, last_day=None)
    given.certificate(dana, last_day=date.max)
    assert book(desk, harbour, dana)


ODD = {
    "in the past": ({"when": {"day": date(2027, 2, 27)}}, "starts_at"),
    "far ahead": ({"when": {"day": date(2029, 6, 30)}}, "starts_at"),
    "too long": ({"when": {"minutes": 500}}, "minutes"),
    "too short": ({"when": {"minutes": 4}}, "minutes"),
    "no region": ({"sites": ()}, "sites"),
    "no such region": ({"sites": ("elbow\x00",)}, "sites"),
    "region without needling": ({"treatment": Treatment.EXERCISE}, "sites"),
}


@pytest.mark.parametrize(("known", "field"), ODD.values(), ids=ODD)
def test_an_odd_booking_is_refused_at_its_field(desk, harbour, dana, known, field):
    when = given.slot(harbour, **{"hour": 14, **known.get("when", {})})
    rest = {name: value for name, value in known.items() if name != "when"}
    with pytest.raises(BadInput) as caught:
        book(desk, harbour, dana, when, **rest)
    assert caught.value.field == field


def test_other_treatments_need_no_privilege_but_somebody_who_works_there(desk, harbour):
    sam = given.practitioner("Sam Roy", at=harbour)
    stranger = given.practitioner("Ed Else", at=harbour, since=date(2028, 1, 1))
    assert book(desk, harbour, sam, treatment=Treatment.EXERCISE, sites=())
    with pytest.raises(NotPrivileged, match="does not work at Harbour Clinic"):
        book(
            desk,
            harbour,
            stranger,
            given.slot(harbour, 16),
            treatment=Treatment.EXERCISE,
            sites=(),
        )


def test_nobody_is_booked_twice(desk, harbour, dana):
    book(desk, harbour, dana)
    with pytest.raises(DiaryClash, match="Dana Okafor and Room 1"):
        book(desk, harbour, dana)


def test_one_may_start_as_another_ends(desk, harbour, dana):
    book(desk, harbour, dana, given.slot(harbour, 14))
    assert book(desk, harbour, dana, given.slot(harbour, 14, 30))


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_other_roles_do_not_book(harbour, dana, role):
    with pytest.raises(NotAllowed):
        book(given.somebody(role, harbour), harbour, dana)


def test_the_desk_of_another_clinic_finds_no_such_clinic(harbour, dana):
    hill = given.clinic("Hill Clinic", adopted=False)
    with pytest.raises(NotFound):
        book(given.somebody(Role.FRONT_DESK, hill), harbour, dana)


def test_it_is_moved_inside_the_cover_and_not_past_it(desk, harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana, last_day=date(2027, 6, 30))
    made = book(desk, harbour, dana)
    move = dict(actor=desk, appointment_id=made, now=given.NOW)
    rebook_appointment(seen_version=1, slot=given.slot(harbour, 16), **move)
    with pytest.raises(NotPrivileged):
        rebook_appointment(
            seen_version=2, slot=given.slot(harbour, 9, day=date(2027, 7, 1)), **move
        )
    found = db.session.get_one(Appointment, made)
    assert found.slot == given.slot(harbour, 16)


def test_it_is_not_handed_to_somebody_uncertified(desk, harbour, dana):
    sam = given.practitioner("Sam Roy", at=harbour)
    made = book(desk, harbour, dana)
    with pytest.raises(NotPrivileged, match="Sam Roy may not needle the thigh"):
        rebook_appointment(
            actor=desk, appointment_id=made, seen_version=1, practitioner_id=sam.id, now=given.NOW
        )
    assert db.session.get_one(Appointment, made).practitioner_id == dana.id


def test_each_place_that_is_not_covered_is_named_as_one_says_it(desk, harbour):
    sam = given.practitioner("Sam Roy", at=harbour)
    with pytest.raises(NotPrivileged, match="may not needle the thigh, the neck and the scalenes"):
        book(desk, harbour, sam, sites=("thigh", "neck", "scalenes"))


def test_exercise_is_not_turned_into_needling_without_a_certificate(desk, harbour):
    sam = given.practitioner("Sam Roy", at=harbour)
    made = book(desk, harbour, sam, treatment=Treatment.EXERCISE, sites=())
    with pytest.raises(NotPrivileged):
        rebook_appointment(
            actor=desk,
            appointment_id=made,
            seen_version=1,
            treatment=Treatment.NEEDLING,
            sites=("thigh",),
            now=given.NOW,
        )


def test_two_who_change_the_same_appointment_do_not_overwrite_each_other(desk, harbour, dana):
    made = book(desk, harbour, dana)
    move = dict(actor=desk, appointment_id=made, seen_version=1, now=given.NOW)
    rebook_appointment(slot=given.slot(harbour, 16), **move)
    with pytest.raises(Overtaken):
        rebook_appointment(slot=given.slot(harbour, 17), **move)


def test_a_cancelled_one_frees_its_slot_and_is_final(desk, harbour, dana):
    made = book(desk, harbour, dana)
    cancel = dict(actor=desk, appointment_id=made, reason="patient ill", now=given.NOW)
    cancel_appointment(seen_version=1, **cancel)
    assert given.state_of(made) is AppointmentState.CANCELLED
    assert book(desk, harbour, dana)
    with pytest.raises(NotInThatState):
        cancel_appointment(seen_version=2, **cancel)


def test_it_is_marked_done_once_it_has_started(desk, harbour, dana):
    made = book(desk, harbour, dana)
    done = dict(actor=desk, appointment_id=made, seen_version=given.checked_in(made))
    with pytest.raises(NotInThatState, match="not started"):
        mark_done(now=given.NOW, **done)
    mark_done(now=given.NOW + timedelta(days=1), **done)
    assert given.state_of(made) is AppointmentState.DONE
