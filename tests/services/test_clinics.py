from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import BadInput, FallsOutside, NotAllowed, NotFound, NotInThatState
from registry.models import Clinic, Patient, Privilege, ZoneOffset, db
from registry.queries import falling_outside
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.clinics import change_clinic, create_clinic
from registry.services.opening_hours import set_hours
from registry.services.patients import add_patient
from registry.services.rooms import add_room
from tests import given
from tests.given import NOW, TODAY

LATER = TODAY + timedelta(days=3)


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR)


@pytest.fixture
def harbour(app):
    return given.clinic()


def told(**known):
    ordinary = dict(
        name="Hill Clinic", address="2 Hill Road", zone="Africa/Cairo", jurisdiction="ca-ab"
    )
    return ordinary | known


def test_a_clinic_brings_the_offsets_of_its_clock_once(ada):
    made = create_clinic(actor=ada, **told(), now=NOW)
    assert made.jurisdiction == "CA-AB"
    rows = db.session.scalar(select(func.count()).select_from(ZoneOffset))
    create_clinic(actor=ada, **told(name="Second"), now=NOW)
    assert db.session.scalar(select(func.count()).select_from(ZoneOffset)) == rows > 100

    moment = datetime(2026, 7, 1, 12, tzinfo=UTC)
    offset = db.session.scalar(
        select(ZoneOffset.offset_seconds).where(
            ZoneOffset.from_utc <= moment, ZoneOffset.until_utc > moment
        )
    )
    assert offset == 3 * 3600


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("zone", "America/Nowhere"),
        ("zone", "../etc/passwd"),
        ("jurisdiction", "Georgia"),
        ("jurisdiction", "US-"),
        ("address", "a\x00b"),
    ],
)
def test_what_cannot_be_of_a_clinic_is_refused_at_its_field(ada, field, typed):
    with pytest.raises(BadInput) as refusal:
        create_clinic(actor=ada, **told(**{field: typed}), now=NOW)
    assert refusal.value.field == field
    assert db.session.scalar(select(Clinic.id)) is None


@pytest.mark.parametrize(
    "hours",
    [
        {"7": [["08:00", "18:00"]]},
        {"0": [["18:00", "08:00"]]},
        {"0": [["09:00", "09:00"]]},
        {"0": [["8", "18"]]},
        {"0": [["08:00"]]},
        {"0": ["08:00", "18:00"]},
        {"0": [["08:00", "24:00"]]},
        {"0": [["08:00", "12:00"], ["11:59", "18:00"]]},
        {"0": [["08:00", "09:00"], ["10:00", "11:00"], ["12:00", "13:00"], ["14:00", "15:00"]]},
        {"mon": [["08:00", "18:00"]]},
    ],
)
def test_hours_that_no_clock_shows_are_refused(ada, harbour, hours):
    with pytest.raises(BadInput) as refusal:
        set_hours(actor=ada, clinic_id=harbour.id, hours=hours, now=NOW)
    assert refusal.value.field == "hours"


def test_names_of_clinics_and_of_the_rooms_of_one_are_their_own(ada, harbour):
    with pytest.raises(BadInput):
        create_clinic(actor=ada, **told(name="Harbour Clinic"), now=NOW)
    with pytest.raises(BadInput):
        add_room(actor=ada, clinic_id=harbour.id, name="Room 1", now=NOW)
    assert add_room(actor=ada, clinic_id=harbour.id, name="Room 3", now=NOW).id


def test_another_jurisdiction_takes_the_privileges_and_holds_what_rests_on_them(ada, harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    appointment = given.booked(harbour, dana)

    change_clinic(
        actor=ada, clinic_id=harbour.id, **told(jurisdiction="US-CA", zone=harbour.zone), now=NOW
    )

    assert given.state_of(appointment) is AppointmentState.HELD
    assert db.session.scalar(select(Privilege.site)) is None


def test_a_clock_is_not_changed_under_appointments_that_would_fall_on_other_days(ada, harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    given.booked(harbour, dana, given.slot(harbour, 17))
    with pytest.raises(NotInThatState, match="time zone"):
        change_clinic(
            actor=ada,
            clinic_id=harbour.id,
            **told(jurisdiction="US-MT", zone="Pacific/Auckland"),
            now=NOW,
        )


def test_another_clock_tells_first_what_it_leaves_outside_the_hours(ada, harbour):
    dana = given.practitioner(at=harbour)
    later = given.booked(
        harbour, dana, given.slot(harbour, 8, day=LATER), treatment="exercise", sites=()
    )
    sooner = given.booked(harbour, dana, given.slot(harbour, 8), treatment="exercise", sites=())
    given.booked(harbour, dana, given.slot(harbour, 12), treatment="exercise", sites=())
    to_chicago = dict(clinic_id=harbour.id, **told(jurisdiction="US-MT", zone="America/Chicago"))

    with pytest.raises(FallsOutside) as refusal:
        change_clinic(actor=ada, **to_chicago, now=NOW)
    assert refusal.value.appointments == (sooner, later)
    assert db.session.get_one(Clinic, harbour.id).zone == "America/New_York"

    change_clinic(actor=ada, **to_chicago, now=NOW, seen=refusal.value.appointments)
    assert db.session.get_one(Clinic, harbour.id).zone == "America/Chicago"
    assert given.state_of(sooner) is AppointmentState.CONFIRMED


def test_of_what_would_fall_outside_the_soonest_are_shown_however_late_they_were_booked(
    ada, harbour, monkeypatch
):
    dana = given.practitioner(at=harbour)
    monkeypatch.setattr(falling_outside, "MOST_READ", 1)
    for day in (LATER, TODAY):
        given.booked(harbour, dana, given.slot(harbour, 8, day=day), treatment="exercise", sites=())
    with pytest.raises(FallsOutside) as refusal:
        set_hours(actor=ada, clinic_id=harbour.id, hours={}, now=NOW)
    mara = given.somebody(Role.MANAGER, harbour)
    shown = falling_outside.falling_outside(mara, refusal.value.appointments)
    assert [line.starts_at for line in shown.lines] == [given.slot(harbour, 8).starts_at]
    assert shown.others == 1


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER, Role.AUDITOR])
def test_only_who_runs_a_clinic_changes_it(harbour, role):
    asking = given.somebody(role, harbour)
    with pytest.raises(NotAllowed):
        add_room(actor=asking, clinic_id=harbour.id, name="Mine", now=NOW)
    with pytest.raises(NotAllowed):
        create_clinic(actor=asking, **told(), now=NOW)


def test_a_clinic_elsewhere_is_changed_like_one_that_does_not_exist(harbour):
    otto = given.somebody(Role.MANAGER, given.clinic("Hill", adopted=False))
    said = []
    for clinic_id in (harbour.id, 987654):
        with pytest.raises(NotFound) as refusal:
            add_room(actor=otto, clinic_id=clinic_id, name="Mine", now=NOW)
        said.append(refusal.value.message)
    assert said[0] == said[1]


def test_the_front_desk_adds_patients_of_its_own_clinic(harbour):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    known = dict(actor=desk, clinic_id=harbour.id, name="Pat Doe", now=NOW)
    assert add_patient(reference=" P-77 ", **known).reference == "P-77"
    with pytest.raises(BadInput) as refusal:
        add_patient(reference="P-77", **known)
    assert refusal.value.field == "reference"
    hill = given.clinic("Hill", adopted=False)
    with pytest.raises(NotFound):
        add_patient(reference="P-78", **known | {"clinic_id": hill.id})
    assert db.session.scalars(select(Patient.reference)).all() == ["P-77"]
