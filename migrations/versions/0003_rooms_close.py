"""Rooms may be closed from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("rooms", sa.Column("closed_from", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("rooms", "closed_from")
