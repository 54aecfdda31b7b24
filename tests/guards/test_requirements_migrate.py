"""The migration of the requirements: what was adopted before stays, and may be taken back again."""

from __future__ import annotations

import json

from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from registry.models import Activation, Adoption, AdoptionState, Phase, db
from registry.queries.activations import waiting_activation
from tests import given
from tests.databases import app_speaking_to
from tests.services.activating import asking, derived, finish, stored


def migrate(app, database, move, to):
    """As the tables' owner, with nobody else at the tables."""
    db.session.remove()
    db.engine.dispose()
    with app_speaking_to(dict(app.config), database.owner_url):
        move(revision=to)


def rows(database, statement):
    db.session.remove()
    engine = create_engine(database.owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


def test_back_and_forth_what_was_adopted_stays_and_everybody_is_judged_anew(app, database):
    dana = given.practitioner(at=given.clinic(adopted=False))
    given.adopt("US-MT", asking(50))
    given.certified(dana)
    before = stored([dana.id])
    given.proposed("US-MT", asking(80))

    migrate(app, database, downgrade, "0003")
    [(version, settled)] = rows(database, "SELECT version, settled FROM adoptions")
    readings = json.loads(settled) if isinstance(settled, str) else settled
    assert (version, readings["standards"]) == (1, "As the source reads.")

    migrate(app, database, upgrade, "head")
    adoption = db.session.scalars(select(Adoption)).one()
    assert (adoption.version, adoption.state) == (1, AdoptionState.ACTIVE)
    assert adoption.active_since == adoption.adopted_at == given.NOW
    assert adoption.settled["standards"]["reading"] == "As the source reads."
    assert adoption.settled["standards"]["look_again_on"] == "2027-03-01"  # due at once
    assert db.session.scalars(select(Activation.phase)).all() == [Phase.WIDENING]
    assert waiting_activation() == adoption.id
    finish()
    assert stored([dana.id]) == derived([dana.id]) == before
