"""Extracts: what was read from documents; whence each value of a version is; syllabi."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
STATES = ("waiting", "reading", "read", "unreadable", "not_installed")
BEING_READ = sa.text("state = 'reading'")
LONGEST_NUMBER = 60
versions = sa.table(
    "credential_versions",
    sa.column("id"),
    sa.column("particulars", JSON),
    sa.column("number_key"),
)


def upgrade() -> None:
    now = "CAST(strftime('%s', 'now') AS INTEGER)" if _on_sqlite() else "now()"
    op.execute(
        f"INSERT INTO heartbeats (sweep, finished_at, failed_with) VALUES ('papers', {now}, '')"
    )
    _create_extracts()
    _create_syllabi()
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    op.add_column(
        "credential_versions",
        sa.Column("sources", JSON, server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column(
        "credential_versions",
        sa.Column("number_key", sa.String(length=LONGEST_NUMBER), nullable=True),
    )
    op.create_index(
        op.f("ix_credential_versions_number_key"), "credential_versions", ["number_key"]
    )
    _key_numbers()


def downgrade() -> None:
    """What was read is lost, and can be read again; whence values were is lost for good."""
    op.drop_index(op.f("ix_credential_versions_number_key"), "credential_versions")
    op.drop_column("credential_versions", "number_key")
    op.drop_column("credential_versions", "sources")
    op.drop_table("version_syllabi")
    op.drop_table("extracts")
    op.execute("DELETE FROM heartbeats WHERE sweep = 'papers'")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _create_extracts() -> None:
    op.create_table(
        "extracts",
        sa.Column("document_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES, name="extractstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("content", JSON, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("failed_with", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(state = 'read') = (content IS NOT NULL)", name=op.f("ck_extracts_has_content")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_extracts_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_extracts")),
    )
    op.create_index(
        "uq_extracts_reading",
        "extracts",
        ["state"],
        unique=True,
        sqlite_where=BEING_READ,
        postgresql_where=BEING_READ,
    )
    op.create_index("ix_extracts_waiting", "extracts", ["state", "moved_at"])


def _create_syllabi() -> None:
    op.create_table(
        "version_syllabi",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["credential_versions.id"],
            name=op.f("fk_version_syllabi_version_id_credential_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_version_syllabi_document_id_documents"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_syllabi")),
    )
    op.create_index(op.f("ix_version_syllabi_document_id"), "version_syllabi", ["document_id"])


def _key_numbers() -> None:
    """Letters and digits, small: as `registry/rules/numbers.py` had it."""
    bind = op.get_bind()
    for version in bind.execute(sa.select(versions.c.id, versions.c.particulars)).all():
        number = (version.particulars or {}).get("number")
        if not isinstance(number, str):
            continue
        kept = "".join(letter for letter in number.casefold() if letter.isalnum())
        if kept:
            bind.execute(
                versions.update()
                .where(versions.c.id == version.id)
                .values(number_key=kept[:LONGEST_NUMBER])
            )
