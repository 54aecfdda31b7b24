"""Hours: several stretches a day, days that differ, working hours and time off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"

JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
CLINICS = sa.table("clinics", sa.column("id", sa.Integer()), sa.column("hours", JSON))


def upgrade() -> None:
    _rewrite_hours(lambda times: [times] if len(times) == 2 else [])
    _create_clinic_days()
    _create_working_hours("working_weeks", "first_day", "week", nullable=True)
    _create_working_hours("working_days", "day", "hours", nullable=False)
    op.create_table(
        "time_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=True),
        sa.Column("ends", sa.String(length=5), nullable=True),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_time_off_forwards")),
        sa.CheckConstraint(
            "(starts IS NULL AND ends IS NULL)"
            " OR (starts IS NOT NULL AND ends IS NOT NULL AND first_day = last_day)",
            name=op.f("ck_time_off_part_of_one_day"),
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f("fk_time_off_practitioner_id_practitioners"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    op.create_index(op.f("ix_time_off_practitioner_id"), "time_off", ["practitioner_id"])
    op.create_index("ix_time_off_days", "time_off", ["last_day", "first_day"])


def downgrade() -> None:
    for table in ("time_off", "working_days", "working_weeks", "clinic_days"):
        op.drop_table(table)
    _rewrite_hours(lambda stretches: [stretches[0][0], stretches[-1][1]] if stretches else [])


def _rewrite_hours(change) -> None:
    """What a weekday had, changed in its shape; a day without hours is left out."""
    connection = op.get_bind()
    for clinic_id, hours in connection.execute(sa.select(CLINICS.c.id, CLINICS.c.hours)).all():
        changed = {day: change(times) for day, times in (hours or {}).items()}
        connection.execute(
            sa.update(CLINICS)
            .where(CLINICS.c.id == clinic_id)
            .values(hours={day: times for day, times in changed.items() if times})
        )


def _create_clinic_days() -> None:
    op.create_table(
        "clinic_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_days_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_days")),
        sa.UniqueConstraint("clinic_id", "day", name=op.f("uq_clinic_days_clinic_id")),
    )


def _create_working_hours(table: str, day: str, hours: str, *, nullable: bool) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column(day, sa.Date(), nullable=False),
        sa.Column(hours, JSON, nullable=nullable),
        sa.ForeignKeyConstraint(
            ["practitioner_id"],
            ["practitioners.id"],
            name=op.f(f"fk_{table}_practitioner_id_practitioners"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f(f"fk_{table}_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "practitioner_id", "clinic_id", day, name=op.f(f"uq_{table}_practitioner_id")
        ),
    )
    op.create_index(op.f(f"ix_{table}_clinic_id"), table, ["clinic_id"])
