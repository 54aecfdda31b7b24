"""Treatment types; the time before and after an appointment; what a room is fit for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
#: One for each treatment that there was, as long as the booking page proposed.
STANDARD = {
    "needling": "Needling",
    "manual_therapy": "Manual therapy",
    "exercise": "Exercise",
    "assessment": "Assessment",
}
USUAL_MINUTES = 45
OVERLAP = """
ALTER TABLE appointments ADD CONSTRAINT ex_appointments_{who}_taken
EXCLUDE USING gist ({who}_id WITH =, tstzrange({since}, {until}) WITH &&)
WHERE (state <> 'cancelled')
"""
ENCLOSES = "busy_from <= starts_at AND busy_until >= ends_at"
MORE_COLUMNS = f"""treatment_type_id INTEGER NOT NULL
    CONSTRAINT fk_appointments_treatment_type_id_treatment_types REFERENCES treatment_types (id),
busy_from INTEGER NOT NULL,
busy_until INTEGER NOT NULL CONSTRAINT ck_appointments_busy_encloses CHECK ({ENCLOSES}),
"""
FIRST_CONSTRAINT = "CONSTRAINT pk_appointments"


def upgrade() -> None:
    _make_types()
    op.add_column(
        "rooms", sa.Column("fit_for", DOCUMENT, nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("rooms", sa.Column("fit_since", sa.Date(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _widen_anew()
        return
    op.add_column("appointments", sa.Column("treatment_type_id", sa.Integer(), nullable=True))
    op.add_column("appointments", sa.Column("busy_from", MOMENT, nullable=True))
    op.add_column("appointments", sa.Column("busy_until", MOMENT, nullable=True))
    op.execute(
        "UPDATE appointments SET treatment_type_id = t.id, busy_from = starts_at, "
        "busy_until = ends_at FROM treatment_types AS t WHERE t.kind = appointments.treatment"
    )
    for column in ("treatment_type_id", "busy_from", "busy_until"):
        op.alter_column("appointments", column, nullable=False)
    op.create_foreign_key(
        op.f("fk_appointments_treatment_type_id_treatment_types"),
        "appointments",
        "treatment_types",
        ["treatment_type_id"],
        ["id"],
    )
    op.create_check_constraint(op.f("ck_appointments_busy_encloses"), "appointments", ENCLOSES)
    _exclude("busy_from", "busy_until")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _exclude("starts_at", "ends_at")
        op.drop_constraint(op.f("ck_appointments_busy_encloses"), "appointments", type_="check")
    for column in ("busy_until", "busy_from", "treatment_type_id"):
        op.drop_column("appointments", column)
    op.drop_column("rooms", "fit_since")
    op.drop_column("rooms", "fit_for")
    op.drop_table("treatment_types")


def _make_types() -> None:
    types = op.create_table(
        "treatment_types",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *STANDARD,
                name="treatment",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("preparation", sa.Integer(), nullable=False),
        sa.Column("clean_up", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("closed_from", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minutes BETWEEN 5 AND 480", name=op.f("ck_treatment_types_minutes_in_reach")
        ),
        sa.CheckConstraint(
            "preparation BETWEEN 0 AND 60", name=op.f("ck_treatment_types_preparation_in_reach")
        ),
        sa.CheckConstraint(
            "clean_up BETWEEN 0 AND 60", name=op.f("ck_treatment_types_clean_up_in_reach")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_types")),
        sa.UniqueConstraint("name", name=op.f("uq_treatment_types_name")),
    )
    usual = {"minutes": USUAL_MINUTES, "preparation": 0, "clean_up": 0, "note": "", "version": 1}
    op.bulk_insert(types, [dict(usual, kind=kind, name=name) for kind, name in STANDARD.items()])


def _exclude(since: str, until: str) -> None:
    """The patient is there for the slot and no longer: that one stays as it is."""
    for who in ("practitioner", "room"):
        op.execute(f"ALTER TABLE appointments DROP CONSTRAINT ex_appointments_{who}_taken")
        op.execute(OVERLAP.format(who=who, since=since, until=until))


def _widen_anew() -> None:
    """
    SQLite adds no column that may not be empty and has a different value in each row.

    Not in batch mode, for the reasons in 0005: so each row that points here finds its own again.
    """
    connection = op.get_bind()
    made = connection.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'appointments' AND sql IS NOT NULL "
            "ORDER BY type <> 'table'"
        )
    )
    first, *indexes = made.scalars().all()
    if first.count(FIRST_CONSTRAINT) != 1:
        raise RuntimeError("the table of appointments is not as it was made")
    wider = first.replace(FIRST_CONSTRAINT, f"{MORE_COLUMNS}{FIRST_CONSTRAINT}")
    rows = connection.execute(sa.text("SELECT name FROM pragma_table_info('appointments')"))
    kept = ", ".join(rows.scalars())
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE rows_kept AS SELECT * FROM appointments",
        "DROP TABLE appointments",
        wider,
        *indexes,
        f"INSERT INTO appointments ({kept}, treatment_type_id, busy_from, busy_until) "
        f"SELECT {', '.join(f'k.{name}' for name in kept.split(', '))}, t.id, k.starts_at, "
        "k.ends_at FROM rows_kept AS k JOIN treatment_types AS t ON t.kind = k.treatment",
        "DROP TABLE rows_kept",
    ):
        connection.exec_driver_sql(statement)
