"""Time off says nothing of why."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.drop_column("time_off", "note")


def downgrade() -> None:
    """What was noted is gone: the column comes back empty."""
    note = sa.Column("note", sa.String(length=100), nullable=False, server_default="")
    op.add_column("time_off", note)
