"""No version rests on a paper that was thrown away, raw SQL included; each guard taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.models import CredentialVersion, Document, db
from registry.rules.vocabulary import Role
from tests import given
from tests.guards.taking_off import owner, without
from tests.papering import brought_in

AWAY = "UPDATE documents SET thrown_away_at = uploaded_at WHERE id = :id"
REST = (
    "INSERT INTO credential_versions (credential_id, version, state, particulars, document_id,"
    " entered_by, entered_at, note) SELECT credential_id, version + 1, 'withdrawn', particulars,"
    " :id, entered_by, entered_at, '' FROM credential_versions"
)


@pytest.fixture
def paper(app):
    dana = given.practitioner(at=given.clinic())
    given.licence(dana)
    return brought_in(given.somebody(Role.MANAGER), dana)


def carried_out(database, statement, number):
    with owner(database) as engine, engine.begin() as connection:
        return connection.execute(text(statement), {"id": number}).rowcount


def refused(database, statement, number, guard):
    with pytest.raises(DBAPIError, match=f"guard:{guard}"):
        carried_out(database, statement, number)


def test_no_version_rests_on_a_paper_that_was_thrown_away(database, paper):
    assert carried_out(database, AWAY, paper) == 1
    refused(database, REST, paper, "paper_thrown_away")
    with without(database, "paper_thrown_away"):
        assert carried_out(database, REST, paper) == 1


def test_what_a_version_rests_on_is_not_thrown_away(database, paper):
    assert carried_out(database, REST, paper) == 1
    refused(database, AWAY, paper, "paper_in_use")
    with without(database, "paper_in_use"):
        assert carried_out(database, AWAY, paper) == 1


def test_what_a_version_rests_on_is_never_deleted(database, paper):
    assert carried_out(database, REST, paper) == 1
    carried_out(database, "DELETE FROM document_pages WHERE document_id = :id", paper)
    with pytest.raises(DBAPIError):
        carried_out(database, "DELETE FROM documents WHERE id = :id", paper)
    db.session.rollback()
    assert db.session.get(Document, paper)
    assert db.session.query(CredentialVersion).count() == 2
