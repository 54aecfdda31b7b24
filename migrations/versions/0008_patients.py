"""Patients: how to reach them, in which language, and what speaks against needling them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
WORDS = ("needle_phobia", "unwilling", "cannot_consent", "medical_emergency", "lymphoedema")
WORDS += ("bleeding", "weak_immunity", "vascular_disease", "diabetes", "pregnancy", "child")
WORDS += ("frailty", "epilepsy", "state_of_mind", "allergy", "medication")


def upgrade() -> None:
    # Not in batch mode: it would copy the table, and SQLite's checks would be lost on the way.
    for name, length in (("phone", 40), ("email", 254), ("language", 2)):
        op.add_column(
            "patients",
            sa.Column(name, sa.String(length=length), nullable=False, server_default=""),
        )
    op.add_column(
        "patients", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.create_table(
        "patient_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("word", words("contraindication", *WORDS), nullable=False),
        sa.Column("change", words("notechange", "added", "withdrawn"), nullable=False),
        *recorded("patient_notes"),
        points_at("patient_notes", "patient_id", "patients"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_notes")),
    )
    op.create_index("ix_patient_notes_patient", "patient_notes", ["patient_id", "word", "id"])
    op.create_index(op.f("ix_patient_notes_recorded_by"), "patient_notes", ["recorded_by"])
    op.create_table(
        "note_clearances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("sites", JSON, nullable=False),
        *recorded("note_clearances"),
        points_at("note_clearances", "appointment_id", "appointments"),
        points_at("note_clearances", "note_id", "patient_notes"),
        points_at("note_clearances", "practitioner_id", "practitioners"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_clearances")),
    )
    op.create_index(
        "ix_note_clearances_appointment", "note_clearances", ["appointment_id", "note_id"]
    )
    for column in ("note_id", "practitioner_id", "recorded_by"):
        op.create_index(op.f(f"ix_note_clearances_{column}"), "note_clearances", [column])


def downgrade() -> None:
    op.drop_table("note_clearances")
    op.drop_table("patient_notes")
    for name in ("version", "language", "email", "phone"):
        op.drop_column("patients", name)


def words(name: str, *listed: str) -> sa.Enum:
    return sa.Enum(*listed, name=name, native_enum=False, create_constraint=True, length=40)


def recorded(table: str) -> tuple[sa.Column, sa.Column, sa.Column, sa.ForeignKeyConstraint]:
    """By whom, by what name they had then, and when."""
    return (
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_by_name", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        points_at(table, "recorded_by", "accounts"),
    )


def points_at(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)
