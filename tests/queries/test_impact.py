"""What a change does to the book, told beforehand: the same as it then does."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from registry.errors import Refused
from registry.models import Appointment, Engagement, db, rehearsed
from registry.queries.hand_over import takers_of
from registry.queries.impact import held_privileges, impact_of
from registry.queries.premises import place
from registry.queries.standing_work import work_numbered
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services.archiving import archive_practitioner
from registry.services.engagements import end_engagement
from registry.services.hand_over import Given, hand_over
from registry.services.verification import decide_standing
from tests import given
from tests.services.many import on_record

DAYS = 6
FROM = given.TODAY + timedelta(days=1)


def also_at(whom, clinic):
    """They work there too."""
    since = given.TODAY - timedelta(days=365)
    db.session.add(Engagement(practitioner_id=whom.id, clinic_id=clinic.id, first_day=since))
    db.session.commit()


class Scene:
    """Dana works at two clinics; Ana and Bo at the first, Bo for some of the days."""

    def __init__(self, chance):
        self.chance = chance
        self.here, self.there = given.clinic(), given.clinic("Hill Clinic", zone="America/Chicago")
        self.dana = given.practitioner(at=self.here)
        also_at(self.dana, self.there)
        self.credentials = [given.licence(self.dana), given.certificate(self.dana)]
        self.colleagues = []
        for name, days in (("Ana Ruiz", 700), ("Bo Lind", chance.randrange(1, DAYS))):
            colleague = given.practitioner(name, at=self.here)
            given.certified(colleague, last_day=FROM + timedelta(days=days))
            self.colleagues.append(colleague)
        self.manager = given.also(given.somebody(Role.MANAGER, self.here), Role.MANAGER, self.there)
        self.now = given.slot(self.here, 12, day=FROM + timedelta(days=2)).starts_at
        for _ in range(14):
            self.book()

    def book(self):
        chance = self.chance
        at = chance.choice([self.here, self.here, self.there])
        whom = self.dana if at is self.there else chance.choice([self.dana] * 2 + self.colleagues)
        day = FROM + timedelta(days=chance.randrange(DAYS))
        known = {"room_id": chance.choice(given.rooms(at))}
        if chance.random() < 0.3:
            known |= {"treatment": "exercise", "sites": ()}
        try:
            given.booked(at, whom, given.slot(at, chance.randrange(8, 17), day=day), **known)
        except Refused:
            db.session.rollback()  # taken then, or Bo may not on that day

    def deed(self):
        """One of the things that take the ground away, the same each time it is called."""
        chance, day = self.chance, FROM + timedelta(days=self.chance.randrange(DAYS))
        which = chance.randrange(3)
        credential = chance.choice(self.credentials).id
        mine = select(Engagement.id).where(Engagement.practitioner_id == self.dana.id)
        engagement = chance.choice(db.session.scalars(mine.order_by(Engagement.id)).all())
        outcome = chance.choice([Outcome.REVOKED, Outcome.SUSPENDED])
        if which == 0:
            return lambda: archive_practitioner(
                actor=self.manager, practitioner_id=self.dana.id, reason="Left.", now=self.now
            )
        if which == 1:
            return lambda: end_engagement(
                actor=self.manager, engagement_id=engagement, last_day=day, now=self.now
            )
        return lambda: decide_standing(
            actor=self.manager,
            credential_id=credential,
            outcome=outcome,
            effective_from=day,
            reason="Forged.",
            now=self.now,
        )

    def one_that_costs(self):
        """Rehearsed, until one takes the ground from something."""
        for _ in range(40):
            deed = self.deed()
            with rehearsed():
                if deed():
                    return deed
        raise AssertionError("nothing of all this takes the ground from anything")

    def states(self):
        db.session.rollback()
        rows = db.session.execute(
            select(Appointment.id, Appointment.state, Appointment.ground_lost_at)
        )
        return {number: (state, lost) for number, state, lost in rows}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_is_what_is_then_done(app, seed):
    scene = Scene(Random(seed))  # noqa: S311
    deed, before = scene.one_that_costs(), scene.states()

    with rehearsed():
        had = held_privileges([scene.dana.id])
        foreseen = deed()
        told = impact_of(scene.manager, foreseen, scene.now, had)
    assert scene.states() == before

    assert deed() == foreseen
    after = scene.states()
    changed = {number for number in before if before[number] != after[number]}
    held = {number for number in changed if after[number][0] is AppointmentState.HELD}
    assert {one.id for one in foreseen if not one.begun} == held
    assert {one.id for one in foreseen if one.begun} == changed - held
    assert (told.held.total, told.begun.total) == (len(held), len(changed - held))
    assert told.held.patients == len({on_record(number).patient_id for number in held})
    soonest = sorted(held, key=lambda number: (on_record(number).starts_at, number))
    assert [line.id for line in told.held.lines] == soonest[:10]
    assert given_away(scene, sorted(held)) == told.movable


def given_away(scene, held):
    """How many of them colleagues then take at their time, as proposed."""
    done = 0
    work = work_numbered(scene.manager, [scene.here.id, scene.there.id], held)
    for clinic_id, at in work.items():
        proposed = takers_of(scene.manager, place(clinic_id), at)
        chosen = [
            Given(one.work.pattern.id, one.work.version, one.takers[0].id)
            for one in proposed
            if one.takers
        ]
        if chosen:
            outcome = hand_over(
                actor=scene.manager, clinic_id=clinic_id, chosen=chosen, now=scene.now
            )
            done += len(outcome.done)
    return done


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


def foreseen(actor, credential, day=FROM):
    somebody = given.adopter()
    with rehearsed():
        had = held_privileges([credential.practitioner_id])
        lost = decide_standing(
            actor=somebody,
            credential_id=credential.id,
            outcome=Outcome.REVOKED,
            effective_from=day,
            reason="Forged.",
            now=given.NOW,
        )
        return impact_of(actor, lost, given.NOW, had)


def booked(at, whom, *hours, day=FROM):
    return [given.booked(at, whom, given.slot(at, hour, day=day)) for hour in hours]


def test_whoever_is_free_at_the_time_takes_one_of_two_at_once(harbour, dana):
    credential = given.certified(dana)
    other = given.practitioner("Eva Horn", at=harbour)
    given.certified(other)
    manager = given.somebody(Role.MANAGER, harbour)
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    booked(harbour, dana, 9, 10, 11)
    for hour in (9, 10):
        at = given.slot(harbour, hour, day=FROM)
        given.booked(harbour, other, at, room_id=given.rooms(harbour)[1])
    given.time_off(ana, FROM, FROM, "10:00", "10:30")

    told = foreseen(manager, credential)

    assert (told.held.total, told.held.patients, told.held.elsewhere) == (3, 3, 0)
    assert (told.asked, told.movable) == (3, 2)
    assert [line.practitioner for line in told.held.lines] == ["Dana Okafor"] * 3
    lost = told.losses
    assert [(one.clinic, one.since) for one in lost] == [("Harbour Clinic", FROM)]
    assert {"thigh", "leg_foot"} <= set(lost[0].sites)


def test_of_clinics_that_are_not_theirs_only_the_number_is_told(harbour, dana):
    hill = given.clinic("Hill Clinic")
    also_at(dana, hill)
    credential = given.certified(dana)
    booked(harbour, dana, 9)
    booked(hill, dana, 12, 13)

    told = foreseen(given.somebody(Role.MANAGER, harbour), credential)
    assert (told.held.total, told.held.elsewhere) == (1, 2)
    assert {line.clinic for line in told.held.lines} == {"Harbour Clinic"}
    assert {one.clinic for one in told.losses} == {"Harbour Clinic"}

    told = foreseen(given.somebody(Role.ADMINISTRATOR), credential)
    assert (told.held.total, told.held.elsewhere, told.asked) == (0, 3, 0)
    assert told.held.lines == ()
    assert {one.clinic for one in told.losses} == {"Harbour Clinic", "Hill Clinic"}


def test_it_asks_the_same_number_of_statements_for_one_and_for_many(harbour, dana, statements):
    credential = given.certified(dana)
    given.certified(given.practitioner("Ana Ruiz", at=harbour))
    manager = given.somebody(Role.MANAGER, harbour)
    counts = []
    for hours in ((9,), range(10, 18)):
        booked(harbour, dana, *hours)
        with rehearsed():
            lost = decide_standing(
                actor=manager,
                credential_id=credential.id,
                outcome=Outcome.REVOKED,
                effective_from=FROM,
                reason="Forged.",
                now=given.NOW,
            )
            statements.clear()
            impact_of(manager, lost, given.NOW, held_privileges([dana.id]))
            counts.append(len(statements))
    assert counts[0] == counts[1] <= 14
