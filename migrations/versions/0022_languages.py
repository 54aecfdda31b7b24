"""The languages that practitioners speak; and what was restored by itself is found at once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
RESTORED = sa.text("action = 'restore by itself'")


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    op.add_column(
        "practitioners",
        sa.Column("languages", JSON, server_default=sa.text("'[]'"), nullable=False),
    )
    op.create_index(
        "ix_audit_entries_restored",
        "audit_entries",
        ["clinic_id", "at"],
        sqlite_where=RESTORED,
        postgresql_where=RESTORED,
    )


def downgrade() -> None:
    """What was said of languages is lost."""
    op.drop_index("ix_audit_entries_restored", table_name="audit_entries")
    op.drop_column("practitioners", "languages")
