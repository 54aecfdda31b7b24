"""Digital badges: issuers, their keys and status lists; badges brought in, as proof, and signed."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0024"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
WORDS = "ck_verifications_method"
WORD = "signed_credential"


def whole(name):
    return sa.Column(name, sa.Integer(), nullable=False)


def line(name, length):
    return sa.Column(name, sa.String(length=length), nullable=False)


def told(name, kind):
    return sa.Column(name, kind, nullable=False)


def make(table, *parts, first="id", to=(), once=()):
    """A table of these columns; `to` says which point where, `once` what is there only once."""
    op.create_table(
        table,
        whole(first),
        *parts,
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
            )
            for column, target in to
        ),
        *(
            sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")
            for columns in once
        ),
        sa.PrimaryKeyConstraint(first, name=f"pk_{table}"),
    )


def upgrade() -> None:
    _make_issuers()
    _make_badges()
    _make_issued()
    _allow(lambda words: [*words, WORD])


def downgrade() -> None:
    """Refused by the database while a verification was made by a signed credential."""
    _allow(lambda words: [word for word in words if word != WORD])
    for table in (
        "issued_badges",
        "signing_keys",
        "badge_proofs",
        "badges_behind",
        "badges",
        "status_list_copies",
        "badge_issuer_versions",
        "badge_issuers",
    ):
        op.drop_table(table)


def _make_issuers() -> None:
    make("badge_issuers", line("identifier", 500), once=[("identifier",)])
    make(
        "badge_issuer_versions",
        *(whole("issuer_id"), whole("number"), line("name", 200), told("keys", JSON)),
        *(told(name, sa.Boolean()) for name in ("accepted", "counts", "may_lack_status")),
        *(line("reason", 500), whole("decided_by"), line("decided_by_name", 200)),
        told("decided_at", MOMENT),
        to=[("issuer_id", "badge_issuers"), ("decided_by", "accounts")],
        once=[("issuer_id", "number")],
    )
    make(
        "status_list_copies",
        *(whole("issuer_id"), line("address", 500), line("purpose", 40), told("raw", sa.Text())),
        *(told("fetched", sa.Boolean()), whole("kept_by"), line("kept_by_name", 200)),
        told("kept_at", MOMENT),
        to=[("issuer_id", "badge_issuers"), ("kept_by", "accounts")],
    )
    op.create_index(
        "ix_status_list_copies_of", "status_list_copies", ["issuer_id", "address", "purpose"]
    )


def _make_badges() -> None:
    make(
        "badges",
        *(whole("practitioner_id"), line("name", 200), told("raw", sa.Text())),
        *(line("sha256", 64), whole("brought_by"), told("brought_at", MOMENT)),
        to=[("practitioner_id", "practitioners"), ("brought_by", "accounts")],
        once=[("practitioner_id", "sha256")],
    )
    op.create_index("ix_badges_sha256", "badges", ["sha256"])
    make(
        "badges_behind",
        whole("badge_id"),
        first="version_id",
        to=[("version_id", "credential_versions"), ("badge_id", "badges")],
    )
    op.create_index("ix_badges_behind_badge_id", "badges_behind", ["badge_id"])
    make(
        "badge_proofs",
        *(whole("badge_id"), line("sha256", 64), whole("issuer_version_id"), told("checks", JSON)),
        first="verification_id",
        to=[
            ("verification_id", "verifications"),
            ("badge_id", "badges"),
            ("issuer_version_id", "badge_issuer_versions"),
        ],
    )
    op.create_index("ix_badge_proofs_badge_id", "badge_proofs", ["badge_id"])


def _make_issued() -> None:
    make(
        "signing_keys",
        *(line("name", 40), told("public", JSON), line("private_sealed", 200)),
        told("made_at", MOMENT),
        once=[("name",)],
    )
    make(
        "issued_badges",
        *(whole("letter_id"), whole("letter_version"), whole("key_id"), line("number", 60)),
        *(whole("place"), told("ground", JSON), told("told", JSON), told("token", sa.Text())),
        *(whole("issued_by"), told("issued_at", MOMENT), told("valid_until", MOMENT)),
        to=[
            ("letter_id", "privilege_letters"),
            ("key_id", "signing_keys"),
            ("issued_by", "accounts"),
        ],
        once=[("number",), ("place",)],
    )
    op.create_index("ix_issued_badges_letter_id", "issued_badges", ["letter_id"])
    op.create_index("ix_issued_badges_valid_until", "issued_badges", ["valid_until"])


def _allow(change) -> None:
    """One word more or less beside those that are there, whichever they are by now."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _make_anew(connection, change)
        return
    written = connection.scalar(
        sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name "
            "AND conrelid = 'verifications'::regclass"
        ),
        {"name": WORDS},
    )
    condition = _condition(change(re.findall(r"'(\w+)'", written)))
    op.drop_constraint(op.f(WORDS), "verifications", type_="check")
    op.create_check_constraint(op.f(WORDS), "verifications", condition)


def _condition(words) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"method IN ({listed})"


def _make_anew(connection, change) -> None:
    """
    SQLite changes no CHECK of a table that is there.

    Not in batch mode, for the reasons in 0005: so each row that points here finds its own again.
    """
    made = connection.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'verifications' AND sql IS NOT NULL "
            "ORDER BY type <> 'table'"
        )
    )
    first, *indexes = made.scalars().all()
    written = re.compile(rf"(CONSTRAINT {WORDS} CHECK) \((.*?)\)\)")
    if len(found := written.findall(first)) != 1:
        raise RuntimeError(f"{WORDS} is not where it is looked for")
    condition = _condition(change(re.findall(r"'(\w+)'", found[0][1])))
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE rows_kept AS SELECT * FROM verifications",
        "DROP TABLE verifications",
        written.sub(rf"\1 ({condition})", first),
        *indexes,
        "INSERT INTO verifications SELECT * FROM rows_kept",
        "DROP TABLE rows_kept",
    ):
        connection.exec_driver_sql(statement)
