"""Gates of appointments: what is on record before needling, and who was checked in when."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    op.add_column("appointments", sa.Column("checked_in_at", MOMENT, nullable=True))
    by_whom = sa.ForeignKey("accounts.id", name="fk_appointments_checked_in_by_accounts")
    op.add_column(
        "appointments",
        sa.Column("checked_in_by", sa.Integer(), by_whom, nullable=True),
        inline_references=True,
    )
    op.create_table(
        "gate_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column(
            "consent",
            sa.Enum(
                "none",
                "general",
                "verbal",
                "written",
                name="consent",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("referral", sa.Boolean(), nullable=True),
        sa.Column("referred", sa.Boolean(), nullable=True),
        sa.Column("physician_contacted", sa.Boolean(), nullable=True),
        sa.Column("physician_contraindicates", sa.Boolean(), nullable=False),
        sa.Column("delegated", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_gate_records_appointment_id_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["accounts.id"], name=op.f("fk_gate_records_recorded_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_records")),
    )
    with op.batch_alter_table("gate_records", schema=None) as batch_op:
        batch_op.create_index("ix_gate_records_appointment", ["appointment_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_gate_records_recorded_by"), ["recorded_by"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("gate_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gate_records_recorded_by"))
        batch_op.drop_index("ix_gate_records_appointment")

    op.drop_table("gate_records")
    op.drop_column("appointments", "checked_in_by")
    op.drop_column("appointments", "checked_in_at")
