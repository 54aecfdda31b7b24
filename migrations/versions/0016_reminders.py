"""Reminders: each band once, what was done about them, a clinic's bands, early letters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BANDS = "[90, 60, 30, 14, 7, 1, 0, -1]"
OF_HOLDER, OF_CLINIC = sa.text("clinic_id IS NULL"), sa.text("clinic_id IS NOT NULL")


def words(enum: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=enum, native_enum=False, create_constraint=True, length=40)


def points_to(source: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{table}.id"], name=op.f(f"fk_{source}_{column}_{table}")
        )
        for column, table in columns.items()
    ]


def upgrade() -> None:
    now = "CAST(strftime('%s', 'now') AS INTEGER)" if _on_sqlite() else "now()"
    op.execute(
        f"INSERT INTO heartbeats (sweep, finished_at, failed_with) VALUES ('reminders', {now}, '')"
    )
    _reminders()
    _answers()
    # Not in batch mode: it would copy the tables, and SQLite's checks would be lost on the way.
    op.add_column(
        "clinics",
        sa.Column("reminder_bands", JSON, server_default=sa.text(f"'{BANDS}'"), nullable=False),
    )
    op.add_column("clinics", sa.Column("reminded_on", sa.Date(), nullable=True))
    early = sa.Column("early_letters", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("accounts", early)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience", words("audience", "holder", "managers", "administrators"), nullable=False
        ),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("caught_up", sa.Boolean(), nullable=False),
        sa.Column("promised_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(audience = 'holder') = (clinic_id IS NULL)", name=op.f("ck_reminders_of_clinic")
        ),
        *points_to("reminders", version_id="credential_versions", clinic_id="clinics"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    for column in ("version_id", "clinic_id"):
        op.create_index(op.f(f"ix_reminders_{column}"), "reminders", [column])
    for name, columns, where in (
        ("uq_reminders_of_holder", ["version_id", "band"], OF_HOLDER),
        ("uq_reminders_of_clinic", ["version_id", "clinic_id", "audience", "band"], OF_CLINIC),
    ):
        op.create_index(
            name, "reminders", columns, unique=True, sqlite_where=where, postgresql_where=where
        )


def _answers() -> None:
    op.create_table(
        "reminder_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("kind", words("answerkind", "acknowledged", "snoozed"), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(kind = 'snoozed') = (until IS NOT NULL)", name=op.f("ck_reminder_answers_until")
        ),
        *points_to(
            "reminder_answers",
            version_id="credential_versions",
            clinic_id="clinics",
            owner_id="accounts",
            made_by="accounts",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_answers")),
    )
    for column in ("version_id", "clinic_id", "owner_id", "made_by"):
        op.create_index(op.f(f"ix_reminder_answers_{column}"), "reminder_answers", [column])


def downgrade() -> None:
    """What was reminded of is forgotten; letters of it that nobody could word do not go."""
    op.execute("DELETE FROM heartbeats WHERE sweep = 'reminders'")
    templates = "'reminder', 'lapses', 'escalation', 'reminder_owner'"
    op.execute(f"DELETE FROM letters WHERE sent_at IS NULL AND template IN ({templates})")
    op.drop_column("accounts", "early_letters")
    op.drop_column("clinics", "reminded_on")
    op.drop_column("clinics", "reminder_bands")
    op.drop_table("reminder_answers")
    op.drop_table("reminders")
