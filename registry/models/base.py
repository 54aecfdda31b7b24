"""The database handle, the column types every table shares, and the one way to commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Enum, ForeignKey, Integer, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator, TypeEngine

from registry.errors import Overtaken
from registry.models.guards import refusal_for
from registry.rules.text import folded

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

#: A JSON document; on PostgreSQL one that can be indexed and searched.
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcMoment(TypeDecorator[datetime]):
    """
    A moment, to the second, kept in UTC: `timestamptz`, or whole epoch seconds on SQLite.

    SQLite has no type for moments; as numbers they compare and subtract without any parsing, and
    a CHECK can refuse everything else. Raises ValueError for a datetime without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain = Integer() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"no time zone: {value!r}")
        value = value.astimezone(UTC).replace(microsecond=0)
        return int(value.timestamp()) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromtimestamp(value, UTC)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


def words(enum: Any) -> Enum:
    """An enum kept as its word, with a CHECK, so a row reads the same as the code."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=40,
        name=enum.__name__.lower(),
    )


def key(target: str, *, index: bool = True) -> Any:
    return mapped_column(ForeignKey(target), index=index)


#: How the databases say that somebody else was quicker or held on too long.
CONTENTION = ("database is locked", "deadlock detected", "could not serialize", "lock timeout")
TRY_AGAIN = "Somebody else was changing this. Please try again."


REHEARSAL = "rehearsal"


@contextmanager
def transaction() -> Iterator[Session]:
    """
    All of it or none of it: what a use case does inside commits together.

    Begins a transaction of its own (on SQLite one that takes the writer's seat at once), so what
    was read before it is let go. In a rehearsal (models/rehearsal.py) it joins that one instead.
    Raises the refusal that belongs to a guard of the database, and Overtaken where two
    transactions could not both go on, or one changed what the other had read.
    """
    session = db.session()
    if session.info.get("in_use"):
        raise RuntimeError("a use case does not call another: share a helper that takes a session")
    joins = REHEARSAL in session.info
    session.info["in_use"] = True
    try:
        with undone_if_refused(session):
            if not joins:
                begin_writing(session)
            yield session
            if joins:
                session.flush()
            else:
                session.commit()
    finally:
        session.info.pop("in_use", None)


def begin_writing(session: Session) -> None:
    session.close()
    session.connection(execution_options={"registry_writes": True})


@contextmanager
def undone_if_refused(session: Session) -> Iterator[None]:
    """Whatever is raised inside, nothing stays; what the database says is told in our words."""
    try:
        yield
    except DBAPIError as error:
        session.rollback()
        if refusal := refusal_for(str(error.orig)):
            raise refusal from error
        if any(words in str(error.orig) for words in CONTENTION):
            raise Overtaken(TRY_AGAIN) from error
        raise
    except StaleDataError as error:
        session.rollback()
        raise Overtaken(TRY_AGAIN) from error
    except BaseException:
        session.rollback()
        raise


SQLITE_MANNERS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA busy_timeout = 10000",
)


#: Of a host that vanished without a word it is known within half a minute, not after many.
POSTGRESQL_MANNERS = {
    "connect_timeout": 5,  # seconds, as what follows; the last is in milliseconds
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


@event.listens_for(Engine, "do_connect")
def _postgresql_manners(dialect: Dialect, _record: Any, _args: Any, known: dict[str, Any]) -> None:
    """What the database's address says itself goes before."""
    if dialect.name == "postgresql":
        known.update(POSTGRESQL_MANNERS | known)


@event.listens_for(Engine, "connect")
def _sqlite_manners(connection: Any, _record: Any) -> None:
    if connection.__class__.__module__.startswith("sqlite3"):
        connection.isolation_level = None  # we begin transactions ourselves, below
        # SQLite's own folds A to Z only. No index and no guard may rest on it: see the tests.
        connection.create_function("lower", 1, _lower, deterministic=True)
        for manner in SQLITE_MANNERS:
            connection.execute(manner)


def _lower(value: Any) -> Any:
    return folded(value) if isinstance(value, str) else value


@event.listens_for(Engine, "begin")
def _sqlite_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("registry_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
