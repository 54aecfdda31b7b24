"""Is the database fit to be served: the newest form, and a role that cannot take guards away?"""

from __future__ import annotations

from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text

from registry.models.base import db

OWNED = """
SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.rolname = current_user
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
  AND (rolsuper OR pg_has_role(current_user, relowner, 'MEMBER'))
"""


@cache
def _newest(folder: str) -> str | None:
    """Read once: the migrations of a running registry do not change."""
    return ScriptDirectory(folder).get_current_head()


def revisions() -> tuple[str | None, str | None]:
    """The form the database has, and the one the migrations lead to. Needs an app context."""
    wants = _newest(current_app.extensions["migrate"].directory)
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), wants


def why_unsafe(development: bool) -> list[str]:
    """Every reason not to start on this database, in sentences. Needs an app context."""
    has, wants = revisions()
    faults = []
    if has != wants:
        faults.append(
            f"The database is at {has or 'nothing yet'}, the registry wants {wants}: "
            "run `registry migrate up`."
        )
    if db.engine.dialect.name == "postgresql" and not development:
        with db.engine.connect() as connection:
            owned = connection.scalar(text(OWNED))
        if owned:
            faults.append(
                f"The application's role owns {owned} tables, so it could take the guards away: "
                "see docs/operations.md, PostgreSQL."
            )
    return faults
