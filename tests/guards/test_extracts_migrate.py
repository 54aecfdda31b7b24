"""The migration of what is read: versions get a key of their number, and stay what they were."""

from __future__ import annotations

from flask_migrate import downgrade, upgrade

from registry.models import db
from registry.models.guards import missing_guards
from tests import given
from tests.guards.test_requirements_migrate import migrate, rows


def versions(database, *more):
    columns = ", ".join(("id", "particulars", "state", "entered_at", *more))
    return [
        tuple(row)
        for row in rows(database, f"SELECT {columns} FROM credential_versions ORDER BY id")
    ]


def test_versions_stay_what_they_were_both_ways_and_their_numbers_are_found_again(app, database):
    dana = given.practitioner(at=given.clinic(adopted=False))
    given.certificate(dana, number=" DN-41 07 ")
    given.certificate(dana, number=None)
    before = versions(database)

    migrate(app, database, downgrade, "0023")
    assert versions(database) == before

    migrate(app, database, upgrade, "head")
    assert versions(database) == before
    assert sorted(str(row[-1]) for row in versions(database, "number_key")) == ["None", "dn4107"]
    assert missing_guards(db.session.connection()) == []
