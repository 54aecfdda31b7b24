"""Practice hours and degrees are credentials; osteopaths are a profession."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KINDS = ("licence", "certificate", "registration", "supervised_practice", "cpr", "indemnity")
MORE_KINDS = (*KINDS, "practice_hours", "degree")
PROFESSIONS = ("PT", "PTA", "SPT", "PT_AIDE", "OT", "OTA", "AT", "DC", "MD", "DO", "LAC", "LMT")
PROFESSIONS += ("PHYSIO", "PHYSIO_PROVISIONAL")
MORE_PROFESSIONS = (*PROFESSIONS, "OSTEOPATH")


def upgrade() -> None:
    allow("credentials", "kind", "credentialkind", MORE_KINDS)
    allow("practitioners", "profession", "profession", MORE_PROFESSIONS)


def downgrade() -> None:
    """Refused by the database while a row holds one of the words that go."""
    allow("practitioners", "profession", "profession", PROFESSIONS)
    allow("credentials", "kind", "credentialkind", KINDS)


def allow(table: str, column: str, enum: str, words: tuple[str, ...]) -> None:
    """Only these words may stand in the column, from now on and in every row there is."""
    name = f"ck_{table}_{enum}"
    listed = ", ".join(f"'{word}'" for word in words)
    condition = f"{column} IN ({listed})"
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(table, name, condition)
        return
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, condition)


def _make_anew(table: str, name: str, condition: str) -> None:
    """
    SQLite changes no CHECK of a table that is there.

    Not in batch mode: that fills the new table before the old one is dropped, and so every row
    that points at it would count as broken when all is committed. Put back under its own name,
    each row mends what the drop broke, and the commit fails if one is missing.
    """
    connection = op.get_bind()
    made = connection.execute(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL "
            "ORDER BY type <> 'table'"
        ),
        {"table": table},
    )
    first, *indexes = made.scalars().all()
    changed, found = re.subn(rf"(CONSTRAINT {name} CHECK) \(.*?\)\)", rf"\1 ({condition})", first)
    if found != 1:
        raise RuntimeError(f"{name} is not where it is looked for")
    for statement in (
        "PRAGMA defer_foreign_keys = ON",
        f"CREATE TEMPORARY TABLE rows_kept AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        changed,
        *indexes,
        f"INSERT INTO {table} SELECT * FROM rows_kept",
        "DROP TABLE rows_kept",
    ):
        connection.exec_driver_sql(statement)
