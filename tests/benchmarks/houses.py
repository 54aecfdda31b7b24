"""Houses: a shape's database, built once and kept, and an app that speaks to a copy of it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from config import Config
from registry import create_app
from registry.models import db
from tests.benchmarks.bulk import fill_postgresql, fill_sqlite
from tests.benchmarks.kept import KeptCluster
from tests.benchmarks.people import settle
from tests.benchmarks.shapes import Shape
from tests.benchmarks.table import say
from tests.databases import ROLES, migrate_up


def settings(url: str, owner_url: str, folder: Path) -> dict[str, Any]:
    environment = {
        "REGISTRY_SECRET_KEY": "a secret that only the benchmarks know, long enough",
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_MIGRATION_DATABASE_URL": owner_url,
        "REGISTRY_DOCUMENTS": str(folder / "documents"),
        "REGISTRY_MAIL": f"file:{folder / 'mail'}",
        "REGISTRY_BASE_URL": "http://registry.test",
        "REGISTRY_HTTPS": "no",
    }
    return Config.from_environment(environment).for_flask()


class SqliteStreet:
    """One file for each house."""

    name = "SQLite"

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))

    def open(self, shape: Shape) -> Flask:
        kept = self._kept(shape)
        mine = self.folder / kept.name
        shutil.copy(kept, mine)
        return create_app(self._settings(mine))

    def owner_url(self, shape: Shape) -> str:
        return f"sqlite:///{self.folder / shape.name}.db"

    def _kept(self, shape: Shape) -> Path:
        kept = self.kept / f"{shape.name}.db"
        if not kept.exists():
            staff = None if shape == shape.staff else self._kept(shape.staff)
            for left in self.kept.glob("building.db*"):
                left.unlink()
            self._build(shape, staff, self.kept / "building.db")
            (self.kept / "building.db").rename(kept)
        return kept

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _build(self, shape: Shape, staff: Path | None, file: Path) -> None:
        say(f"  building {shape.name} on SQLite, once ...")
        if staff is None:
            _settle(shape, self._settings(file))
        else:
            shutil.copy(staff, file)
            with create_app(self._settings(file)).app_context():
                fill_sqlite(file, shape)
                db.engine.dispose()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _settings(self, file: Path) -> dict[str, Any]:
        return settings(f"sqlite:///{file}", f"sqlite:///{file}", self.folder)


class PostgresqlStreet:
    """One cluster, a database for each house."""

    name = "PostgreSQL"

    def __init__(self, kept: Path) -> None:
        self.cluster = KeptCluster(kept)
        self.folder = Path(tempfile.mkdtemp(prefix="bench-"))
        self._server = self.connect("postgres")

    def open(self, shape: Shape) -> Flask:
        self._keep(shape)
        mine = f"run_{shape.name}"
        self._server.execute(f"DROP DATABASE IF EXISTS {mine} WITH (FORCE)")
        self._server.execute(f"CREATE DATABASE {mine} TEMPLATE {shape.name} STRATEGY FILE_COPY")
        return create_app(self._settings(mine))

    def owner_url(self, shape: Shape) -> str:
        return self.cluster.url("registry_owner", f"run_{shape.name}")

    def _keep(self, shape: Shape) -> None:
        known = self._server.execute("SELECT datname FROM pg_database").fetchall()
        if (shape.name,) in known:
            return
        if shape != shape.staff:
            self._keep(shape.staff)
        self._server.execute("DROP DATABASE IF EXISTS building")
        self._build(shape)
        self._server.execute(f"ALTER DATABASE building RENAME TO {shape.name}")

    def close(self) -> None:
        for (name,) in self._server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'run!_%' ESCAPE '!'"
        ).fetchall():
            self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        self._server.close()
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.cluster.folder), user="postgres", dbname=database, autocommit=True
        )

    def _settings(self, name: str) -> dict[str, Any]:
        url = self.cluster.url("registry_app", name)
        return settings(url, self.cluster.url("registry_owner", name), self.folder)

    def _build(self, shape: Shape) -> None:
        say(f"  building {shape.name} on PostgreSQL, once ...")
        if shape == shape.staff:
            self._server.execute("CREATE DATABASE building")
            with self.connect("building") as superuser:
                superuser.execute(self._roles())
            _settle(shape, self._settings("building"))
        else:
            self._server.execute(f"CREATE DATABASE building TEMPLATE {shape.staff.name}")
            with self.connect("building") as superuser:
                fill_postgresql(superuser, shape)
        with self.connect("building") as superuser:
            superuser.execute("VACUUM ANALYZE")

    def _roles(self) -> str:
        """Roles are the cluster's: the second database finds them there."""
        text = ROLES.read_text()
        there = self._server.execute("SELECT 1 FROM pg_roles WHERE rolname = 'registry_app'")
        return re.sub(r"(?m)^CREATE ROLE.*$", "", text) if there.rowcount else text


Street = SqliteStreet | PostgresqlStreet


def _settle(shape: Shape, known: dict[str, Any]) -> None:
    migrate_up(known, _owner(known["SQLALCHEMY_DATABASE_URI"]))
    with create_app(known).app_context():
        settle(shape)
        db.engine.dispose()


def _owner(url: str) -> str:
    return url.replace("registry_app@", "registry_owner@")


@contextmanager
def streets(kept: Path) -> Iterator[tuple[Street, ...]]:
    """Both databases, started, and cleared away afterwards."""
    opened: list[Street] = []
    try:
        opened.append(SqliteStreet(kept))
        opened.append(PostgresqlStreet(kept))
        yield tuple(opened)
    finally:
        for street in opened:
            street.close()
