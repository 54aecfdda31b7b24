"""Activations may be given up before the new version is in force: who did, when and why."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "activations_given_up",
        sa.Column("adoption_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("given_up_by", sa.Integer(), nullable=False),
        sa.Column("given_up_by_name", sa.String(length=200), nullable=False),
        sa.Column("given_up_at", MOMENT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_activations_given_up_reason_given")),
        sa.ForeignKeyConstraint(
            ["adoption_id"],
            ["activations.adoption_id"],
            name=op.f("fk_activations_given_up_adoption_id_activations"),
        ),
        sa.ForeignKeyConstraint(
            ["given_up_by"],
            ["accounts.id"],
            name=op.f("fk_activations_given_up_given_up_by_accounts"),
        ),
        sa.PrimaryKeyConstraint("adoption_id", name=op.f("pk_activations_given_up")),
    )
    index = op.f("ix_activations_given_up_given_up_by")
    op.create_index(index, "activations_given_up", ["given_up_by"])


def downgrade() -> None:
    """What was given up stays withdrawn; who gave it up is in the audit trail."""
    op.drop_table("activations_given_up")
