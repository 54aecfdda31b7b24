"""What was known: for any day and any moment, the answer that was given then; the same for ever."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotFound
from registry.jobs.examinations.knowledge import known_people, known_places
from registry.models import Clinic, KnownPersonRow, Practitioner, db
from registry.models.knowledge_on_record import knowledge_on_record
from registry.queries.as_known import decision_as_known
from registry.rules.vocabulary import Outcome, Profession, Role, Standing
from registry.services.activations import activate_adoption
from registry.services.activations_given_up import give_up_activation
from registry.services.clinics import create_clinic
from registry.services.practitioners import add_practitioner, change_name
from registry.services.verification import decide_standing
from tests import given
from tests.guards.taking_off import owner, without
from tests.services.activating import asking, few_at_a_time, finish
from tests.services.changing import LIGHT, Changing

STEPS, LATER_CHANGES = 70, 1000
SITES = ("thigh", "neck")
DAY = given.TODAY + timedelta(days=20)


def report(actor, who, clinic_id, site, day, known_at, now):
    known = decision_as_known(
        actor,
        practitioner_id=who,
        clinic_id=clinic_id,
        site=site,
        day=day,
        known_at=known_at,
        now=now,
    )
    return json.dumps(known.as_mapping(), sort_keys=True)


def asked(walk, site, day, known_at):
    db.session.rollback()
    return report(walk.manager, walk.dana_id, walk.clinic_id, site, day, known_at, walk.now)


def answer_in(told):
    return json.loads(told)["decision"]


@pytest.mark.parametrize("seed", [7, 8])
def test_for_any_day_and_moment_it_is_what_a_plain_replay_answered_then(app, seed):
    walk = Changing(app, seed)
    replayed = {}
    for _ in range(STEPS):
        walk.step()
        for site in SITES:
            day = walk.any_day()
            replayed[site, day, walk.now] = walk.decision(site, day)
    assert len(walk.done) > 10, walk.done
    assert len({json.dumps(one, sort_keys=True) for one in replayed.values()}) > STEPS
    assert {one["eligible"] for one in replayed.values()} == {True, False}
    for (site, day, known_at), answer in replayed.items():
        for moment in (known_at, known_at + timedelta(minutes=59)):
            if moment <= walk.now:
                assert answer_in(asked(walk, site, day, moment)) == answer, (site, day, moment)
    assert [*known_people(db.session()), *known_places(db.session())] == []


def test_a_report_is_byte_for_byte_the_same_after_a_thousand_later_changes(app):
    walk = Changing(app, 11)
    for _ in range(12):
        walk.step()
    questions = [
        (site, walk.any_day(), given.NOW + timedelta(hours=walk.chance.randint(0, 12)))
        for site in SITES
        for _ in range(12)
    ]
    before = [asked(walk, *question) for question in questions]
    for _ in range(LATER_CHANGES):
        walk.step(LIGHT)
    assert sum(walk.done.values()) > LATER_CHANGES // 2, walk.done
    assert [asked(walk, *question) for question in questions] == before
    now = [json.dumps(walk.decision(site, day), sort_keys=True) for site, day, _ in questions]
    then = [json.dumps(answer_in(one), sort_keys=True) for one in before]
    assert now != then, "nothing changed, so nothing was shown"


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def manager(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


def known(manager, dana, harbour, known_at, **otherwise):
    db.session.rollback()
    ordinary = dict(site="thigh", day=DAY, now=given.NOW + timedelta(days=30))
    return decision_as_known(
        manager,
        practitioner_id=dana.id,
        clinic_id=harbour.id,
        known_at=known_at,
        **ordinary | otherwise,
    )


def test_before_a_revocation_was_known_she_might_and_after_she_might_not(manager, dana, harbour):
    paper = given.certificate(dana, taught=frozenset({"neck"}), course="Neck")
    later = given.NOW + timedelta(days=10)
    decide_standing(
        actor=manager,
        credential_id=paper.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="forged",
        now=later,
    )
    before = known(manager, dana, harbour, later - timedelta(seconds=1), site="neck")
    after = known(manager, dana, harbour, later, site="neck")
    assert (before.explained.eligible, after.explained.eligible) == (True, False)
    held = {one.name: one.standing_on(DAY) for one in _certificates(harbour, dana, later)}
    assert sorted(held.values()) == [Standing.IN_FORCE, Standing.REVOKED]


def _certificates(harbour, dana, known_at):
    kept = knowledge_on_record(db.session(), dana.id, harbour.id)
    return kept.knowledge.person_at(known_at).facts.certificates


def test_names_are_those_of_the_moment(manager, dana, harbour):
    later = given.NOW + timedelta(days=10)
    change_name(actor=manager, practitioner_id=dana.id, name="Dana Bell", now=later)
    assert known(manager, dana, harbour, given.NOW).name == "Dana Okafor"
    assert known(manager, dana, harbour, later).name == "Dana Bell"


def test_while_a_version_was_being_activated_both_had_to_be_met_also_in_hindsight(
    manager, dana, harbour, monkeypatch
):
    few_at_a_time(monkeypatch, 0)
    begun = given.NOW + timedelta(days=1)
    made = given.proposed("US-MT", asking(100))
    activate_adoption(actor=given.adopter(), adoption_id=made.id, now=begun)
    during = known(manager, dana, harbour, begun)
    give_up_activation(
        actor=given.adopter(),
        adoption_id=made.id,
        reason="a mistake",
        now=begun + timedelta(hours=5),
    )
    finish()
    assert during.explained.activating
    assert not during.explained.eligible
    again = known(manager, dana, harbour, begun)
    assert again.as_mapping() == during.as_mapping()
    assert known(manager, dana, harbour, begun - timedelta(hours=1)).explained.eligible
    assert known(manager, dana, harbour, begun + timedelta(hours=5)).explained.eligible


def test_before_somebody_was_on_record_nothing_was_known_of_them(app):
    admin = given.somebody(Role.ADMINISTRATOR)
    first, second = given.NOW, given.NOW + timedelta(days=3)
    place = dict(address="", zone="America/Denver", jurisdiction="US-MT")
    hill = create_clinic(actor=admin, name="Hill Clinic", **place, now=first)
    luis = add_practitioner(
        actor=admin,
        name="Luis Prado",
        profession=Profession.PT,
        clinic_ids=[hill.id],
        first_day=given.TODAY,
        now=second,
    )
    before = known(admin, luis, hill, second - timedelta(seconds=1))
    assert (before.explained, before.kept_since, before.not_kept) == (None, second, False)
    assert known(admin, luis, hill, second).explained is not None


def test_of_what_was_not_kept_it_says_so(manager, dana, harbour, database):
    with without(database, "known_people_kept"), owner(database) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE known_people SET begins = TRUE")
        before = known(manager, dana, harbour, given.NOW - timedelta(days=1))
        assert (before.explained, before.not_kept) == (None, True)


def test_what_will_be_known_nobody_can_be_asked(manager, dana, harbour):
    with pytest.raises(BadInput, match="lies ahead"):
        known(manager, dana, harbour, given.NOW + timedelta(days=31))


def test_an_answer_is_settled_a_minute_after_its_moment(manager, dana, harbour):
    now = given.NOW + timedelta(days=30)
    assert not known(manager, dana, harbour, now).settled
    assert known(manager, dana, harbour, now - timedelta(minutes=1)).settled


def test_who_does_not_know_the_clinic_and_who_never_worked_there_is_not_found(
    manager, dana, harbour
):
    hill = given.clinic("Hill Clinic", adopted=False)
    with pytest.raises(NotFound):
        known(given.somebody(Role.MANAGER, hill), dana, harbour, given.NOW)
    with pytest.raises(NotFound):
        known(given.somebody(Role.MANAGER, hill), dana, hill, given.NOW)


def test_nothing_is_written_down_twice(manager, dana, harbour):
    rows = select(KnownPersonRow.content).where(KnownPersonRow.practitioner_id == dana.id)
    before = db.session.scalars(rows).all()
    change_name(actor=manager, practitioner_id=dana.id, name=dana.name, now=given.NOW)
    assert db.session.scalars(rows).all() == before
    assert len(set(before)) == len(before)


def test_whoever_waited_with_an_older_clock_writes_no_earlier_than_the_last(manager, dana, harbour):
    later, earlier = given.NOW + timedelta(hours=2), given.NOW + timedelta(hours=1)
    change_name(actor=manager, practitioner_id=dana.id, name="Dana A", now=later)
    change_name(actor=manager, practitioner_id=dana.id, name="Dana B", now=earlier)
    latest = select(KnownPersonRow).order_by(KnownPersonRow.id.desc()).limit(1)
    assert db.session.scalars(latest).one().known_from == later


def test_the_doctor_tells_where_what_is_kept_is_not_what_is_on_record(dana, harbour):
    db.session.get_one(Practitioner, dana.id).name = "Somebody Else"
    db.session.get_one(Clinic, harbour.id).name = "Elsewhere"
    db.session.add(Practitioner(name="Slipped In", profession=Profession.PT))
    db.session.commit()
    people, places = list(known_people(db.session())), list(known_places(db.session()))
    assert [len(people), len(places)] == [2, 1]
    assert f"known of practitioner {dana.id} since" in people[0]
    assert "Nothing is kept" in people[1]
