"""Privilege letters: what a practitioner agreed that others see, and the code it is found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STANDS = sa.text("withdrawn_at IS NULL")
TABLE = "privilege_letters"
POINTS_TO = {
    "practitioner_id": "practitioners",
    "clinic_id": "clinics",
    "made_by": "accounts",
    "agreed_by": "accounts",
    "withdrawn_by": "accounts",
}
CHECKS = {
    "code_once_agreed": "(code_mark IS NULL) = (agreed_at IS NULL)",
    "agreed_by_somebody": "(agreed_by IS NULL) = (agreed_at IS NULL)",
    "withdrawn_by": "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("shows", JSON, nullable=False),
        sa.Column("code_mark", sa.String(length=64), nullable=True),
        sa.Column("code_sealed", sa.String(length=120), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("agreed_by", sa.Integer(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_{TABLE}_{name}"))
            for name, holds in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{TABLE}_{column}_{target}")
            )
            for column, target in POINTS_TO.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("code_mark", name=op.f(f"uq_{TABLE}_code_mark")),
    )
    for column in ("practitioner_id", "clinic_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    op.create_index(
        f"ix_{TABLE}_standing",
        TABLE,
        ["practitioner_id", "clinic_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def downgrade() -> None:
    """What was agreed to goes with the codes: whoever has one finds nothing any more."""
    op.drop_table(TABLE)
