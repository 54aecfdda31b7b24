"""The database knows the words of the rules; a migration that adds one loses no row."""

from __future__ import annotations

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.models import Credential, Practitioner, db
from registry.models.facts_on_record import facts_on_record
from registry.rules.facts import Degree
from registry.rules.vocabulary import CredentialKind, DegreeLevel, Profession
from tests import given
from tests.databases import app_speaking_to

BEFORE, AFTER = "0004", "head"
DEGREE = dict(level=DegreeLevel.DOCTORAL, title="Doctor of Physical Therapy")


def migrate(app, database, move, to):
    """As the tables' owner, with nobody else at the tables."""
    db.session.remove()
    db.engine.dispose()
    with app_speaking_to(dict(app.config), database.owner_url):
        move(revision=to)


def facts_of(whose):
    db.session.rollback()
    return facts_on_record(db.session(), [whose.id])[whose.id]


@pytest.mark.parametrize("profession", Profession)
def test_every_profession_can_be_on_record(app, profession):
    made = given.practitioner(profession=profession)
    db.session.expire_all()
    assert db.session.get_one(Practitioner, made.id).profession is profession


def test_every_kind_of_credential_can_be_on_record_and_no_other(app):
    dana = given.practitioner()
    for kind in CredentialKind:
        db.session.add(Credential(practitioner_id=dana.id, kind=kind))
    db.session.commit()
    with pytest.raises(DBAPIError, match="ck_credentials_credentialkind"):
        db.session.execute(text("UPDATE credentials SET kind = 'tattoo'"))
    db.session.rollback()
    with pytest.raises(DBAPIError, match="ck_practitioners_profession"):
        db.session.execute(text("UPDATE practitioners SET profession = 'BARBER'"))
    db.session.rollback()


def test_going_back_and_forth_loses_nothing_and_breaks_no_reference(app, database):
    dana = given.practitioner(at=given.clinic())
    given.certified(dana)
    before = facts_of(dana)
    migrate(app, database, downgrade, BEFORE)
    migrate(app, database, upgrade, AFTER)
    assert facts_of(dana) == before
    assert before.licences
    assert before.engagements
    with pytest.raises(DBAPIError):
        db.session.execute(text("DELETE FROM practitioners"))
    db.session.rollback()


def test_there_is_no_way_back_while_a_word_is_in_use(app, database):
    dana = given.practitioner()
    given.on_record(dana, Degree, DEGREE | dict(first_day=given.TODAY))
    with pytest.raises(DBAPIError, match="ck_credentials_credentialkind"):
        migrate(app, database, downgrade, BEFORE)
    assert [degree.title for degree in facts_of(dana).degrees] == [DEGREE["title"]]
