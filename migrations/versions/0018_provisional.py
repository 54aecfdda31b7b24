"""Provisional appointments: booked past a last valid day while a renewal waits to be checked."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

WORDS = "ck_appointments_appointmentstate"
STATES = ("confirmed", "held", "begun", "done", "no_show", "cancelled")
MORE_STATES = ("confirmed", "held", "provisional", *STATES[2:])


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    op.add_column(
        "clinics",
        sa.Column("takes_provisional", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _allow(MORE_STATES)


def downgrade() -> None:
    """Refused by the database while anything is booked provisionally."""
    _allow(STATES)
    op.drop_column("clinics", "takes_provisional")


def _allow(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    condition = f"state IN ({listed})"
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(condition)
        return
    op.drop_constraint(op.f(WORDS), "appointments", type_="check")
    op.create_check_constraint(op.f(WORDS), "appointments", condition)


def _make_anew(condition: str) -> None:
    """
    SQLite changes no CHECK of a table that is there.

    Not in batch mode, for the reasons in 0005: so each row that points here finds its own again.
    """
    connection = op.get_bind()
    made = connection.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'appointments' AND sql IS NOT NULL "
            "ORDER BY type <> 'table'"
        )
    )
    first, *indexes = made.scalars().all()
    changed, found = re.subn(rf"(CONSTRAINT {WORDS} CHECK) \(.*?\)\)", rf"\1 ({condition})", first)
    if found != 1:
        raise RuntimeError(f"{WORDS} is not where it is looked for")
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE rows_kept AS SELECT * FROM appointments",
        "DROP TABLE appointments",
        changed,
        *indexes,
        "INSERT INTO appointments SELECT * FROM rows_kept",
        "DROP TABLE rows_kept",
    ):
        connection.exec_driver_sql(statement)
