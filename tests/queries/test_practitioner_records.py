"""The record a page reads holds the same facts as the rules are given elsewhere."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlalchemy import select

from registry.errors import NotFound
from registry.models import CredentialVersion, Practitioner, db, transaction
from registry.models.facts_on_record import facts_on_record
from registry.queries.record_reader import (
    record_behind_credential,
    record_behind_version,
    record_of,
)
from registry.rules.facts import Cpr
from registry.rules.vocabulary import Outcome, Role, VersionState
from registry.services.verification import decide_standing
from tests import given

ONCE = {VersionState.SUBMITTED, VersionState.VERIFIED}  # of a credential at a time
PAIRS = [
    (first, second)
    for first, second in product(VersionState, VersionState)
    if first != second or first not in ONCE
]


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


def corrected(credential, state):
    """A second version of it, in some state; returns its number."""
    with transaction() as session:
        old = session.scalars(
            select(CredentialVersion).where(CredentialVersion.credential_id == credential.id)
        ).one()
        new = CredentialVersion(
            credential_id=credential.id,
            version=2,
            state=state,
            first_day=old.first_day,
            last_day=date(2030, 1, 1),
            particulars=old.particulars | {"course": "Another course"},
            entered_by=old.entered_by,
            entered_at=given.NOW,
        )
        session.add(new)
        session.flush()
        return new.id


def facts_elsewhere(practitioner):
    db.session.rollback()
    return facts_on_record(db.session(), [practitioner.id])[practitioner.id]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_facts_are_the_same_whatever_became_of_two_versions(dana, first, second):
    credential = given.certificate(dana, state=first)
    corrected(credential, second)
    assert record_of(dana.id).facts() == facts_elsewhere(dana)


def test_the_facts_are_the_same_after_decisions_and_with_many_kinds(dana, harbour):
    given.certified(dana)
    credential = given.certificate(dana)
    given.on_record(dana, Cpr, {"first_day": date(2026, 1, 1), "last_day": date(2027, 1, 1)})
    manager = given.somebody(Role.MANAGER, harbour)
    for outcome in (Outcome.SUSPENDED, Outcome.REINSTATED):
        decide_standing(
            actor=manager,
            credential_id=credential.id,
            outcome=outcome,
            effective_from=given.TODAY,
            reason="asked the issuer",
            now=given.NOW,
        )
    assert record_of(dana.id).facts() == facts_elsewhere(dana)


def test_the_facts_are_the_same_once_archived(dana):
    given.certified(dana)
    with transaction() as session:
        session.get_one(Practitioner, dana.id).archived_at = given.NOW
    assert record_of(dana.id).facts() == facts_elsewhere(dana)


def test_a_version_assumed_verified_gives_the_facts_it_would_give_once_verified(dana):
    credential = given.certificate(dana)
    waiting = corrected(credential, VersionState.SUBMITTED)
    assumed = record_of(dana.id).facts(assumed=waiting)
    with transaction() as session:
        for version in session.scalars(select(CredentialVersion)):
            verified = version.id == waiting
            version.state = VersionState.VERIFIED if verified else VersionState.SUPERSEDED
            session.flush()
    assert assumed == facts_elsewhere(dana)


def test_a_record_is_found_by_a_credential_or_a_version_of_it(dana):
    credential = given.certificate(dana)
    version = db.session.scalars(select(CredentialVersion.id)).one()
    whole = record_of(dana.id)
    assert record_behind_credential(credential.id) == whole
    assert record_behind_version(version) == whole


@pytest.mark.parametrize("read", [record_of, record_behind_credential, record_behind_version])
def test_nobody_is_found_behind_a_number_that_is_none(app, read):
    with pytest.raises(NotFound):
        read(77)


def test_three_statements_read_a_record_of_any_length(dana, statements):
    for _ in range(5):
        given.certified(dana)
    db.session.rollback()
    statements.clear()
    record_of(dana.id)
    assert len(statements) == 3
