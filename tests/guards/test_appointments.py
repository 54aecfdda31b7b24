"""SQL typed straight into the database, as the application's own role, for every way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Executable, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Patient, Practitioner, Privilege, db
from tests import given
from tests.guards.taking_off import without

DAY_BEFORE = date(2027, 6, 29)
LAST_DAY = date(2027, 6, 30)
NEXT_DAY = date(2027, 7, 1)
TABLE = Appointment.__table__


@dataclass(frozen=True)
class Scene:
    clinic: Any
    dana: Practitioner
    sam: Practitioner
    needling: int
    exercise: int
    other: Patient

    def row(self, **known: Any) -> dict[str, Any]:
        """The confirmed needling appointment's row, as a new one at another time."""
        old = dict(
            db.session.execute(select(TABLE).where(TABLE.c.id == self.needling)).one()._mapping
        )
        at = given.slot(self.clinic, 16, day=LAST_DAY)
        del old["id"]
        return old | given.taken_by(at) | known

    def insert(self, **known: Any) -> Executable:
        return insert(TABLE).values(self.row(**known))

    def change(self, which: int, **values: Any) -> Executable:
        return update(TABLE).where(TABLE.c.id == which).values(values)

    def at(self, hour: int, minute: int = 0, *, day: date = LAST_DAY, minutes: int = 30) -> Any:
        slot = given.slot(self.clinic, hour, minute, day=day, minutes=minutes)
        return given.taken_by(slot)

    def around(self, hour: int, minute: int, *, before: int = 0, after: int = 0) -> Any:
        """Half an hour, with so many minutes before and after it."""
        slot = given.slot(self.clinic, hour, minute, day=LAST_DAY)
        return given.taken_by(slot, before, after)


@pytest.fixture
def scene(app):
    """Dana may needle the thigh through 30 June and is booked that day; Sam may needle nothing."""
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    sam = given.practitioner("Sam Roy", at=harbour)
    given.certified(dana, last_day=LAST_DAY, taught=frozenset({"thigh"}))
    needling = given.booked(harbour, dana, given.slot(harbour, 10, day=LAST_DAY))
    exercise = given.booked(
        harbour,
        sam,
        given.slot(harbour, 14, day=LAST_DAY),
        treatment="exercise",
        sites=(),
    )
    return Scene(harbour, dana, sam, needling, exercise, given.patient(harbour, "Other Person"))


