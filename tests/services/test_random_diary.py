"""
Whatever is asked of the diary, in whatever order: a plain count of minutes has the same answer.

What the count says fits is accepted, all else is refused and changes nothing, and after each step
nobody is in two places.
"""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import func, select

from registry.errors import (
    BadInput,
    DiaryClash,
    NotInThatState,
    NotPrivileged,
    Overtaken,
)
from registry.models import Appointment, AuditEntry, db
from registry.rules.vocabulary import AppointmentState
from registry.services import booking_checks
from registry.services.scheduling import book_appointment, cancel_appointment, rebook_appointment
from tests import given
from tests.guards.taking_off import without
from tests.plain_diary import LENGTHS, TIMES, apart, clashes, double_booked, scene_of

STEPS = 160
OPEN = (AppointmentState.CONFIRMED, AppointmentState.HELD)


class Walk:
    """A diary and the plain one beside it: for each number what it is, and its state."""

    def __init__(self, scene, chance):
        self.scene, self.chance = scene, chance
        self.kept, self.states, self.tally = {}, {}, {}

    def fits(self, wish, but=None):
        standing = [
            other
            for number, other in self.kept.items()
            if number != but and self.states[number] is not AppointmentState.CANCELLED
        ]
        return (
            self.scene.allows(wish)
            and self.scene.is_open(wish)
            and not any(clashes(wish, other) for other in standing)
        )

    def book(self):
        wish = self.scene.at_random(self.chance)
        wanted = self.scene.booking(wish)
        made = self.expect(
            self.fits(wish),
            lambda: book_appointment(actor=self.scene.desk, booking=wanted, now=given.NOW),
        )
        if made:
            self.kept[made], self.states[made] = wish, AppointmentState.CONFIRMED

    def move(self):
        self.rebook(starts=self.anything().starts)

    def lengthen(self):
        self.rebook(minutes=self.chance.choice(LENGTHS))

    def give_to_somebody_else(self):
        self.rebook(practitioner=self.anything().practitioner)

    def take_another_room(self):
        self.rebook(room=self.anything().room)

    def convert(self):
        self.rebook(kind=self.anything().kind)

    def move_and_give(self):
        there = self.anything()
        self.rebook(starts=there.starts, practitioner=there.practitioner, room=there.room)

    def restore_what_is_held(self):
        self.rebook()

    def anything(self):
        return self.scene.at_random(self.chance)

    def rebook(self, **changed):
        number = self.one_of_them()
        wish = self.kept[number]._replace(**changed)
        stale = self.chance.random() < 0.05
        wanted = self.scene.booking(wish)
        version = self.version(number) - stale

        def act():
            rebook_appointment(
                actor=self.scene.desk,
                appointment_id=number,
                seen_version=version,
                now=given.NOW,
                practitioner_id=wanted.practitioner_id,
                room_id=wanted.room_id,
                slot=wanted.slot,
                treatment_type_id=wanted.treatment_type_id,
                sites=wanted.sites,
            )
            return number

        may = not stale and self.states[number] in OPEN and self.fits(wish, but=number)
        if self.expect(may, act):
            self.kept[number], self.states[number] = wish, AppointmentState.CONFIRMED

    def cancel(self):
        number = self.one_of_them()
        version = self.version(number)

        def act():
            cancel_appointment(
                actor=self.scene.desk,
                appointment_id=number,
                seen_version=version,
                reason="called off",
                now=given.NOW,
            )
            return number

        if self.expect(self.states[number] in OPEN, act):
            self.states[number] = AppointmentState.CANCELLED

    def hold(self):
        """As a lapse would: its slot is kept."""
        number = self.one_of_them()
        if self.states[number] is AppointmentState.CONFIRMED:
            found = db.session.get_one(Appointment, number)
            found.state, found.ground_lost_because = AppointmentState.HELD, "A lapse."
            db.session.commit()
            self.states[number] = AppointmentState.HELD

    def one_of_them(self):
        return self.chance.choice(sorted(self.kept))

    def version(self, number):
        db.session.rollback()
        return db.session.scalar(select(Appointment.version).where(Appointment.id == number))

    def expect(self, fits, act):
        """It is done just if it fits; a refusal leaves every row as it was, and no trace."""
        before = everything()
        done, refused = None, None
        try:
            done = act()
        except (BadInput, DiaryClash, NotInThatState, NotPrivileged, Overtaken) as no:
            refused = no
        assert (refused is None) == fits, refused
        rows, entries = everything()
        assert entries == before[1] + fits, "one change, one entry"
        assert fits or rows == before[0]
        self.count("accepted" if fits else type(refused).__name__)
        return done

    def count(self, what):
        self.tally[what] = self.tally.get(what, 0) + 1


