"""Calendar feeds, and letters that bring an appointment along."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KINDS = (
    "appointments of a practitioner",
    "appointments of a clinic",
    "lapses at a clinic",
    "lapses of a practitioner",
)
WHOSE = {"account_id": "accounts", "clinic_id": "clinics", "practitioner_id": "practitioners"}


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    kind = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name="feedkind", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=True),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        moment("made_at"),
        moment("last_read_at", nullable=True),
        moment("withdrawn_at", nullable=True),
        sa.CheckConstraint(
            "(clinic_id IS NULL) <> (practitioner_id IS NULL)",
            name=op.f("ck_calendar_feeds_of_one"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_calendar_feeds_{column}_{table}")
            )
            for column, table in WHOSE.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    for column in WHOSE:
        op.create_index(op.f(f"ix_calendar_feeds_{column}"), "calendar_feeds", [column])
    # Not in batch mode: it would copy the tables, and SQLite's checks would be lost on the way.
    wanted = sa.Column("calendar_letters", sa.Boolean(), server_default=sa.true(), nullable=False)
    op.add_column("accounts", wanted)
    about = sa.Column("about", sa.String(length=60), server_default="", nullable=False)
    op.add_column("letters", about)
    op.create_index("ix_letters_about", "letters", ["about"])


def downgrade() -> None:
    op.execute(
        "DELETE FROM letters WHERE about <> '' AND sent_at IS NULL"
    )  # nobody could word them
    op.drop_index("ix_letters_about", table_name="letters")
    op.drop_column("letters", "about")
    op.drop_column("accounts", "calendar_letters")
    op.drop_table("calendar_feeds")
