"""Series of appointments, and what appointments were before, so that it can be undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
OF_A_SERIES = sa.text("series_id IS NOT NULL")


def points_to(column: str, table: str, source: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{source}_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 4", name=op.f("ck_series_every_weeks")),
        points_to("clinic_id", "clinics", "series"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index(op.f("ix_series_clinic_id"), "series", ["clinic_id"])
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    of_series = sa.ForeignKey("series.id", name="fk_appointments_series_id_series")
    op.add_column(
        "appointments",
        sa.Column("series_id", sa.Integer(), of_series, nullable=True),
        inline_references=True,
    )
    op.create_index(
        "ix_appointments_series",
        "appointments",
        ["series_id", "starts_at"],
        sqlite_where=OF_A_SERIES,
        postgresql_where=OF_A_SERIES,
    )
    op.create_table(
        "undo_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        points_to("clinic_id", "clinics", "undo_steps"),
        points_to("account_id", "accounts", "undo_steps"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_steps")),
    )
    op.create_index(op.f("ix_undo_steps_clinic_id"), "undo_steps", ["clinic_id"])
    op.create_index(op.f("ix_undo_steps_account_id"), "undo_steps", ["account_id"])
    op.create_table(
        "undo_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        points_to("step_id", "undo_steps", "undo_lines"),
        points_to("appointment_id", "appointments", "undo_lines"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_lines")),
    )
    op.create_index(op.f("ix_undo_lines_step_id"), "undo_lines", ["step_id"])
    op.create_index("ix_undo_lines_appointment", "undo_lines", ["appointment_id", "step_id"])


def downgrade() -> None:
    op.drop_table("undo_lines")
    op.drop_table("undo_steps")
    op.drop_index("ix_appointments_series", table_name="appointments")
    op.drop_column("appointments", "series_id")
    op.drop_table("series")
