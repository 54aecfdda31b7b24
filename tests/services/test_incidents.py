"""Incidents: opened with what puts treatments in doubt, worked off by those who may, kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState, Overtaken
from registry.jobs.examinations.knowledge import without_incident
from registry.models import (
    Appointment,
    AuditEntry,
    Engagement,
    Incident,
    IncidentTreatment,
    Verification,
    db,
    transaction,
)
from registry.queries.incident_treatments import page_with
from registry.queries.incidents import incident_page
from registry.rules.incidents import StepState, TreatmentFinding, may_be_closed, standard_steps
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services.engagements import end_engagement
from registry.services.incident_work import (
    add_step,
    close_incident,
    note_export,
    record_finding,
    set_owner,
    settle_step,
)
from registry.services.privileges import rederive
from registry.services.verification import decide_standing
from tests import given

LATER = given.NOW + timedelta(days=10)
TOLD, REVIEW = TreatmentFinding.TOLD, TreatmentFinding.UNDER_REVIEW


@pytest.fixture
def harbour(app):
    made = given.clinic()
    given.open_always(made)
    return made


@pytest.fixture
def manager(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.licence(dana)
    return dana


@pytest.fixture
def paper(dana):
    return given.certificate(dana).id


def revoke(by, paper, now=LATER, since=given.TODAY, outcome=Outcome.REVOKED):
    return decide_standing(
        actor=by,
        credential_id=paper,
        outcome=outcome,
        effective_from=since,
        reason="forged",
        now=now,
    )


def treated(harbour, dana, *hours):
    return [given.booked(harbour, dana, given.slot(harbour, hour)) for hour in hours]


def only_incident():
    db.session.rollback()
    return db.session.scalars(select(Incident)).one()


def in_doubt():
    db.session.rollback()
    return sorted(db.session.scalars(select(IncidentTreatment.appointment_id)))


def told(incident_id):
    db.session.rollback()
    of = AuditEntry.subject == f"incident:{incident_id}"
    wanted = select(AuditEntry.action).where(of).order_by(AuditEntry.id)
    return db.session.scalars(wanted).all()


@pytest.fixture
def incident(harbour, dana, paper, manager):
    treated(harbour, dana, 10, 11)
    revoke(manager, paper)
    return only_incident()


def on_it(manager, **more):
    return dict(actor=manager, now=LATER + timedelta(days=1), **more)


def work_off(incident, manager):
    page = incident_page(manager, incident.id, now=LATER)
    for step in page.steps:
        settle_step(
            step_id=step.id,
            state=StepState.DONE,
            note="",
            seen_version=step.version,
            **on_it(manager),
        )
    for one in page.treatments:
        record_finding(
            treatment_id=one.id, finding=TOLD, note="", seen_version=one.version, **on_it(manager)
        )


def close(incident, manager, conclusion="All patients were told."):
    close_incident(
        incident_id=incident.id,
        conclusion=conclusion,
        seen_version=incident.version,
        **on_it(manager),
    )


def test_a_revocation_from_a_day_that_passed_opens_an_incident_of_what_was_given(
    harbour, dana, paper, manager
):
    given_ones = treated(harbour, dana, 10, 11)
    ahead = given.booked(harbour, dana, given.slot(harbour, 10, day=LATER.date()))
    revoke(manager, paper)
    incident = only_incident()
    assert in_doubt() == given_ones
    assert ahead not in in_doubt()
    decision = db.session.get_one(Verification, incident.decision_id)
    assert (decision.outcome, decision.credential_id) == (Outcome.REVOKED, paper)
    assert (incident.owner_id, incident.opened_at) == (manager.account_id, LATER)
    assert [step.title for step in incident.steps] == list(standard_steps(Outcome.REVOKED))
    assert told(incident.id) == ["open incident"]
    assert list(without_incident(db.session())) == []


def test_what_takes_nothing_that_was_given_opens_none(harbour, dana, paper, manager):
    given.booked(harbour, dana, given.slot(harbour, 10, day=LATER.date() + timedelta(days=3)))
    revoke(manager, paper)
    assert db.session.scalars(select(Incident)).all() == []


def test_each_clinic_has_an_incident_of_its_own_and_another_clinics_has_no_owner_yet(
    harbour, dana, paper, manager
):
    hill = given.clinic("Hill Clinic", adopted=False)
    given.open_always(hill)
    db.session.add(
        Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.date(2020, 1, 1))
    )
    db.session.commit()
    with transaction() as session:
        rederive(
            session,
            actor=given.EVERYBODY,
            practitioner_ids=[dana.id],
            because="the scene",
            now=given.NOW,
        )
    treated(harbour, dana, 10)
    treated(hill, dana, 12)
    revoke(manager, paper)
    found = db.session.scalars(select(Incident).order_by(Incident.clinic_id)).all()
    assert [(one.clinic_id, one.owner_id) for one in found] == [
        (harbour.id, manager.account_id),
        (hill.id, None),
    ]


def test_an_engagement_that_ended_long_ago_is_a_cause_too(harbour, dana, paper, manager):
    treated(harbour, dana, 10)
    end_engagement(
        actor=manager,
        engagement_id=dana.engagements[0].id,
        last_day=given.TODAY - timedelta(days=1),
        now=LATER,
    )
    incident = only_incident()
    assert incident.decision_id is None
    assert "until" in incident.because
    assert [step.title for step in incident.steps] == list(standard_steps(None))


def test_more_that_is_found_for_the_same_credential_joins_and_its_version_moves(
    harbour, dana, paper, manager
):
    early, late = (
        given.booked(harbour, dana, given.slot(harbour, 10, day=given.TODAY + timedelta(days=n)))
        for n in (0, 5)
    )
    revoke(manager, paper, since=given.TODAY + timedelta(days=5))
    before = only_incident().version
    assert in_doubt() == [late]
    revoke(manager, paper, LATER + timedelta(hours=1), outcome=Outcome.REINSTATED)
    revoke(manager, paper, LATER + timedelta(hours=2), since=given.TODAY)
    incident = only_incident()
    assert in_doubt() == [early, late]
    assert incident.version > before
    assert told(incident.id) == ["open incident", "add to incident"]


def test_a_closed_incident_opens_again_when_more_is_found(harbour, dana, paper, manager):
    treated(harbour, dana, 10)
    revoke(manager, paper, since=given.TODAY)
    incident = only_incident()
    work_off(incident, manager)
    close(only_incident(), manager)
    assert only_incident().closed_at is not None
    revoke(manager, paper, LATER + timedelta(days=2), outcome=Outcome.REINSTATED)
    again = given.slot(harbour, 10, day=LATER.date() + timedelta(days=3))
    later = given.booked(harbour, dana, again)
    revoke(manager, paper, LATER + timedelta(days=9))
    incident = only_incident()
    assert (incident.closed_at, incident.conclusion) == (None, "")
    assert later in in_doubt()
    assert told(incident.id)[-1] == "reopen incident"


def test_it_is_closed_only_when_every_treatment_has_a_finding_and_every_step_is_settled(
    incident, manager
):
    with pytest.raises(NotInThatState, match="cannot be closed yet"):
        close(incident, manager)
    work_off(incident, manager)
    page = incident_page(manager, incident.id, now=LATER)
    last = page.treatments[-1]
    record_finding(
        treatment_id=last.id, finding=REVIEW, note="", seen_version=last.version, **on_it(manager)
    )
    with pytest.raises(NotInThatState):
        close(only_incident(), manager)
    record_finding(
        treatment_id=last.id,
        finding=TOLD,
        note="rang",
        seen_version=last.version + 1,
        **on_it(manager),
    )
    with pytest.raises(BadInput):
        close(only_incident(), manager, conclusion=" ")
    close(only_incident(), manager)
    closed = only_incident()
    assert (closed.closed_by_name, closed.conclusion) == (manager.name, "All patients were told.")
    with pytest.raises(NotInThatState, match="is closed"):
        add_step(incident_id=incident.id, title="Too late", **on_it(manager))


@pytest.mark.parametrize(
    ("findings", "steps", "closes"),
    [
        ([], [], True),
        ([TOLD], [StepState.DONE], True),
        ([TreatmentFinding.NOTHING_TO_DO], [StepState.NOT_NEEDED], True),
        ([TOLD, None], [], False),
        ([REVIEW], [], False),
        ([TOLD], [StepState.DONE, StepState.OPEN], False),
    ],
)
def test_when_it_may_be_closed(findings, steps, closes):
    assert may_be_closed(findings, steps) is closes


def test_a_step_that_is_not_needed_says_why(incident, manager):
    step = incident.steps[0]
    ask = dict(step_id=step.id, state=StepState.NOT_NEEDED, seen_version=1, **on_it(manager))
    with pytest.raises(BadInput):
        settle_step(note=" ", **ask)
    settle_step(note="The issuer wrote of its own accord.", **ask)
    db.session.rollback()
    kept = db.session.get_one(type(step), step.id)
    assert (kept.state, kept.settled_by_name) == (StepState.NOT_NEEDED, manager.name)


def test_steps_of_ones_own_can_be_added(incident, manager):
    add_step(incident_id=incident.id, title="Ring the union", **on_it(manager))
    assert [step.title for step in only_incident().steps][-1] == "Ring the union"
    with pytest.raises(BadInput):
        add_step(incident_id=incident.id, title=" ", **on_it(manager))


def test_who_looked_at_an_older_version_is_told_so(incident, manager):
    step, treatment = incident.steps[0], incident.treatments[0]
    for act, known in (
        (settle_step, dict(step_id=step.id, state=StepState.DONE, note="")),
        (record_finding, dict(treatment_id=treatment.id, finding=TOLD, note="")),
        (set_owner, dict(incident_id=incident.id, account_id=None)),
        (close_incident, dict(incident_id=incident.id, conclusion="x")),
    ):
        with pytest.raises(Overtaken):
            act(seen_version=99, **known, **on_it(manager))


def test_its_owner_is_a_manager_of_the_clinic_who_is_not_concerned(
    incident, manager, harbour, dana
):
    other = given.somebody(Role.MANAGER, harbour)
    herself = given.somebody(Role.MANAGER, harbour, practises_as=dana)
    elsewhere = given.somebody(Role.MANAGER, given.clinic("Hill Clinic", adopted=False))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    ask = dict(incident_id=incident.id, seen_version=incident.version, **on_it(manager))
    for nobody in (herself, elsewhere, desk):
        with pytest.raises(BadInput):
            set_owner(account_id=nobody.account_id, **ask)
    set_owner(account_id=other.account_id, **ask)
    assert only_incident().owner_id == other.account_id


def test_nobody_settles_an_incident_about_themselves_and_a_manager_elsewhere_finds_none(
    incident, harbour, dana
):
    herself = given.somebody(Role.MANAGER, harbour, practises_as=dana)
    elsewhere = given.somebody(Role.MANAGER, given.clinic("Hill Clinic", adopted=False))
    with pytest.raises(NotAllowed):
        add_step(incident_id=incident.id, title="Forget it", **on_it(herself))
    with pytest.raises(NotFound):
        add_step(incident_id=incident.id, title="Look", **on_it(elsewhere))
    for role in (Role.FRONT_DESK, Role.ADMINISTRATOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            add_step(incident_id=incident.id, title="Look", **on_it(given.somebody(role, harbour)))


def test_what_somebody_decided_who_manages_no_clinic_is_nobodys_yet(harbour, dana, paper):
    treated(harbour, dana, 10)
    revoke(given.somebody(Role.ADMINISTRATOR), paper)
    assert only_incident().owner_id is None


def test_taking_it_along_is_told_in_the_trail_and_a_note_on_a_patient_is_not(incident, manager):
    one = incident.treatments[0]
    note_export(incident_id=incident.id, **on_it(given.somebody(Role.AUDITOR)))
    record_finding(
        treatment_id=one.id, finding=TOLD, note="Bled a lot", seen_version=1, **on_it(manager)
    )
    db.session.rollback()
    assert told(incident.id)[-2:] == ["export incident", "record finding"]
    bodies = db.session.scalars(select(AuditEntry.body)).all()
    assert not any("Bled a lot" in body for body in bodies)


@pytest.mark.parametrize(
    "statement", ["INSERT INTO incidents", "INSERT INTO incident_treat", "INSERT INTO known_people"]
)
def test_where_it_cannot_be_opened_nothing_is_decided_either(
    harbour, dana, paper, manager, statement
):
    [number] = treated(harbour, dana, 10)

    def break_it(_connection, _cursor, sent, *_):
        if sent.startswith(statement):
            raise OSError("the disk is gone")

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", break_it)
    try:
        with pytest.raises(OSError, match="disk"):
            revoke(manager, paper)
    finally:
        event.remove(db.engine, "before_cursor_execute", break_it)
    db.session.rollback()
    assert db.session.get_one(Appointment, number).state is AppointmentState.CONFIRMED
    assert db.session.scalars(select(Incident)).all() == []
    decided = db.session.scalars(select(Verification.outcome)).all()
    assert Outcome.REVOKED not in decided


def test_of_many_treatments_a_page_shows_some_and_counts_all(
    harbour, dana, paper, manager, statements
):
    numbers = [
        given.booked(harbour, dana, given.slot(harbour, 8 + n % 9, day=day))
        for n, day in enumerate(sorted([given.TODAY + timedelta(days=d) for d in range(3)] * 9))
    ]
    revoke(manager, paper)
    incident = only_incident()
    pages = []
    for page in (1, 2, 3):
        db.session.rollback()
        statements.clear()
        pages.append((incident_page(manager, incident.id, now=LATER, page=page), len(statements)))
    first, second, third = (page for page, _ in pages)
    assert [len(page.treatments) for page in (first, second, third)] == [25, 2, 0]
    seen = [one.appointment_id for one in (*first.treatments, *second.treatments)]
    assert seen == numbers
    assert (first.first, first.last, second.first, second.last) == (1, 25, 26, 27)
    for page in (first, second, third):
        assert (page.all.total, page.all.found, page.all.patients) == (27, 0, 27)
        assert (page.all.first_day, page.all.last_day) == (
            given.TODAY,
            given.TODAY + timedelta(days=2),
        )
    assert pages[0][1] == pages[1][1]
    assert [page_with(incident.id, one.id) for one in first.treatments] == [1] * 25
    assert [page_with(incident.id, one.id) for one in second.treatments] == [2, 2]
    whole = incident_page(manager, incident.id, now=LATER)
    assert len(whole.treatments) == 27
    assert not whole.may_be_closed
