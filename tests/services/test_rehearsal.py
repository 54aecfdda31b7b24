"""A rehearsal: the very use case, looked at, and then nothing of it is left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from registry.errors import BadInput, NotAllowed, NotPrivileged
from registry.models import Appointment, db, rehearsed, transaction
from registry.models.base import Base
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services.archiving import archive_practitioner
from registry.services.clinics import change_clinic
from registry.services.engagements import end_engagement
from registry.services.verification import decide_standing
from tests import given
from tests.services.many import on_record

LATER = given.NOW + timedelta(days=1, hours=8)


@pytest.fixture
def scene(app):
    return Scene()


class Scene:
    """Dana has needling yesterday and tomorrow; Ana could take either."""

    def __init__(self) -> None:
        self.harbour = given.clinic()
        self.dana = given.practitioner(at=self.harbour)
        self.certificate = given.certified(self.dana).id
        given.certified(given.practitioner("Ana Ruiz", at=self.harbour))
        days = [given.TODAY, given.TODAY + timedelta(days=2)]
        self.booked = [
            given.booked(self.harbour, self.dana, given.slot(self.harbour, 10, day=day))
            for day in days
        ]
        self.manager = given.somebody(Role.MANAGER, self.harbour)
        self.engagement = self.dana.engagements[0].id

    def revoke(self):
        return decide_standing(
            actor=self.manager,
            credential_id=self.certificate,
            outcome=Outcome.REVOKED,
            effective_from=given.TODAY,
            reason="Forged.",
            now=LATER,
        )

    def archive(self):
        return archive_practitioner(
            actor=self.manager, practitioner_id=self.dana.id, reason="Left.", now=LATER
        )

    def end(self, last_day=given.TODAY - timedelta(days=1)):
        return end_engagement(
            actor=self.manager, engagement_id=self.engagement, last_day=last_day, now=LATER
        )

    def move_to_another_state(self):
        told = dict(name="Harbour Clinic", address="1 Quay Street", zone="America/New_York")
        return change_clinic(
            actor=self.manager, clinic_id=self.harbour.id, **told, jurisdiction="US-CA", now=LATER
        )


DEEDS = ["revoke", "archive", "end", "move_to_another_state"]


def everything() -> dict[str, list[str]]:
    """All rows of all tables, the trail and the letters too."""
    db.session.rollback()
    return {
        name: sorted(map(repr, db.session.execute(text(f'SELECT * FROM "{name}"'))))
        for name in Base.metadata.tables
    }


def test_every_row_of_every_table_is_as_it_was(scene):
    before = everything()
    for deed in DEEDS:
        with rehearsed():
            lost = getattr(scene, deed)()
            assert scene.booked[1] in {one.id for one in lost}, deed
        assert everything() == before, deed


def test_without_the_roll_back_something_is_left(scene):
    before = everything()
    with rehearsed() as rehearsal:
        scene.revoke()
        rehearsal.go_ahead()
    after = everything()
    assert {name for name in before if before[name] != after[name]} == {
        *("appointments", "audit_entries", "letters", "privileges", "verifications"),
        *("incidents", "incident_steps", "incident_treatments", "known_people"),
    }


def test_questions_inside_see_the_world_as_it_would_be(scene):
    with rehearsed():
        scene.revoke()
        states = [db.session.get_one(Appointment, one).state for one in scene.booked]
    assert states == [AppointmentState.BEGUN, AppointmentState.HELD]
    assert [on_record(one).state for one in scene.booked] == [AppointmentState.CONFIRMED] * 2


@pytest.mark.parametrize("deed", DEEDS)
def test_going_ahead_is_the_same_as_doing_it(scene, deed):
    with rehearsed():
        foreseen = getattr(scene, deed)()
    with rehearsed() as rehearsal:
        again = getattr(scene, deed)()
        rehearsal.go_ahead()
    assert again == foreseen
    assert given.state_of(scene.booked[1]) is AppointmentState.HELD


def test_what_is_refused_inside_is_raised_and_leaves_nothing(scene):
    desk = given.somebody(Role.FRONT_DESK, scene.harbour)
    before = everything()
    with pytest.raises(BadInput), rehearsed():
        scene.end(date(2010, 1, 1))
    scene.manager = desk
    with pytest.raises(NotAllowed), rehearsed():
        scene.revoke()
    assert everything() == before


def test_nothing_goes_ahead_once_something_inside_was_refused(scene):
    def insist():
        with rehearsed() as rehearsal:
            with pytest.raises(BadInput):
                scene.end(date(2010, 1, 1))
            scene.revoke()
            rehearsal.go_ahead()

    before = everything()
    with pytest.raises(RuntimeError):
        insist()
    assert everything() == before


def test_the_guards_of_the_database_hold_inside_too(scene):
    with pytest.raises(NotPrivileged), rehearsed(), transaction() as session:
        session.execute(text("DELETE FROM privileges"))


def test_there_is_one_at_a_time_and_of_whole_use_cases(scene):
    with rehearsed(), pytest.raises(RuntimeError), rehearsed():
        pass
    with transaction(), pytest.raises(RuntimeError), rehearsed():
        pass
    scene.revoke()
    assert given.state_of(scene.booked[1]) is AppointmentState.HELD
