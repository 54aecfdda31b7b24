"""The table says on every day what the rules say, whatever happened before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as st
from sqlalchemy import select

from registry.models import Privilege, db, transaction
from registry.models.derived_privileges import derive
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.eligibility import decide
from registry.rules.questions import Question
from registry.rules.verification import FURTHEST_AHEAD
from registry.rules.vocabulary import CourseKind, Outcome, Role, VersionState
from registry.services.archiving import archive_practitioner
from registry.services.privileges import rederive
from registry.services.verification import decide_standing
from tests import given

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
DECIDED = st.dates(date(2026, 1, 1), given.TODAY + FURTHEST_AHEAD)
COURSES = st.fixed_dictionaries(
    {
        "first_day": DAYS,
        "last_day": st.none() | st.just(date(2029, 1, 1)),
        "taught": st.sampled_from(
            [frozenset({"thigh"}), frozenset({"thigh", "neck"}), frozenset({"neck", "thorax"})]
        ),
        "kind": st.sampled_from([CourseKind.DRY_NEEDLING, CourseKind.ACUPUNCTURE]),
        "state": st.sampled_from([VersionState.VERIFIED, VersionState.SUBMITTED]),
    }
)
STANDINGS = st.lists(
    st.tuples(st.sampled_from([Outcome.SUSPENDED, Outcome.REINSTATED]), DECIDED), max_size=3
)


def stored(whom, clinic, site, day):
    return (
        db.session.scalar(
            select(Privilege.site).where(
                Privilege.practitioner_id == whom.id,
                Privilege.clinic_id == clinic.id,
                Privilege.site == site,
                Privilege.first_day <= day,
                Privilege.last_day >= day,
            )
        )
        is not None
    )


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@for_any(
    courses=st.lists(COURSES, max_size=3), standings=STANDINGS, asked=st.lists(DAYS, min_size=4)
)
def test_the_stored_privileges_equal_the_decision_on_every_day(app, courses, standings, asked):
    harbour = given.clinic(f"Clinic {next(given._numbers)}")
    manager = given.somebody(Role.MANAGER, harbour)
    dana = given.practitioner(at=harbour)
    given.licence(dana)
    held = [given.certificate(dana, **course) for course in courses]
    suspended = False
    for outcome, day in standings:
        possible = held and courses[0]["state"] is VersionState.VERIFIED
        if possible and suspended is (outcome is Outcome.REINSTATED):
            decide_standing(
                actor=manager,
                credential_id=held[0].id,
                outcome=outcome,
                effective_from=day,
                reason="board",
                now=given.NOW,
            )
            suspended = not suspended

    facts = facts_on_record(db.session(), [dana.id])[dana.id]
    rulebook = rulebook_on_record(db.session(), ["US-MT"])
    turns = {day for credential in facts.credentials for day in credential.turning_days()}
    near = {day + timedelta(days=step) for day in turns for step in (-1, 0, 1)}
    for day in {*asked, *near}:
        for site in ("thigh", "neck", "upper_trapezius"):
            decision = decide(facts, rulebook, Question(harbour.id, "US-MT", site, day))
            assert stored(dana, harbour, site, day) == decision.eligible, (site, day)


@pytest.fixture
def dana(app):
    dana = given.practitioner(at=given.clinic())
    given.certified(dana)
    return dana


def rows(whom):
    db.session.rollback()
    table = Privilege.__table__
    return db.session.execute(
        select(table).where(table.c.practitioner_id == whom.id).order_by(*table.primary_key)
    ).all()


def test_deriving_again_writes_nothing(dana, statements):
    before = rows(dana)
    statements.clear()
    with transaction() as session:
        rederive(
            session,
            actor=given.EVERYBODY,
            practitioner_ids=[dana.id],
            because="nothing",
            now=given.NOW,
        )
    assert [sent for sent in statements if not sent.startswith("SELECT")] == []
    assert rows(dana) == before


def test_the_number_of_statements_does_not_grow_with_the_practitioners(app, statements):
    harbour = given.clinic()
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(6)]
    for person in people:
        given.certified(person)

    def counted(ids):
        statements.clear()
        derive(db.session(), ids)
        return len(statements)

    assert counted([people[0].id]) == counted([person.id for person in people])


def test_an_archived_practitioner_holds_no_privilege_after_that_day_and_their_work_is_held(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    made = given.booked(harbour, dana)
    manager = given.somebody(Role.MANAGER, harbour)
    archive_practitioner(actor=manager, practitioner_id=dana.id, now=given.NOW)
    assert {row.last_day for row in rows(dana)} == {given.TODAY}
    assert given.state_of(made) == "held"
