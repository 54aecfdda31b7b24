"""Rows at random typed straight into the database: a plain count of minutes has the same answer."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, db
from tests import given
from tests.guards.taking_off import without
from tests.plain_diary import TIMES, clashes, double_booked, scene_of

TABLE = Appointment.__table__
STEPS = 150
OURS = ("_taken", "room_unfit", "appointment_covered")


def row_of(scene, wish):
    first_day, last_day = scene.days(wish)
    return dict(
        clinic_id=scene.clinic.id,
        room_id=wish.room,
        practitioner_id=wish.practitioner,
        patient_id=wish.patient,
        treatment=wish.kind.treatment,
        treatment_type_id=wish.kind.type_id,
        sites=list(wish.kind.sites),
        **given.taken_by(scene.slot(wish), wish.kind.before, wish.kind.after),
        first_day=first_day,
        last_day=last_day,
        state="confirmed",
    )


def do(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)


def rows():
    db.session.rollback()
    return db.session.execute(select(TABLE).order_by(TABLE.c.id)).all()


def accepted(statement):
    """False where a guard said no: then every row is as it was."""
    before, refused = rows(), None
    try:
        do(statement)
    except DBAPIError as no:
        refused = str(no.orig)
    if refused is not None:
        assert any(guard in refused for guard in OURS), refused
        assert rows() == before
    return refused is None


class Rows:
    """What was typed in, beside what the database took."""

    def __init__(self, scene, chance):
        self.scene, self.chance, self.answers = scene, chance, []
        self.standing, self.cancelled = {}, {}

    def fits(self, wish, but=None):
        others = [other for number, other in self.standing.items() if number != but]
        return self.scene.allows(wish) and not any(clashes(wish, other) for other in others)

    def put_in(self):
        wish = self.scene.at_random(self.chance)
        values = dict(ground_lost_because="", version=1, **row_of(self.scene, wish))
        if self.agrees(wish, insert(TABLE).values(values)):
            self.standing[rows()[-1].id] = wish

    def change(self):
        number = self.chance.choice(sorted(self.standing))
        there = self.scene.at_random(self.chance)
        names = self.chance.sample(there._fields, self.chance.choice([1, 2, 6]))
        wish = self.standing[number]._replace(**{name: getattr(there, name) for name in names})
        statement = update(TABLE).where(TABLE.c.id == number).values(row_of(self.scene, wish))
        if self.agrees(wish, statement, number):
            self.standing[number] = wish

    def hold(self):
        number = self.chance.choice(sorted(self.standing))
        do(update(TABLE).where(TABLE.c.id == number).values(state="held"))

    def cancel(self):
        number = self.chance.choice(sorted(self.standing))
        do(update(TABLE).where(TABLE.c.id == number).values(state="cancelled"))
        self.cancelled[number] = self.standing.pop(number)

    def restore(self):
        """Of what was cancelled, at its own time."""
        if not self.cancelled:
            return
        number = self.chance.choice(sorted(self.cancelled))
        wish = self.cancelled[number]
        if self.agrees(wish, update(TABLE).where(TABLE.c.id == number).values(state="confirmed")):
            self.standing[number] = self.cancelled.pop(number)

    def agrees(self, wish, statement, but=None):
        answer = accepted(statement)
        assert answer == self.fits(wish, but), wish
        self.answers.append(answer)
        return answer


DEEDS = (Rows.put_in, Rows.put_in, Rows.change, Rows.change, Rows.restore, Rows.cancel, Rows.hold)


@pytest.mark.parametrize("when", TIMES)
def test_the_database_takes_just_the_rows_that_a_plain_count_says_fit(app, when):
    chance = Random(f"rows {when}")  # noqa: S311 - the same story each time
    typed = Rows(scene_of(TIMES[when]), chance)
    for _ in range(STEPS):
        deed = chance.choice(DEEDS) if len(typed.standing) > 2 else Rows.put_in
        deed(typed)
        on_record = typed.scene.on_record()
        assert on_record == typed.standing
        assert double_booked(on_record.values()) == []
    assert 20 < sum(typed.answers) < len(typed.answers) - 20, typed.answers


@pytest.mark.parametrize("who", ["practitioner", "room", "patient"])
def test_without_one_of_the_guards_the_count_finds_just_what_that_one_keeps_apart(
    app, database, who
):
    scene, chance = scene_of(TIMES["a day"]), Random(5)  # noqa: S311
    with without(database, f"{who}_taken"):
        for _ in range(120):
            wish = scene.at_random(chance)
            values = dict(ground_lost_because="", version=1, **row_of(scene, wish))
            accepted(insert(TABLE).values(values))
        found = double_booked(scene.on_record().values())
        if database.name == "sqlite":  # there one trigger keeps all three apart
            assert {each for names, *_ in found for each in names} >= {who}
        else:
            assert {each for names, *_ in found for each in names} == {who}
