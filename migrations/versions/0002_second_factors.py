"""Passkeys, authenticator apps, recovery codes, and sign-ins halfway."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    kind = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable)


def whose(table: str, *, nullable: bool = False) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_account_id_accounts")
    return (
        sa.Column("account_id", sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name),
    )


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        *whose("passkeys"),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        moment("added_at"),
        moment("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_table(
        "authenticator_apps",
        *whose("authenticator_apps"),
        sa.Column("sealed_secret", sa.String(length=200), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        moment("added_at"),
        moment("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_authenticator_apps")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        *whose("recovery_codes"),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_table(
        "second_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        *whose("second_steps"),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        moment("until"),
        moment("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_steps")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_second_steps_token_hash")),
    )
    op.create_table(
        "challenges",
        sa.Column("challenge_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "register",
                "sign_in",
                "second_step",
                name="challengepurpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        *whose("challenges", nullable=True),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        moment("until"),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_challenges")),
    )
    for table, column in INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


INDEXED = (
    ("passkeys", "account_id"),
    ("recovery_codes", "account_id"),
    ("second_steps", "account_id"),
    ("second_steps", "until"),
    ("challenges", "account_id"),
    ("challenges", "until"),
)


def downgrade() -> None:
    for table, column in reversed(INDEXED):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table in ("challenges", "second_steps", "recovery_codes", "authenticator_apps", "passkeys"):
        op.drop_table(table)
