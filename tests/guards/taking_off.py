"""Taking a guard off, as only the owner of the tables can, to see what it was good for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from registry.models import db
from registry.models.guards import install_guards, remove_guards

OVERLAP = """
ALTER TABLE appointments ADD CONSTRAINT ex_appointments_{who}_taken
EXCLUDE USING gist ({who}_id WITH =, tstzrange({since}, {until}) WITH &&)
WHERE (state <> 'cancelled')
"""
#: The patient is there for the slot; practitioner and room are busy before and after it too.
TAKEN = {
    "practitioner": ("busy_from", "busy_until"),
    "room": ("busy_from", "busy_until"),
    "patient": ("starts_at", "ends_at"),
}


@contextmanager
def owner(database: Any) -> Iterator[Engine]:
    """The tables' owner: on PostgreSQL another role than the application's."""
    db.session.rollback()
    engine = create_engine(database.owner_url, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def without(database: Any, *guards: str) -> Iterator[None]:
    """These guards off, all others on; everything as it was afterwards."""
    with owner(database) as engine:
        with engine.begin() as connection:
            for guard in guards:
                _take_off(connection, guard)
        try:
            yield
        finally:
            db.session.remove()
            with engine.begin() as connection:
                _put_back(connection, guards)


def _take_off(connection: Any, guard: str) -> None:
    if connection.dialect.name == "sqlite":
        found = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE :named"),
            {"named": f"%guard:{guard}'%"},
        ).scalars()
        names = list(found)
        assert names, f"no trigger raises {guard}"
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
    elif guard.endswith("_taken"):
        connection.execute(
            text(f"ALTER TABLE appointments DROP CONSTRAINT ex_appointments_{guard}")
        )
    else:
        _drop_postgresql_triggers(connection, guard)


def _drop_postgresql_triggers(connection: Any, guard: str) -> None:
    triggers = connection.execute(
        text("""
          SELECT tgname, tgrelid::regclass::text
          FROM pg_trigger JOIN pg_proc ON tgfoid = pg_proc.oid
          WHERE NOT tgisinternal AND (
            prosrc LIKE :named OR pg_get_triggerdef(pg_trigger.oid) LIKE :called)"""),
        {"named": f"%guard:{guard}'%", "called": f"%guard_kept('{guard}')%"},
    ).all()
    assert triggers, f"no trigger raises {guard}"
    for name, table in triggers:
        connection.execute(text(f"DROP TRIGGER {name} ON {table}"))


def _put_back(connection: Any, guards: tuple[str, ...]) -> None:
    """What the test wrote without a guard would not pass it: the appointments go first."""
    remove_guards(connection)
    gone = ("incident_treatments", "undo_lines", "gate_records", "note_clearances", "appointments")
    for table in gone:
        connection.execute(text(f"DELETE FROM {table}"))
    install_guards(connection)
    if connection.dialect.name == "postgresql":
        for guard in guards:
            if guard.endswith("_taken"):
                who = guard.removesuffix("_taken")
                since, until = TAKEN[who]
                connection.execute(text(OVERLAP.format(who=who, since=since, until=until)))
