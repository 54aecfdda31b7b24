"""Appointments by the million: written with the guards off, as only the tables' owner can."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select

from registry.models import Engagement, Patient, Practitioner, Room, db
from registry.models.guards import install_guards, remove_guards
from tests.benchmarks.shapes import Row, Shape, appointments

COLUMNS = (
    "clinic_id, room_id, practitioner_id, patient_id, treatment, treatment_type_id, sites, "
    "starts_at, ends_at, busy_from, busy_until, first_day, last_day, state, ground_lost_because, "
    "version"
)
INDEXES = """
UPDATE pg_index SET indisready = {awake}, indisvalid = {awake}
WHERE indrelid = 'appointments'::regclass AND NOT indisprimary
"""
SITES = '["thigh"]'
STANDARD_NEEDLING = 1  # the first type that the migrations make


def fill_sqlite(file: Path, shape: Shape) -> None:
    numbers = _numbers_by_app()
    with db.engine.begin() as connection:
        remove_guards(connection)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            "AND tbl_name = 'appointments'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        places = ", ".join("?" * 16)
        connection.executemany(
            f"INSERT INTO appointments ({COLUMNS}) VALUES ({places})",
            (_values(row, numbers, int) for row in appointments(shape)),
        )
        connection.commit()
        for _, sql in indexes:
            connection.execute(sql)
    with db.engine.begin() as connection:
        install_guards(connection)


def fill_postgresql(superuser: psycopg.Connection[Any], shape: Shape) -> None:
    """
    Triggers, foreign keys and indexes sleep meanwhile; then every index is built whole.

    VACUUM FULL builds the exclusion constraints' too, without asking a million rows one by one
    whether they overlap: the shapes are made so that none does.
    """
    numbers = _numbers_by_sql(superuser)
    superuser.execute("SET session_replication_role = 'replica'")
    superuser.execute(INDEXES.format(awake="false"))
    with (
        superuser.cursor() as cursor,
        cursor.copy(f"COPY appointments ({COLUMNS}) FROM STDIN") as copy,
    ):
        for row in appointments(shape):
            copy.write_row(_values(row, numbers, _moment))
    superuser.execute("VACUUM FULL appointments")
    superuser.execute(INDEXES.format(awake="true"))
    superuser.execute("SET session_replication_role = 'origin'")


class Numbers:
    """The keys of people, their homes and rooms, and patients, counted from 0."""

    def __init__(self, people: Iterable[tuple[int, int]], rooms: Any, patients: Any) -> None:
        self.people = list(people)
        self.rooms, self.patients = list(rooms), list(patients)


def _numbers_by_app() -> Numbers:
    return numbers_of(db.session)


def numbers_of(session: Any) -> Numbers:
    people = session.execute(
        select(Practitioner.id, Engagement.clinic_id)
        .join(Engagement, Engagement.practitioner_id == Practitioner.id)
        .order_by(Practitioner.id)
    ).all()
    rooms = session.scalars(
        select(Room.id).where(Room.name.startswith("Treatment")).order_by(Room.name)
    )
    found = Numbers(
        [(who, home) for who, home in people],
        rooms,
        session.scalars(select(Patient.id).order_by(Patient.reference)),
    )
    session.rollback()
    return found


def _numbers_by_sql(superuser: psycopg.Connection[Any]) -> Numbers:
    def column(query: str) -> Iterator[int]:
        return (row[0] for row in superuser.execute(query).fetchall())

    people = superuser.execute(
        "SELECT p.id, e.clinic_id FROM practitioners p "
        "JOIN engagements e ON e.practitioner_id = p.id ORDER BY p.id"
    ).fetchall()
    rooms = column("SELECT id FROM rooms WHERE name LIKE 'Treatment%' ORDER BY name")
    return Numbers(people, rooms, column("SELECT id FROM patients ORDER BY reference"))


def _values(row: Row, numbers: Numbers, moment: Any) -> tuple[Any, ...]:
    who, home = numbers.people[row.person]
    return (
        home,
        numbers.rooms[row.person],
        who,
        numbers.patients[row.patient],
        "needling",
        STANDARD_NEEDLING,
        SITES,
        moment(row.starts),
        moment(row.ends),
        moment(row.starts),
        moment(row.ends),
        row.day.isoformat(),
        row.day.isoformat(),
        row.state,
        "",
        1,
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
