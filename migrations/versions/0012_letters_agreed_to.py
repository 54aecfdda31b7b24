"""Patients agree to letters, addresses in letters are forgotten, time off says nothing of why."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Nobody was asked so far, so nobody agreed."""
    agreed = sa.Column("letters", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("patients", agreed)
    addressed = sa.text("\"to\" <> ''")
    op.create_index(
        "ix_letters_addressed",
        "letters",
        ["promised_at"],
        sqlite_where=addressed,
        postgresql_where=addressed,
    )
    op.drop_column("time_off", "note")


def downgrade() -> None:
    """What was noted is gone: the column comes back empty."""
    note = sa.Column("note", sa.String(length=100), nullable=False, server_default="")
    op.add_column("time_off", note)
    op.drop_index("ix_letters_addressed", table_name="letters")
    op.drop_column("patients", "letters")
