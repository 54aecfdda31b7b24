"""A decision while a treatment is being marked as done; a finding while its incident is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import NotInThatState, Overtaken
from registry.jobs.examinations.knowledge import without_incident
from registry.models import Appointment, Incident, IncidentTreatment, db
from registry.rules.incidents import StepState, TreatmentFinding
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services.incident_work import close_incident, record_finding, settle_step
from registry.services.scheduling import mark_done
from registry.services.verification import decide_standing
from tests import given
from tests.concurrency.together import together

LATER = given.NOW + timedelta(hours=9)


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    given.open_always(harbour)
    dana = given.practitioner(at=harbour)
    paper = given.certified(dana)
    number = given.booked(harbour, dana, given.slot(harbour, 10))
    manager = given.somebody(Role.MANAGER, harbour)
    return paper.id, number, given.checked_in(number), manager


def revoking(scene):
    paper, _, _, manager = scene
    return lambda: decide_standing(
        actor=manager,
        credential_id=paper,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="forged",
        now=LATER,
    )


@pytest.mark.parametrize("turn", range(3))
def test_a_treatment_marked_as_done_meanwhile_is_in_the_incident_once(app, scene, turn):
    _, number, seen, manager = scene

    def marking():
        mark_done(actor=manager, appointment_id=number, seen_version=seen, now=LATER)

    lost, marked = together(app, revoking(scene), marking)
    assert [one.begun for one in lost] == [True]
    assert marked is None or isinstance(marked, Overtaken)
    db.session.rollback()
    booked = db.session.get_one(Appointment, number)
    done = marked is None
    assert booked.state is (AppointmentState.DONE if done else AppointmentState.BEGUN)
    assert booked.ground_lost_at == LATER
    assert db.session.scalars(select(IncidentTreatment.appointment_id)).all() == [number]
    assert list(without_incident(db.session())) == []


@pytest.mark.parametrize("turn", range(3))
def test_a_finding_taken_back_while_the_incident_is_closed_is_seen_or_refused(app, scene, turn):
    manager = scene[3]
    revoking(scene)()
    incident = db.session.scalars(select(Incident)).one()
    on_it = dict(actor=manager, now=LATER)
    for step in incident.steps:
        settle_step(step_id=step.id, state=StepState.DONE, note="", seen_version=1, **on_it)
    [one] = db.session.scalars(select(IncidentTreatment)).all()
    finding = dict(treatment_id=one.id, note="", **on_it)
    record_finding(finding=TreatmentFinding.TOLD, seen_version=1, **finding)
    version = db.session.scalars(select(Incident.version)).one()

    closed, doubted = together(
        app,
        lambda: close_incident(
            incident_id=incident.id, conclusion="Done.", seen_version=version, **on_it
        ),
        lambda: record_finding(finding=TreatmentFinding.UNDER_REVIEW, seen_version=2, **finding),
    )
    assert sorted(map(type, (closed, doubted)), key=str) == sorted(
        [type(None), NotInThatState], key=str
    )
    db.session.rollback()
    kept = db.session.scalars(select(IncidentTreatment.finding)).one()
    is_closed = db.session.scalars(select(Incident.closed_at)).one() is not None
    assert is_closed is (kept is TreatmentFinding.TOLD)
