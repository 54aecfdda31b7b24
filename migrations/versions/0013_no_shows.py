"""Appointments that nobody came to: a state of their own, recorded when and by whom."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
WORDS = "ck_appointments_appointmentstate"
MISSED = "ck_appointments_missed_no_show"
MISSED_IS_NO_SHOW = "(state = 'no_show') = (missed_at IS NOT NULL)"
STATES = ("confirmed", "held", "begun", "done", "cancelled")
MORE_STATES = (*STATES[:-1], "no_show", STATES[-1])


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE appointments ADD COLUMN missed_at INTEGER "
            f"CONSTRAINT {MISSED} CHECK ({MISSED_IS_NO_SHOW})"
        )
    else:
        op.add_column("appointments", sa.Column("missed_at", MOMENT, nullable=True))
        op.create_check_constraint(op.f(MISSED), "appointments", MISSED_IS_NO_SHOW)
    by_whom = sa.ForeignKey("accounts.id", name="fk_appointments_missed_by_accounts")
    op.add_column(
        "appointments",
        sa.Column("missed_by", sa.Integer(), by_whom, nullable=True),
        inline_references=True,
    )
    _allow(MORE_STATES)


def downgrade() -> None:
    """Refused by the database while somebody is on record as not come."""
    _allow(STATES)
    op.drop_column("appointments", "missed_by")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(MISSED), "appointments", type_="check")
    op.drop_column("appointments", "missed_at")


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
