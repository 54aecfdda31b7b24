"""A paper comes in before its credential: pages with their origins, files on their way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: Of what is on record every page came in the one file.
PAGES_ON_RECORD = """
INSERT INTO document_pages (document_id, number, sha256, hints)
WITH RECURSIVE numbered (document_id, number, pages, sha256) AS (
  SELECT id, 1, pages, sha256 FROM documents WHERE pages > 0
  UNION ALL
  SELECT document_id, number + 1, pages, sha256 FROM numbered WHERE number < pages
)
SELECT document_id, number, sha256, '' FROM numbered ORDER BY document_id, number
"""


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    op.add_column("documents", sa.Column("thrown_away_at", MOMENT, nullable=True))
    op.create_table(
        "document_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("hints", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_document_pages_document_id_documents"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_pages")),
        sa.UniqueConstraint(
            "document_id", "number", name=op.f("uq_document_pages_document_id_number")
        ),
    )
    op.create_index(op.f("ix_document_pages_sha256"), "document_pages", ["sha256"])
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("modified", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_transfers_within")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_transfers_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_transfers_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("token", name=op.f("uq_transfers_token")),
    )
    for column in ("account_id", "practitioner_id", "expires_at"):
        op.create_index(op.f(f"ix_transfers_{column}"), "transfers", [column])
    op.execute(PAGES_ON_RECORD)


def downgrade() -> None:
    op.drop_table("transfers")
    op.drop_table("document_pages")
    op.drop_column("documents", "thrown_away_at")
