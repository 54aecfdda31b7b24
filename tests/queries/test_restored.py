"""What was restored by itself lately is found without walking the trail of a clinic."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from registry.models import AuditEntry, db
from registry.queries.restored import MOST_SHOWN, _entries, restored_at
from registry.queries.scope import ClinicSeen
from registry.rules.holds import RESTORED_BY_ITSELF
from registry.rules.vocabulary import Role
from registry.services.audit_trail import record
from tests import given

ASKS = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


def test_the_index_of_just_these_entries_is_used(app, database):
    wanted = _entries(given.NOW).where(AuditEntry.clinic_id == 1).limit(MOST_SHOWN)
    asked = str(wanted.compile(db.engine, compile_kwargs={"literal_binds": True}))
    if database.name == "postgresql":  # of so few rows it would rather read all
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = db.session.execute(text(ASKS[database.name] + asked.replace(":", r"\:"))).all()
    db.session.rollback()
    assert "ix_audit_entries_restored" in str(plan)


def test_only_what_was_since_then_there_is_told_the_latest_first(app):
    harbour, hill = given.clinic(), given.clinic("Hill Clinic", adopted=False)
    manager, dana = given.somebody(Role.MANAGER, harbour), given.practitioner(at=harbour)
    given.certified(dana)
    numbers = [given.booked(harbour, dana, given.slot(harbour, hour)) for hour in (9, 10, 11)]
    told = [
        (numbers[0], harbour, RESTORED_BY_ITSELF, -1),
        (numbers[0], harbour, RESTORED_BY_ITSELF, 1),
        (numbers[1], harbour, RESTORED_BY_ITSELF, 2),
        (numbers[2], harbour, "change appointment", 2),
        (numbers[2], hill, RESTORED_BY_ITSELF, 2),
    ]
    for number, clinic, action, hours in told:
        at = given.NOW + timedelta(hours=hours)
        subject = f"appointment:{number}"
        record(
            db.session(), actor=manager, action=action, subject=subject, at=at, clinic_id=clinic.id
        )
    db.session.commit()
    place = ClinicSeen(harbour.id, harbour.name, harbour.zone, harbour.jurisdiction, True)
    found = restored_at(manager, place, given.NOW)
    assert [one.id for one in found] == [numbers[1], numbers[0]]
