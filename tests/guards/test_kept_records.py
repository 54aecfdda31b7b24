"""What is never rewritten: audit entries, decisions, versions, and what a zone's clock showed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.models import db
from registry.rules.vocabulary import Role
from registry.services.check_in import record_gates
from registry.services.house_rules import set_house_rules
from tests import given
from tests.guards.taking_off import owner, without

REWRITES = {
    "an audit entry is changed": ("audit_append_only", "UPDATE audit_entries SET action = 'x'"),
    "an audit entry is deleted": ("audit_append_only", "DELETE FROM audit_entries"),
    "a decision is changed": ("verification_kept", "UPDATE verifications SET reason = 'x'"),
    "a decision is deleted": ("verification_kept", "DELETE FROM verifications"),
    "a version is edited": (
        "version_unchanging",
        "UPDATE credential_versions SET last_day = '2099-12-31'",
    ),
    "a version's document is exchanged": (
        "version_unchanging",
        "UPDATE credential_versions SET note = 'another'",
    ),
    "what was known before needling is changed": (
        "gate_record_kept",
        "UPDATE gate_records SET note = 'x'",
    ),
    "what was known before needling is deleted": ("gate_record_kept", "DELETE FROM gate_records"),
    "what was settled is changed": ("adoption_unchanging", "UPDATE adoptions SET settled = '{}'"),
    "an adoption in force is withdrawn": (
        "adoption_unchanging",
        "UPDATE adoptions SET state = 'withdrawn'",
    ),
    "an adopted set is changed": (
        "requirement_set_kept",
        "UPDATE requirement_sets SET content = '{}'",
    ),
    "an adoption begins in force": (
        "adoption_proposed",
        "INSERT INTO adoptions"
        " (jurisdiction, version, state, settled, adopted_by, adopted_by_name, adopted_at)"
        " SELECT jurisdiction, 99, 'active', settled, adopted_by, adopted_by_name, adopted_at"
        " FROM adoptions",
    ),
    "a set is added to what was adopted": (
        "requirement_set_proposed",
        "INSERT INTO requirement_sets (adoption_id, profession, first_day, content)"
        " SELECT adoption_id, 'AT', first_day, content FROM requirement_sets",
    ),
    "an adopted set is deleted": ("requirement_set_kept", "DELETE FROM requirement_sets"),
    "a clinic's own rules are changed": ("house_rules_kept", "UPDATE house_rules SET content='[]'"),
    "a clinic's own rules are deleted": ("house_rules_kept", "DELETE FROM house_rules"),
    "a zone's offset is changed": ("zone_offsets_kept", "UPDATE zone_offsets SET offset_seconds=0"),
    "a zone's offset is deleted": ("zone_offsets_kept", "DELETE FROM zone_offsets"),
}
CASES = [pytest.param(*case, id=words) for words, case in REWRITES.items()]


@pytest.fixture
def record(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    desk, number = given.somebody(Role.FRONT_DESK, harbour), given.booked(harbour, dana)
    record_gates(actor=desk, appointment_id=number, told={}, now=given.NOW)
    set_house_rules(
        actor=given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        requirements=[{"kind": "total_hours", "hours": 10}],
        first_day=given.TODAY,
        reason="Ours.",
        now=given.NOW,
    )


@pytest.mark.parametrize(("guard", "statement"), CASES)
def test_the_application_cannot(record, guard, statement):
    with (
        pytest.raises(DBAPIError, match=f"{guard}|permission denied"),
        db.engine.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(("guard", "statement"), CASES)
def test_nor_can_the_owner_while_the_guard_stands(record, database, guard, statement):
    with (
        owner(database) as engine,
        pytest.raises(DBAPIError, match=guard),
        engine.begin() as connection,
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(("guard", "statement"), CASES)
def test_without_the_guard_it_would_pass(record, database, guard, statement):
    with without(database, guard), owner(database) as engine, engine.connect() as connection:
        assert connection.execute(text(statement)).rowcount > 0
        connection.rollback()


def test_a_version_may_change_its_state(record):
    with db.engine.begin() as connection:
        changed = connection.execute(text("UPDATE credential_versions SET state = 'superseded'"))
    assert changed.rowcount > 0


def test_a_clinics_zone_does_not_change_under_appointments_that_would_fall_on_other_days(
    record, database
):
    harbour = given.clinic("Late Clinic", adopted=False, hours=given.ROUND_THE_CLOCK)
    given.clinic("Far Clinic", zone="Pacific/Auckland", adopted=False)
    dana = given.practitioner("Late Dana", at=harbour)
    given.certified(dana)
    given.booked(harbour, dana, given.slot(harbour, 20))
    change = text("UPDATE clinics SET zone = 'Pacific/Auckland' WHERE name = 'Late Clinic'")
    with pytest.raises(DBAPIError, match="clinic_zone_in_use"), db.engine.begin() as connection:
        connection.execute(change)
    with without(database, "clinic_zone_in_use"), db.engine.begin() as connection:
        assert connection.execute(change).rowcount == 1
        connection.rollback()
