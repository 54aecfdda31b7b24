"""Each appointment that lost its ground names what took it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    op.add_column(
        "appointments",
        sa.Column("ground_lost_by", sa.String(length=60), server_default="", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("appointments", "ground_lost_by")
