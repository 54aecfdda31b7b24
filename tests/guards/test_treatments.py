"""SQL typed straight into the database: what a type is, and which rooms are fit for it."""

from __future__ import annotations

from datetime import date

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, Room, TreatmentType, db
from tests import given
from tests.databases import app_speaking_to
from tests.guards.taking_off import without

DAY, DAY_BEFORE, DAY_AFTER = date(2027, 6, 30), date(2027, 6, 29), date(2027, 7, 1)
APPOINTMENTS = Appointment.__table__


@pytest.fixture
def scene(app):
    """An exercise in the first of two rooms; the second is fit for assessments only."""
    harbour = given.clinic()
    slot = given.slot(harbour, 10, day=DAY)
    number = given.booked(
        harbour, given.practitioner(at=harbour), slot, treatment="exercise", sites=()
    )
    first, second = given.rooms(harbour)[:2]
    _do(_fit_for(second, "assessment"))
    return number, first, second


def _fit_for(room_id, *kinds, since=DAY):
    numbers = [given.kind_of(kind)["treatment_type_id"] for kind in kinds]
    return update(Room).where(Room.id == room_id).values(fit_for=numbers, fit_since=since)


def _change(number, **values):
    return update(APPOINTMENTS).where(APPOINTMENTS.c.id == number).values(values)


def _do(statement):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(statement)


def test_what_a_type_is_never_changes(app, database):
    harmless = given.kind_of("exercise")["treatment_type_id"]
    whose = update(TreatmentType).where(TreatmentType.id == harmless)
    with pytest.raises(DBAPIError, match="treatment_kind_kept"):
        _do(whose.values(kind="needling"))
    _do(whose.values(name="Gym"))
    with without(database, "treatment_kind_kept"):
        _do(whose.values(kind="needling"))
        assert db.session.get_one(TreatmentType, harmless).needs.type_id == harmless


@pytest.mark.parametrize("numbers", [[999], ["1"], [None], {}, None, "1"])
def test_rooms_name_treatments_that_there_are(scene, database, numbers):
    _, first, _ = scene
    named = update(Room).where(Room.id == first).values(fit_for=numbers)
    with pytest.raises(DBAPIError, match=r"room_fit_for|fit_for"):
        _do(named)


def test_a_room_is_fit_for_some_treatments_only_since_a_day(scene, database):
    _, first, _ = scene
    with pytest.raises(DBAPIError, match="room_fit_for"):
        _do(_fit_for(first, "exercise", since=None))
    with without(database, "room_fit_for"):
        _do(_fit_for(first, "exercise", since=None))
        assert db.session.get_one(Room, first).fit_since is None
        _do(update(Room).values(fit_for=[]))


#: What no update could do: another kind, a room closed under what is booked, another clock.
REPLACED = {
    "treatment_types": ("kind", "needling"),
    "rooms": ("closed_from", DAY_BEFORE.isoformat()),
    "clinics": ("zone", "Pacific/Auckland"),
}


@pytest.mark.parametrize("table", REPLACED)
def test_what_an_update_may_not_change_is_not_replaced_either(scene, database, table):
    """PostgreSQL knows no REPLACE: its own way to do so is an update, and guarded as one."""
    number, first, _ = scene
    column, value = REPLACED[table]
    booked = db.session.get_one(Appointment, number)
    whose = dict(treatment_types=booked.treatment_type_id, rooms=first, clinics=booked.clinic_id)
    replace = _replacement(database, table, whose[table], column, value)
    with pytest.raises(DBAPIError, match="guard:"):
        _do(replace)
    with without(database, *GUARDED[database.name, table]):
        _do(replace)
        found = db.session.execute(text(f"SELECT {column} FROM {table} WHERE id = {whose[table]}"))
        assert str(found.scalar_one()) == value
        db.session.rollback()


GUARDED = {
    ("sqlite", "treatment_types"): ["never_replaced"],
    ("sqlite", "rooms"): ["never_replaced"],
    ("sqlite", "clinics"): ["never_replaced"],
    ("postgresql", "treatment_types"): ["treatment_kind_kept"],
    ("postgresql", "rooms"): ["room_in_use"],
    ("postgresql", "clinics"): ["clinic_zone_in_use"],
}