Way = Callable[[Scene], Executable]
COVERED: dict[str, Way] = {
    "somebody uncertified is booked": lambda s: s.insert(practitioner_id=s.sam.id),
    "a region that was not taught": lambda s: s.insert(sites=["neck"]),
    "one region taught and one not": lambda s: s.insert(sites=["thigh", "neck"]),
    "the day after the last": lambda s: s.insert(
        **s.at(10, day=NEXT_DAY), first_day=NEXT_DAY, last_day=NEXT_DAY
    ),
    "over the midnight of the last day": lambda s: s.insert(
        **s.at(23, 31, minutes=30), first_day=LAST_DAY, last_day=NEXT_DAY
    ),
    "an appointment is handed to somebody uncertified": lambda s: s.change(
        s.needling, practitioner_id=s.sam.id
    ),
    "an appointment is moved past the last day": lambda s: s.change(
        s.needling, **s.at(10, day=NEXT_DAY), first_day=NEXT_DAY, last_day=NEXT_DAY
    ),
    "a region is added": lambda s: s.change(s.needling, sites=["thigh", "neck"]),
    "exercise is turned into needling": lambda s: s.change(
        s.exercise, **given.kind_of("needling"), sites=["thigh"]
    ),
}
DAYS: dict[str, Way] = {
    "a first day that is not the clinic's": lambda s: s.insert(
        **s.at(10, day=NEXT_DAY), first_day=LAST_DAY, last_day=LAST_DAY
    ),
    "a last day cut short": lambda s: s.insert(
        **s.at(23, 31, minutes=30), first_day=LAST_DAY, last_day=LAST_DAY
    ),
}
ENGAGED: dict[str, Way] = {
    "exercise with somebody who works elsewhere": lambda s: s.change(
        s.exercise, practitioner_id=_stranger()
    ),
    "exercise with somebody archived": lambda s: s.change(
        s.exercise, practitioner_id=_archived(s.clinic)
    ),
    "exercise after the last day of work": lambda s: s.change(
        s.exercise, practitioner_id=_until(s.clinic, DAY_BEFORE)
    ),
}
SHAPE: dict[str, Way] = {
    "needling that names no region": lambda s: s.insert(sites=[]),
    "another treatment that names one": lambda s: s.insert(**given.kind_of("exercise")),
    "a session of nine hours": lambda s: s.insert(
        **s.at(9, day=DAY_BEFORE, minutes=540), first_day=DAY_BEFORE, last_day=DAY_BEFORE
    ),
    "a room of another clinic": lambda s: s.insert(room_id=_foreign_room()),
    "an hour and a minute of preparation": lambda s: s.insert(**s.around(16, 0, before=61)),
    "an hour and a minute of clean-up": lambda s: s.insert(**s.around(16, 0, after=61)),
}
PATH: dict[str, Way] = {
    "done without ever having been confirmed": lambda s: s.insert(
        practitioner_id=s.sam.id, state="done"
    ),
    "held without ever having been confirmed": lambda s: s.insert(
        practitioner_id=s.sam.id, state="held"
    ),
    "done as another type of treatment": lambda s: s.change(
        s.needling, state="done", treatment_type_id=given.treatment_type("Needling again").id
    ),
    "done with another practitioner": lambda s: s.change(
        s.needling, state="done", practitioner_id=s.sam.id
    ),
}
TAKEN: dict[str, tuple[str, Way]] = {
    "the practitioner": (
        "practitioner_taken",
        lambda s: s.insert(**s.at(10, 15), room_id=_room(s, 1), patient_id=s.other.id),
    ),
    "the room": (
        "room_taken",
        lambda s: s.insert(
            **s.at(14, 15), practitioner_id=s.dana.id, patient_id=s.other.id, room_id=_room(s, 0)
        ),
    ),
    "the patient": (
        "patient_taken",
        lambda s: s.insert(**s.at(14, 15), room_id=_room(s, 1), patient_id=_patient_of(s.exercise)),
    ),
    "the practitioner, who still cleans up": (
        "practitioner_taken",
        lambda s: _after_clean_up(s, practitioner_id=s.dana.id, room_id=_room(s, 1)),
    ),
    "the room, which is still cleaned up": (
        "room_taken",
        lambda s: _after_clean_up(s, practitioner_id=_until(s.clinic, LAST_DAY)),
    ),
    "the practitioner, who prepares already": (
        "practitioner_taken",
        lambda s: s.insert(
            **s.around(10, 35, before=10), room_id=_room(s, 1), patient_id=s.other.id
        ),
    ),
    "the room, which is prepared already": (
        "room_taken",
        lambda s: s.insert(
            **s.around(14, 35, before=10), practitioner_id=s.dana.id, patient_id=s.other.id
        ),
    ),
}
OF_TYPE: dict[str, Way] = {
    "needling that goes by the name of exercise": lambda s: s.insert(
        treatment_type_id=given.kind_of("exercise")["treatment_type_id"]
    ),
    "exercise that is turned into needling by its type": lambda s: s.change(
        s.exercise, treatment_type_id=given.kind_of("needling")["treatment_type_id"]
    ),
    "needling that is called exercise": lambda s: s.change(
        s.needling, treatment="exercise", sites=[]
    ),
}
WAYS = [
    *[pytest.param("appointment_covered", way, id=words) for words, way in COVERED.items()],
    *[pytest.param("appointment_days", way, id=words) for words, way in DAYS.items()],
    *[pytest.param("appointment_engaged", way, id=words) for words, way in ENGAGED.items()],
    *[pytest.param("appointment_shape", way, id=words) for words, way in SHAPE.items()],
    *[pytest.param("treatment_of_type", way, id=words) for words, way in OF_TYPE.items()],
    *[pytest.param("appointment_path", way, id=words) for words, way in PATH.items()],
    *[pytest.param(guard, way, id=f"{who} twice") for who, (guard, way) in TAKEN.items()],
]


def _room(scene: Scene, place: int) -> int:
    return given.rooms(scene.clinic)[place]


