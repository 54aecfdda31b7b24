"""The migration of the requirements: what was adopted before stays, and may be taken back again."""

from __future__ import annotations

import json

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from registry.errors import NotPrivileged
from registry.models import Activation, Adoption, AdoptionState, Phase, db
from registry.queries.activations import waiting_activation
from registry.rules.vocabulary import Role
from registry.services.scheduling import book_appointment
from tests import given
from tests.databases import app_speaking_to
from tests.guards.taking_off import owner
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


def change(database, statement):
    with owner(database) as engine, engine.begin() as connection:
        connection.execute(text(statement))


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


#: As if the rules of before had let the one do what only the other may.
AS_IF = """
INSERT INTO privileges (practitioner_id, clinic_id, site, first_day, last_day)
SELECT {to}, clinic_id, site, first_day, last_day FROM privileges WHERE practitioner_id = {of}
"""


def test_until_everybody_is_judged_anew_nobody_is_booked_by_what_only_the_rules_before_allowed(
    app, database
):
    harbour = given.clinic(adopted=False)
    dana, lena = given.practitioner(at=harbour), given.practitioner("Lena", at=harbour)
    given.adopt("US-MT", asking(50))
    given.certified(dana)
    given.certified(lena, hours_total=30)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    migrate(app, database, downgrade, "0003")
    change(database, AS_IF.format(of=dana.id, to=lena.id))
    migrate(app, database, upgrade, "head")
    assert set(stored([dana.id, lena.id])) == {dana.id, lena.id}
    wanted = given.booking(harbour, lena, given.patient(harbour))
    with pytest.raises(NotPrivileged) as caught:
        book_appointment(actor=desk, booking=wanted, now=given.NOW)
    assert "HOURS_SHORT" in {str(r) for d in caught.value.decisions for r in d.reasons}
    given.booked(harbour, dana)
    finish()
    assert set(stored([dana.id, lena.id])) == {dana.id}