def _replacement(database, table, number, column, value):
    """The row once more, with one column otherwise."""
    names = [each.name for each in db.metadata.tables[table].columns]
    kept = ", ".join("CAST(:new AS DATE)" if name == column else name for name in names)
    if database.name == "sqlite" or column != "closed_from":
        kept = kept.replace("CAST(:new AS DATE)", "CAST(:new AS TEXT)")
    rows = f"INTO {table} ({', '.join(names)}) SELECT {kept} FROM {table} WHERE id = {number}"
    if database.name == "sqlite":
        return text(f"REPLACE {rows}").bindparams(new=value)
    upsert = f"INSERT {rows} ON CONFLICT (id) DO UPDATE SET {column} = EXCLUDED.{column}"
    return text(upsert).bindparams(new=value)


def test_without_the_guard_a_room_would_name_one_that_there_is_not(scene, database):
    _, first, _ = scene
    with without(database, "room_fit_for", "room_fitness_in_use"):
        _do(update(Room).where(Room.id == first).values(fit_for=[999]))
        assert db.session.get_one(Room, first).fit_for == [999]
        _do(update(Room).where(Room.id == first).values(fit_for=[]))


def test_nothing_is_put_into_a_room_that_is_not_fit_for_it(scene, database):
    number, _, second = scene
    with pytest.raises(DBAPIError, match="room_unfit"):
        _do(_change(number, room_id=second))
    with without(database, "room_unfit"):
        _do(_change(number, room_id=second))
        assert db.session.get_one(Appointment, number).room_id == second


def test_nothing_becomes_what_its_room_is_not_fit_for(scene, database):
    number, first, _ = scene
    _do(_fit_for(first, "exercise"))
    with pytest.raises(DBAPIError, match="room_unfit"):
        _do(_change(number, **given.kind_of("assessment")))
    with without(database, "room_unfit"):
        _do(_change(number, **given.kind_of("assessment")))
        assert db.session.get_one(Appointment, number).treatment == "assessment"


def test_it_may_be_put_there_on_a_day_before(scene):
    number, _, second = scene
    _do(_fit_for(second, "assessment", since=DAY_AFTER))
    _do(_change(number, room_id=second))
    assert db.session.get_one(Appointment, number).room_id == second


@pytest.mark.parametrize("state", ["confirmed", "held"])
def test_a_room_does_not_become_unfit_for_what_keeps_its_slot_there(scene, database, state):
    number, first, _ = scene
    _do(_change(number, state=state))
    with pytest.raises(DBAPIError, match="room_fitness_in_use"):
        _do(_fit_for(first, "assessment"))
    with without(database, "room_fitness_in_use"):
        _do(_fit_for(first, "assessment"))
        assert db.session.get_one(Room, first).fit_since == DAY


def test_an_earlier_day_is_not_set_under_what_is_booked_there_either(scene, database):
    number, first, _ = scene
    _do(_fit_for(first, "assessment", since=DAY_AFTER))
    with pytest.raises(DBAPIError, match="room_fitness_in_use"):
        _do(update(Room).where(Room.id == first).values(fit_since=DAY_BEFORE))
    assert given.state_of(number) == "confirmed"


def test_a_room_may_become_unfit_once_nothing_is_booked_there_of_it(scene):
    number, first, _ = scene
    _do(_fit_for(first, "assessment", "exercise"))
    _do(_change(number, state="cancelled"))
    _do(_fit_for(first, "assessment"))
    assert len(db.session.get_one(Room, first).fit_for) == 1


def test_going_back_and_forth_gives_every_appointment_its_type(app, database, scene):
    number, *_ = scene
    _do(update(Room).values(fit_for=[], fit_since=None))
    before = _columns(number)
    db.session.remove()
    db.engine.dispose()
    with app_speaking_to(dict(app.config), database.owner_url):
        downgrade(revision="0009")
        assert "busy_from" not in _names()
        upgrade(revision="head")
    assert _columns(number) == before
    with pytest.raises(DBAPIError):
        _do(insert(APPOINTMENTS).values({**before, "id": number + 1}))
    with pytest.raises(DBAPIError, match="busy_encloses"):
        _do(_change(number, busy_until=before["starts_at"]))
    assert db.session.scalar(select(func.count()).select_from(TreatmentType)) == 4


def _columns(number):
    db.session.rollback()
    wanted = select(APPOINTMENTS).where(APPOINTMENTS.c.id == number)
    return dict(db.session.execute(wanted).one()._mapping)


def _names():
    row = db.session.execute(text("SELECT * FROM appointments")).first()
    db.session.rollback()
    return set(row._mapping)
