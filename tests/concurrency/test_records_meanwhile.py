"""Two change what rests on one record at the same instant: neither works on what was."""

from __future__ import annotations

import threading
import time
from datetime import date

import pytest
from sqlalchemy import select

from registry.errors import NotInThatState, Overtaken
from registry.models import Adoption, AdoptionState, Credential, CredentialVersion, db
from registry.models.derived_privileges import derive, stored_privileges
from registry.rules.facts import Certificate
from registry.rules.standing import Held
from registry.rules.vocabulary import Method, Role, VersionState
from registry.services import clinics, credentials, engagements, new_bookings, scheduling
from registry.services.activations import activate_adoption
from registry.services.clinics import change_clinic, create_clinic
from registry.services.credentials import correct_credential, withdraw_credential
from registry.services.engagements import engage_practitioner
from registry.services.scheduling import book_appointment, rebook_appointment
from registry.services.verification import verify_version
from tests import given
from tests.concurrency.together import after, together
from tests.services.activating import asking, few_at_a_time, steps, stored


@pytest.fixture
def harbour(app):
    return given.clinic()


def dawdling(monkeypatch, module, name):
    """The named step is done, then its transaction stays open for a while; set once it is done."""
    done = threading.Event()
    step = getattr(module, name)

    def do_and_dawdle(*args, **known):
        found = step(*args, **known)
        done.set()
        time.sleep(0.5)
        return found

    monkeypatch.setattr(module, name, do_and_dawdle)
    return done


def versions():
    db.session.rollback()
    rows = db.session.execute(
        select(CredentialVersion.version, CredentialVersion.state).order_by(CredentialVersion.id)
    )
    return [(row.version, row.state) for row in rows]


@pytest.fixture
def waiting(harbour):
    """A certificate of Dana's that waits for its check; its holder, and a manager."""
    dana = given.practitioner(at=harbour)
    given.certificate(dana, state=VersionState.SUBMITTED)
    version = db.session.scalars(select(CredentialVersion)).one()
    holder = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    return version, holder, given.somebody(Role.MANAGER, harbour)


def verifying(waiting):
    version, _, manager = waiting
    return lambda: verify_version(
        actor=manager,
        version_id=version.id,
        method=Method.ORIGINAL_SEEN,
        reference="the paper",
        today=given.TODAY,
        now=given.NOW,
    )


def correcting(waiting, **known):
    version, holder, _ = waiting
    fact: Held = Certificate(
        id=0,
        state=VersionState.SUBMITTED,
        first_day=date(2022, 5, 2),
        provider="Lakeside Institute",
        course="Dry needling",
        **known,
    )
    return lambda: correct_credential(
        actor=holder,
        credential_id=version.credential_id,
        fact=fact,
        upload=None,
        store=None,
        now=given.NOW,
    )


def test_what_its_holder_takes_back_is_not_verified_meanwhile(app, waiting, monkeypatch):
    version, holder, _ = waiting
    taken_back = dawdling(monkeypatch, credentials, "record")
    _, refused = together(
        app,
        lambda: withdraw_credential(actor=holder, version_id=version.id, now=given.NOW),
        after(taken_back, verifying(waiting)),
    )
    assert isinstance(refused, NotInThatState), refused
    assert versions() == [(1, VersionState.WITHDRAWN)]


def test_what_is_being_corrected_is_not_verified_meanwhile(app, waiting, monkeypatch):
    corrected = dawdling(monkeypatch, credentials, "record")
    _, refused = together(app, correcting(waiting), after(corrected, verifying(waiting)))
    assert isinstance(refused, NotInThatState), refused
    assert versions() == [(1, VersionState.SUPERSEDED), (2, VersionState.SUBMITTED)]


def test_two_corrections_at_once_become_two_versions(app, waiting, monkeypatch):
    verifying(waiting)()
    corrected = dawdling(monkeypatch, credentials, "record")
    outcomes = together(app, correcting(waiting), after(corrected, correcting(waiting)))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert [number for number, _ in versions()] == [1, 2, 3]


@pytest.fixture
def hill(app):
    """Where nobody has adopted the rules yet, and Dana, who would fulfil them."""
    hill = given.clinic("Hill Clinic", adopted=False)
    dana = given.practitioner()
    given.certified(dana)
    assert db.session.scalar(select(Credential.id).limit(1))
    return hill, dana


