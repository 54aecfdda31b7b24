"""Adoptions: proposed with every open item settled, activated or withdrawn, never rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.models import (
    Adoption,
    AdoptionState,
    AuditEntry,
    Privilege,
    StoredRequirementSet,
    db,
)
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.vocabulary import Profession, Role
from registry.services.activations import activate_adoption
from registry.services.requirement_sets import propose_adoption, withdraw_proposal
from registry.services.settling import LeftOpen
from tests import given

MONTANA = load_jurisdictions()["US-MT"].sets


def proposing(sets=MONTANA, settled=None, by=None, jurisdiction="US-MT"):
    return propose_adoption(
        actor=by or given.adopter(),
        jurisdiction=jurisdiction,
        sets=sets,
        settled=given.all_settled(sets) if settled is None else settled,
        now=given.NOW,
    )


def activating(adoption, by=None, now=given.NOW):
    return activate_adoption(actor=by or given.adopter(), adoption_id=adoption.id, now=now)


def states():
    db.session.rollback()
    return list(db.session.scalars(select(Adoption.state).order_by(Adoption.version)))


def privileges():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Privilege))


@pytest.fixture
def dana(app):
    """Who has all that Montana asks for, at a clinic whose rules nobody adopted yet."""
    made = given.practitioner(at=given.clinic(adopted=False))
    given.certified(made)
    return made


def test_a_proposal_lets_nobody_needle_before_it_is_activated(dana):
    made = proposing()
    assert (made.version, states(), privileges()) == (1, [AdoptionState.PROPOSED], 0)
    assert rulebook_on_record(db.session(), ["US-MT"]).adoptions == ()
    assert activating(made).in_background is False
    assert states() == [AdoptionState.ACTIVE]
    assert privileges() > 0


def test_all_that_is_left_open_is_listed_by_code_and_words(app):
    settled = given.all_settled(MONTANA)
    unread, unreasoned, undated = sorted(settled)[:3]
    del settled[unread]
    settled[unreasoned]["why"] = "  "
    settled[undated]["look_again_on"] = ""
    with pytest.raises(LeftOpen) as caught:
        proposing(settled=settled)
    asked = {item.code: item.question for one in MONTANA for item in one.open_items}
    left = {unread, unreasoned, undated}
    assert {item.code for item in caught.value.items} == left
    assert all(f"{code}: {asked[code]}" in caught.value.message for code in left)
    assert states() == []


def test_nothing_at_all_settled_lists_everything(app):
    with pytest.raises(LeftOpen) as caught:
        proposing(settled={})
    assert {item.code for item in caught.value.items} == set(given.all_settled(MONTANA))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2027-03-01", "must lie ahead"),
        ("1999-01-01", "must lie ahead"),
        ("soon", "as 2027-06-30"),
        ("2029-03-02", "within the next two years"),
        ("9999-12-31", "within the next two years"),
    ],
)
def test_the_day_to_look_again_is_a_day_ahead_but_not_too_far(app, day, said):
    settled = given.all_settled(MONTANA)
    settled["standards"]["look_again_on"] = day
    with pytest.raises(BadInput, match=said) as caught:
        proposing(settled=settled)
    assert caught.value.field == "standards"


def test_the_last_day_to_look_again_is_two_years_from_today(app):
    settled = given.all_settled(MONTANA)
    settled["standards"]["look_again_on"] = "2029-03-01"
    assert proposing(settled=settled).settled["standards"]["look_again_on"] == "2029-03-01"


def test_what_nobody_asks_cannot_be_settled(app):
    with pytest.raises(BadInput, match="leave no “weather” open"):
        proposing(settled={**given.all_settled(MONTANA), "weather": {"reading": "Fine."}})


def test_two_sets_for_one_profession_may_not_be_in_force_on_the_same_day(app):
    [one] = MONTANA
    later = replace(one, first_day=date(2028, 1, 1))
    with pytest.raises(BadInput, match="for a physical therapist are in force on 2028-01-01"):
        proposing([one, later])
    earlier = replace(one, last_day=date(2027, 12, 31))
    made = proposing([earlier, later])
    activating(made)
    [adopted] = rulebook_on_record(db.session(), ["US-MT"]).adoptions
    assert [(s.first_day, s.last_day) for s in adopted] == [
        (one.first_day, date(2027, 12, 31)),
        (date(2028, 1, 1), None),
    ]


def test_sets_of_another_place_and_no_sets_are_refused(app):
    for sets in ([], load_jurisdictions()["US-GA"].sets):
        with pytest.raises(BadInput):
            proposing(sets)


def test_only_an_administrator_proposes_activates_and_withdraws(app):
    made = proposing()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        actor = given.somebody(role)
        with pytest.raises(NotAllowed):
            proposing(by=actor)
        with pytest.raises(NotAllowed):
            activating(made, by=actor)
        with pytest.raises(NotAllowed):
            withdraw_proposal(actor=actor, adoption_id=made.id, reason="", now=given.NOW)
    assert states() == [AdoptionState.PROPOSED]


def test_a_withdrawn_proposal_is_kept_and_cannot_be_activated(dana):
    made = proposing()
    withdraw_proposal(
        actor=given.adopter(), adoption_id=made.id, reason="Too early.", now=given.NOW
    )
    with pytest.raises(NotInThatState, match="withdrawn already"):
        activating(made)
    assert states() == [AdoptionState.WITHDRAWN]
    assert privileges() == 0


def test_what_is_active_is_neither_withdrawn_nor_activated_again(dana):
    made = proposing()
    activating(made)
    with pytest.raises(NotInThatState, match="active already"):
        withdraw_proposal(actor=given.adopter(), adoption_id=made.id, reason="", now=given.NOW)
    with pytest.raises(NotInThatState, match="active already"):
        activating(made)
    with pytest.raises(NotFound):
        activate_adoption(actor=given.adopter(), adoption_id=made.id + 99, now=given.NOW)


def test_an_older_proposal_does_not_replace_a_newer_version(dana):
    older, newer = proposing(), proposing()
    activating(newer)
    with pytest.raises(NotInThatState, match="Version 2 came into force since"):
        activating(older)
    assert states() == [AdoptionState.PROPOSED, AdoptionState.ACTIVE]


def test_a_proposal_whose_answers_fell_due_is_not_activated(dana):
    made = proposing()
    with pytest.raises(NotInThatState, match=r"due to be looked at again: .*standards"):
        activating(made, now=given.NOW + timedelta(days=366))


def test_a_new_version_overwrites_nothing_and_holds_what_lost_its_ground(dana):
    harbour = given.clinic("Hill Clinic")
    sam = given.practitioner("Sam Roy", at=harbour)
    given.certified(sam)
    booked = given.booked(harbour, sam)
    before = _contents()
    [one] = MONTANA
    barely = replace(one, profession=Profession.OT)  # nobody speaks of physical therapists any more
    lost = activating(proposing([barely])).lost
    assert [appointment.id for appointment in lost] == [booked]
    assert given.state_of(booked) == "held"
    assert privileges() == 0
    assert _contents()[: len(before)] == before


def _contents():
    db.session.rollback()
    rows = db.session.execute(
        select(StoredRequirementSet.id, StoredRequirementSet.content, Adoption.settled)
        .join(Adoption)
        .order_by(StoredRequirementSet.id)
    )
    return [tuple(row) for row in rows]


def test_who_did_what_is_in_the_audit_trail(dana):
    made, other = proposing(), proposing()
    activating(made)
    withdraw_proposal(actor=given.adopter(), adoption_id=other.id, reason="No.", now=given.NOW)
    entries = db.session.execute(
        select(AuditEntry.subject, AuditEntry.action)
        .where(AuditEntry.subject.startswith("adoption:"))
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        (f"adoption:{made.id}", "propose requirement sets"),
        (f"adoption:{other.id}", "propose requirement sets"),
        (f"adoption:{made.id}", "activate requirement sets"),
        (f"adoption:{other.id}", "withdraw requirement sets"),
    ]
