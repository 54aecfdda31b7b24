"""What was acknowledged survives `kill -9`, and nothing is left half done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select, text

from registry.models import Appointment, AuditEntry, db
from registry.rules.vocabulary import Role
from tests import given

PLAIN = (str, int, bool)


@pytest.fixture
def scene(app):
    harbour = given.clinic(hours=given.ROUND_THE_CLOCK)
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return {
        "clinic": harbour.id,
        "room": given.rooms(harbour)[0],
        "practitioner": dana.id,
        "patient": given.patient(harbour).id,
        "desk": given.somebody(Role.FRONT_DESK, harbour).account_id,
    }


def book_until_killed(app, scene, start, after):
    """The numbers acknowledged before the process was killed in the midst of its work."""
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    db.session.remove()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.durability.booker", json.dumps([settings, scene | start])],
        stdout=subprocess.PIPE,
        text=True,
    ) as booker:
        acknowledged = [int(booker.stdout.readline()) for _ in range(after)]
        booker.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in booker.stdout if line.endswith("\n")]
    return acknowledged


def test_no_acknowledged_booking_is_lost_and_none_is_half_done(app, scene):
    acknowledged: list[int] = []
    for turn, after in enumerate((5, 17, 31)):
        acknowledged += book_until_killed(app, scene, {"from": 300 * turn}, after)

    db.session.rollback()
    kept = set(db.session.scalars(select(Appointment.id)))
    assert set(acknowledged) <= kept
    assert len(kept) - len(acknowledged) <= 3  # at most one a turn, committed but not yet said
    traced = db.session.scalar(
        select(func.count(AuditEntry.id)).where(AuditEntry.action == "book appointment")
    )
    assert traced == len(kept)


def test_writes_go_through_to_the_disk(app, database):
    """On SQLite as we say; on PostgreSQL as its own settings say, which we do not loosen."""
    if database.name == "sqlite":
        manners = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}
        asked = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in manners}
        assert asked == manners
    else:
        asked = text("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")
        assert db.session.scalar(asked) not in {"client", "session", "database", "user"}