def _after_clean_up(scene: Scene, **known: Any) -> Executable:
    """An exercise right after Dana's needling, for which ten minutes of clean-up are kept."""
    _do(scene.change(scene.needling, **scene.around(10, 0, after=10)))
    plain = given.kind_of("exercise") | dict(sites=[], patient_id=scene.other.id)
    return scene.insert(**scene.at(10, 35), **plain, **known)


def _foreign_room() -> int:
    return given.rooms(given.clinic("Hill Clinic", adopted=False))[0]


def _stranger() -> int:
    return given.practitioner("Zed", at=given.clinic("Hill Clinic", adopted=False)).id


def _archived(clinic: Any) -> int:
    ari = given.practitioner("Ari", at=clinic)
    ari.archived_at = given.NOW
    db.session.commit()
    return ari.id


def _until(clinic: Any, last_day: date) -> int:
    lea = given.practitioner("Lea", at=clinic)
    lea.engagements[0].last_day = last_day
    db.session.commit()
    return lea.id


def _patient_of(appointment_id: int) -> int:
    return db.session.get_one(Appointment, appointment_id).patient_id


def _rows() -> list[Any]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(TABLE).order_by(TABLE.c.id))]


def _do(statement: Executable) -> None:
    with db.engine.begin() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(("guard", "way"), WAYS)
def test_the_database_refuses(scene, guard, way):
    statement, before = way(scene), _rows()

    with pytest.raises(DBAPIError, match=guard):
        _do(statement)

    assert _rows() == before


@pytest.mark.parametrize(("guard", "way"), WAYS)
def test_without_the_guard_it_would_pass(scene, database, guard, way):
    statement, before = way(scene), _rows()

    with without(database, guard):
        _do(statement)
        assert _rows() != before


def test_the_patient_is_free_while_others_prepare_and_clean_up(scene):
    _do(scene.change(scene.needling, **scene.around(10, 0, before=60, after=60)))
    plain = given.kind_of("exercise") | dict(sites=[], practitioner_id=scene.sam.id)
    _do(scene.insert(**scene.at(10, 30), **plain, room_id=_room(scene, 1)))
    assert len(_rows()) == 3


@pytest.mark.parametrize("column", ["busy_from", "busy_until"])
def test_nobody_is_busy_for_less_than_the_appointment(scene, column):
    with pytest.raises(DBAPIError, match="busy_encloses"):
        _do(scene.change(scene.needling, **{column: scene.at(10, 15)["starts_at"]}))


def test_a_covered_appointment_passes(scene):
    _do(scene.insert())
    assert len(_rows()) == 3


def test_one_that_ends_at_the_midnight_when_cover_ends_passes(scene):
    _do(scene.insert(**scene.at(23, 30, minutes=30), last_day=LAST_DAY))
    assert len(_rows()) == 3


def test_a_cancelled_one_is_not_restored_once_its_privilege_is_gone(scene):
    _do(scene.change(scene.needling, state="cancelled"))
    _do(Privilege.__table__.delete())
    with pytest.raises(DBAPIError, match="appointment_covered"):
        _do(scene.change(scene.needling, state="confirmed"))


def test_a_held_one_is_not_done(scene):
    _do(scene.change(scene.needling, state="held"))
    with pytest.raises(DBAPIError, match="appointment_path"):
        _do(scene.change(scene.needling, state="done"))


def test_a_held_one_keeps_its_slot(scene):
    _do(scene.change(scene.needling, state="held"))
    with pytest.raises(DBAPIError, match="practitioner_taken"):
        _do(
            scene.insert(
                **scene.at(10, 15),
                room_id=_room(scene, 1),
                patient_id=scene.other.id,
                state="confirmed",
            )
        )


@pytest.mark.parametrize(
    "sites", ["{}", '"thigh"', "null", "[null]", "[1]", '["THIGH"]', '[["thigh"]]']
)
def test_sites_that_are_no_list_of_sites_are_refused(scene, sites):
    cast = ":sites" if db.engine.dialect.name == "sqlite" else "CAST(:sites AS jsonb)"
    statement = text(f"UPDATE appointments SET sites = {cast} WHERE id = :id")
    with pytest.raises(DBAPIError, match=r"appointment_\w+|sites"), db.engine.begin() as connection:
        connection.execute(statement, {"sites": sites, "id": scene.needling})
