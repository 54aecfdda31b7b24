"""The two databases every test runs on: built as production builds them, new for each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade

from registry import create_app
from registry.models.base import db
from tests.postgres import Cluster

ROLES = Path(__file__).parents[1] / "scripts" / "postgresql_roles.sql"
EMPTYING = Path(__file__).with_name("emptying.sql")


class Sqlite:
    """A file. After each test the file as it was migrated is put back."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "registry.db"
        self.pristine = folder / "pristine.db"
        self.url = self.owner_url = f"sqlite:///{self.file}"

    def build(self, settings: dict[str, Any]) -> None:
        migrate_up(settings, self.owner_url)
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.file, self.pristine)

    def empty(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.file}{ending}").unlink(missing_ok=True)
        shutil.copy(self.pristine, self.file)

    def stop(self) -> None:
        """The folder is pytest's, which clears it away itself."""


class Postgresql:
    """A cluster of its own. After each test a superuser puts back the rows the migrations left."""

    name = "postgresql"

    def __init__(self) -> None:
        self.cluster = Cluster()
        self.database = "registry"
        self._superuser = self.connect("postgres")
        self._superuser.execute("CREATE DATABASE registry")
        self._superuser.close()
        self._superuser = self.connect("registry")
        self._superuser.execute(ROLES.read_text())
        self.url = self.cluster.url("registry_app", self.database)
        self.owner_url = self.cluster.url("registry_owner", self.database)
        self.superuser_url = self.cluster.url("postgres", self.database)

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """As the superuser, each statement its own transaction."""
        return psycopg.connect(
            host=str(self.cluster.folder), user="postgres", dbname=database, autocommit=True
        )

    def build(self, settings: dict[str, Any]) -> None:
        migrate_up(settings, self.owner_url)
        self._superuser.execute(EMPTYING.read_text())

    def empty(self) -> None:
        self._superuser.execute("CALL pristine.put_back()")

    def stop(self) -> None:
        self._superuser.close()
        self.cluster.stop()


@contextmanager
def app_speaking_to(settings: Mapping[str, Any], url: str) -> Iterator[Flask]:
    """Another app with the same settings but one, its context open: another role, another file."""
    app = create_app({**settings, "SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def migrate_up(settings: Mapping[str, Any], owner_url: str) -> None:
    """By the migrations, as the role that owns the tables."""
    with app_speaking_to(settings, owner_url):
        upgrade()
