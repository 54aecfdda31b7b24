"""How migrations run: in one transaction, with the guards taken off before and put on after."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text

from registry.models.base import UtcMoment
from registry.models.guards import install_guards, remove_guards

db = current_app.extensions["migrate"].db
APPLICATION = "registry_app"  # as scripts/postgresql_roles.sql makes it
APPEND_ONLY = (
    "audit_entries, gate_records, verifications, zone_offsets, requirement_sets, house_rules, "
    "activations_given_up, patient_notes, note_clearances, reminders, reminder_answers, "
    "known_people, known_places, version_syllabi, badge_issuers, badge_issuer_versions, "
    "status_list_copies, badges, badges_behind, badge_proofs, signing_keys, issued_badges"
)


def plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration is history: it names no class of ours that may move tomorrow."""
    if isinstance(item, UtcMoment):
        return 'sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")'
    return False


def take_rights(connection: Any) -> None:
    """The application's role is granted each new table; of some it may not even ask for more."""
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.dialect.name != "postgresql":
        return
    if connection.scalar(known, {"role": APPLICATION}):
        connection.execute(text(f"REVOKE UPDATE, DELETE ON {APPEND_ONLY} FROM {APPLICATION}"))
        connection.execute(
            text(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APPLICATION}")
        )


with db.engine.connect().execution_options(registry_writes=True) as connection, connection.begin():
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plainly,
    )
    remove_guards(connection)
    context.run_migrations()
    current = MigrationContext.configure(connection).get_current_heads()
    if current and set(current) == set(ScriptDirectory.from_config(context.config).get_heads()):
        install_guards(connection)
        take_rights(connection)
