"""The engine: Huey over the store at hand. It only wakes; a message that is lost costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import URL, make_url

from registry.models.base import POSTGRESQL_MANNERS

NAME = "registry"
#: In milliseconds. A listener that waits for a call runs no statement.
UNHURRIED = "-c synchronous_commit=off -c statement_timeout=10000 -c lock_timeout=5000"
BESIDE = "-waking"  # the end of the file's name that stands beside a SQLite database


class Plain(Serializer):
    """
    A message is a name and a few numbers, written as JSON.

    Huey's own way is pickle: then whoever can write into the queue could run code in the worker.
    """

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


def engine_for(settings: Mapping[str, Any]) -> Huey:
    """Redis where one is named, else the store that goes with the database."""
    manners = {"results": False, "serializer": Plain()}
    if settings["JOBS"]:
        return RedisHuey(NAME, url=settings["JOBS"], **manners)
    database = make_url(settings["SQLALCHEMY_DATABASE_URI"])
    if database.get_backend_name() == "sqlite":
        # A file of its own: in the registry's, each message would take the writer's seat.
        return SqliteHuey(NAME, filename=f"{database.database}{BESIDE}", fsync=False, **manners)
    return PostgresHuey(NAME, create_tables=False, **_address(database), **manners)


def _address(database: URL) -> dict[str, str | int]:
    """
    As psycopg itself wants it. No message is worth waiting for the disk, nor for anything long:
    the next round finds the row. What the address says itself goes before.
    """
    plain = database.set(drivername="postgresql").render_as_string(hide_password=False)
    ours: dict[str, str | int] = {**POSTGRESQL_MANNERS, "options": UNHURRIED}
    return {"dsn": plain, **{name: ours[name] for name in ours.keys() - database.query.keys()}}
