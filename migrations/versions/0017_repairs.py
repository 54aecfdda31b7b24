"""Repairs: how all that is on hold at a clinic could be placed at once, worked out step by step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PHASES = ("reading", "times", "patients", "work", "answered")


def points_to(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_repairs_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                *PHASES, name="repairphase", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("as_of", MOMENT, nullable=True),
        sa.Column("work", DOCUMENT, nullable=True),
        sa.Column("result", DOCUMENT, nullable=True),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("failed_with", sa.String(length=300), nullable=False),
        points_to("clinic_id", "clinics"),
        points_to("practitioner_id", "practitioners"),
        points_to("asked_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    for column in ("clinic_id", "practitioner_id", "asked_by", "phase"):
        op.create_index(op.f(f"ix_repairs_{column}"), "repairs", [column])


def downgrade() -> None:
    op.drop_table("repairs")