def engaging(hill):
    clinic, dana = hill
    return lambda: engage_practitioner(
        actor=given.EVERYBODY,
        practitioner_id=dana.id,
        clinic_id=clinic.id,
        first_day=date(2027, 1, 1),
        now=given.NOW,
    )


def test_who_is_engaged_while_rules_are_adopted_is_judged_by_them(app, hill, monkeypatch):
    engaged = dawdling(monkeypatch, engagements, "rederive")
    outcomes = together(app, engaging(hill), after(engaged, lambda: given.adopt("US-MT")))
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    db.session.rollback()
    ids = [hill[1].id]
    assert stored_privileges(db.session(), ids)[ids[0]] == derive(db.session(), ids)[ids[0]] != {}


def test_proposals_at_once_become_versions_of_their_own(app, hill):
    outcomes = together(app, *[lambda: given.proposed("US-MT")] * 4)
    made = [one for one in outcomes if not isinstance(one, Overtaken)]
    assert all(isinstance(one, Adoption) for one in made), outcomes
    db.session.rollback()
    versions = sorted(db.session.scalars(select(Adoption.version)))
    assert versions == list(range(1, len(made) + 1)) != []


def test_of_two_who_activate_at_once_one_does(app, hill):
    actor = given.adopter()
    made = given.proposed("US-MT", by=actor).id

    def activating():
        return activate_adoption(actor=actor, adoption_id=made, now=given.NOW)

    outcomes = together(app, activating, activating)
    refused = [one for one in outcomes if isinstance(one, NotInThatState)]
    assert len(refused) == 1, outcomes


def test_who_is_engaged_while_an_activation_begins_is_judged_by_both_versions(
    app, hill, monkeypatch
):
    clinic, dana = hill
    given.adopt("US-MT")
    for name in ("Sam Roy", "Kim Park"):
        given.certified(given.practitioner(name, at=clinic))
    actor = given.adopter()
    made = given.proposed("US-MT", asking(80), by=actor).id
    few_at_a_time(monkeypatch, 1)
    engaged = dawdling(monkeypatch, engagements, "rederive")

    def activating():
        activate_adoption(actor=actor, adoption_id=made, now=given.NOW)
        return [
            stored([dana.id])
            for _ in steps()
            if db.session.get_one(Adoption, made).state is AdoptionState.ACTIVE
        ]

    engagement, held = together(app, engaging(hill), after(engaged, activating))
    assert not isinstance(engagement, Exception), engagement
    assert held == [{}] * len(held) != [], held  # the new version allows her nothing


def test_two_who_swap_their_appointments_do_not_block_each_other(app, harbour, monkeypatch):
    people = [given.practitioner(name, at=harbour) for name in ("Dana Okafor", "Sam Roy")]
    for each in people:
        given.certified(each)
    made = [given.booked(harbour, people[0], given.slot(harbour, 10))]
    made.append(given.booked(harbour, people[1], given.slot(harbour, 12)))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    dawdling(monkeypatch, scheduling, "lock_diaries")

    def giving(which, to):
        return lambda: rebook_appointment(
            actor=desk,
            appointment_id=made[which],
            seen_version=1,
            practitioner_id=people[to].id,
            now=given.NOW,
        )

    assert together(app, giving(0, 1), giving(1, 0)) == [None, None]


def test_a_booking_and_a_new_jurisdiction_do_not_block_each_other(app, harbour, monkeypatch):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    wanted = given.booking(harbour, dana, given.patient(harbour))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    looked = dawdling(monkeypatch, new_bookings, "checked_values")
    booked, held = together(
        app,
        lambda: book_appointment(actor=desk, booking=wanted, now=given.NOW),
        after(
            looked,
            lambda: change_clinic(
                actor=given.EVERYBODY,
                clinic_id=harbour.id,
                name=harbour.name,
                address=harbour.address,
                zone=harbour.zone,
                jurisdiction="US-CA",
                now=given.NOW,
            ),
        ),
    )
    assert [one.id for one in held] == [booked]


def test_two_clinics_at_once_may_be_the_first_of_their_zone(app, monkeypatch):
    kept = dawdling(monkeypatch, clinics, "keep_offsets")

    def opening(name):
        return lambda: create_clinic(
            actor=given.EVERYBODY,
            name=name,
            address="",
            zone="America/Denver",
            jurisdiction="US-CO",
            now=given.NOW,
        )

    outcomes = together(app, opening("Hill"), after(kept, opening("Lake")))
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
