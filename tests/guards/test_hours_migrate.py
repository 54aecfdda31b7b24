"""The migration of the hours: a day had one stretch, and may have several; both ways."""

from __future__ import annotations

import json

from flask_migrate import downgrade, upgrade

from registry.models import db
from registry.models.guards import missing_guards
from tests import given
from tests.guards.test_requirements_migrate import migrate, rows

SPLIT = {"0": [["08:00", "12:00"], ["13:00", "18:00"]], "5": [["10:00", "00:00"]]}


def hours(database):
    found = rows(database, "SELECT name, hours FROM clinics ORDER BY name")
    return {name: json.loads(told) if isinstance(told, str) else told for name, told in found}


def test_back_a_day_is_open_from_its_first_stretch_to_its_last_and_forth_it_has_one(app, database):
    given.clinic("Harbour", hours=SPLIT, adopted=False)
    given.clinic("Hill", hours={}, adopted=False)

    migrate(app, database, downgrade, "0010")
    before = {"0": ["08:00", "18:00"], "5": ["10:00", "00:00"]}
    assert hours(database) == {"Harbour": before, "Hill": {}}

    migrate(app, database, upgrade, "head")
    after = {day: [times] for day, times in before.items()}
    assert hours(database) == {"Harbour": after, "Hill": {}}
    assert missing_guards(db.session.connection()) == []