def everything():
    db.session.rollback()
    rows = db.session.execute(select(Appointment.__table__).order_by(Appointment.id)).all()
    return rows, db.session.scalar(select(func.count(AuditEntry.id)))


DEEDS = (
    Walk.book,
    Walk.book,
    Walk.book,
    Walk.move,
    Walk.lengthen,
    Walk.give_to_somebody_else,
    Walk.take_another_room,
    Walk.convert,
    Walk.move_and_give,
    Walk.restore_what_is_held,
    Walk.cancel,
    Walk.hold,
)


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_plain_count_says_fits_is_accepted_and_all_else_refused_with_nothing_changed(
    app, when, seed
):
    chance = Random(f"{when} {seed}")  # noqa: S311 - the same story each time
    walk = Walk(scene_of(TIMES[when]), chance)
    while not walk.kept:
        walk.book()
    for _ in range(STEPS):
        chance.choice(DEEDS)(walk)
        on_record = walk.scene.on_record()
        assert double_booked(on_record.values()) == []
        assert on_record == {
            number: wish
            for number, wish in walk.kept.items()
            if walk.states[number] is not AppointmentState.CANCELLED
        }
    refusals = {"BadInput", "DiaryClash", "NotInThatState", "NotPrivileged", "Overtaken"}
    assert walk.tally.keys() == refusals | {"accepted"}, walk.tally
    assert walk.tally["accepted"] > STEPS / 8, walk.tally


def test_the_plain_count_finds_what_overlaps(app):
    scene = scene_of(TIMES["a day"])
    first_visit, plain = scene.kinds[:2]
    dana, mei, _ = scene.people
    one = scene.at_random(Random(1))._replace(  # noqa: S311
        practitioner=dana, room=1, patient=1, kind=first_visit, starts=100, minutes=30
    )
    other = one._replace(practitioner=mei, room=2, patient=2, kind=plain)
    for starts, changed, who in (
        (139, {"practitioner": dana}, ["practitioner"]),
        (140, {"practitioner": dana}, []),
        (66, {"room": 1}, ["room"]),
        (65, {"room": 1}, []),
        (129, {"patient": 1}, ["patient"]),
        (130, {"patient": 1}, []),
        (100, {}, []),
    ):
        changed_other = other._replace(starts=starts, **changed)
        found = double_booked([one, changed_other])
        assert [each[0] for each in found] == ([who] if who else [])


def test_with_neither_look_nor_guard_somebody_would_be_in_two_places(app, database, monkeypatch):
    """Else the count above might find nothing for no reason."""
    scene, chance = scene_of(TIMES["a day"]), Random(3)  # noqa: S311
    monkeypatch.setattr(booking_checks, "_refuse_clash", lambda *_: None)
    with without(database, *apart(database)):
        for _ in range(60):
            with suppress(BadInput, NotPrivileged):
                wanted = scene.booking(scene.at_random(chance))
                book_appointment(actor=scene.desk, booking=wanted, now=given.NOW)
        found = double_booked(scene.on_record().values())
        assert {who for each, *_ in found for who in each} == {"practitioner", "room", "patient"}
