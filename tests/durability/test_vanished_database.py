"""A database host that vanishes without a word is noticed, and keeps nobody waiting for minutes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError

from registry.jobs.engine import engine_for
from registry.models import db
from registry.models.base import POSTGRESQL_MANNERS

NOBODY = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def asked_with(address):
    """What the driver is asked to connect with."""
    engine, asked = create_engine(address), {}
    event.listen(engine, "do_connect", lambda _dialect, _record, _args, known: asked.update(known))
    with pytest.raises(OperationalError):
        engine.connect()
    return asked


def test_a_connection_to_postgresql_is_given_up_within_half_a_minute():
    asked = asked_with(NOBODY)
    assert 0 < asked["connect_timeout"] <= 10
    assert asked["keepalives"] == 1
    probes = asked["keepalives_interval"] * asked["keepalives_count"]
    assert asked["keepalives_idle"] + probes <= 30
    assert 0 < asked["tcp_user_timeout"] <= 30_000


def test_what_the_address_of_the_database_says_goes_before():
    asked = asked_with(f"{NOBODY}?connect_timeout=9&tcp_user_timeout=7000")
    assert (int(asked["connect_timeout"]), int(asked["tcp_user_timeout"])) == (9, 7000)
    assert asked["keepalives"] == 1


def test_the_connections_that_are_served_have_them(app):
    with db.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        known = driver.info.get_parameters() if hasattr(driver, "info") else {}
    on_postgresql = db.engine.dialect.name == "postgresql"
    assert known.get("tcp_user_timeout") == ("30000" if on_postgresql else None)


def test_the_queue_s_own_connections_to_postgresql_have_them_too_and_wait_for_nothing_long():
    known = engine_for({"JOBS": "", "SQLALCHEMY_DATABASE_URI": NOBODY}).storage.connection_params
    assert {name: known[name] for name in POSTGRESQL_MANNERS} == POSTGRESQL_MANNERS
    for limit in ("statement_timeout", "lock_timeout"):
        [found] = re.findall(rf"{limit}=(\d+)", known["options"])
        assert 0 < int(found) <= 10_000


def test_what_the_address_says_goes_before_for_the_queue_too():
    said = f"{NOBODY}?connect_timeout=9&options=-c%20statement_timeout%3D7"
    storage = engine_for({"JOBS": "", "SQLALCHEMY_DATABASE_URI": said}).storage
    assert "connect_timeout=9" in storage.dsn
    assert not storage.connection_params.keys() & {"connect_timeout", "options"}
    assert storage.connection_params["keepalives"] == 1


def test_the_queue_gives_up_a_statement_that_takes_too_long(app):
    connection = engine_for({**app.config, "JOBS": ""}).storage.conn
    on_postgresql = db.engine.dialect.name == "postgresql"
    asked = "SHOW statement_timeout" if on_postgresql else "PRAGMA busy_timeout"
    shown = connection.execute(asked).fetchone()
    connection.close()
    assert shown == (("10s",) if on_postgresql else (5000,))
