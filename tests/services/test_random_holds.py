"""
Whatever happens to papers, rules and engagements: what is on hold is what a plain look would hold.

After each step every appointment still to come is decided anew, one by one, by `decide` and by the
days on which its practitioner works there: those that may not stand are on hold, all others are
confirmed. Nothing of the stored privileges is used for it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotFound, NotInThatState, Refused
from registry.models import Appointment, Credential, CredentialVersion, Engagement, db
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.eligibility import decide
from registry.rules.questions import Question
from registry.rules.vocabulary import (
    AppointmentState,
    CredentialKind,
    Method,
    Outcome,
    Role,
    Treatment,
    VersionState,
)
from registry.services import privileges
from registry.services.archiving import archive_practitioner, bring_back_practitioner
from registry.services.engagements import end_engagement, engage_practitioner
from registry.services.house_rules import set_house_rules
from registry.services.scheduling import book_appointment, rebook_appointment
from registry.services.verification import decide_standing, verify_version
from tests import given

STEPS = 100
AHEAD = 28
TAUGHT = (("thigh",), ("thigh", "neck"), ("neck",))
HELD, CONFIRMED = AppointmentState.HELD, AppointmentState.CONFIRMED


class Walk:
    def __init__(self, seed):
        self.chance, self.now = Random(seed), given.NOW  # noqa: S311 - a seeded walk
        self.clinic = given.clinic()
        given.open_always(self.clinic)
        self.manager = given.somebody(Role.MANAGER, self.clinic)
        self.clinic_id, self.rooms = self.clinic.id, given.rooms(self.clinic)
        people = [given.practitioner(name, at=self.clinic) for name in ("Dana", "Ana")]
        for whom in people:
            given.licence(whom)
            given.certificate(whom, taught=frozenset({"thigh", "neck"}))
        self.people = [whom.id for whom in people]
        self.patients = [given.patient(self.clinic, f"Pat {n}").id for n in range(3)]
        self.seen = {HELD: 0, "restored": 0}

    def day(self):
        today = self.now.date()
        return today + timedelta(days=self.chance.randrange(AHEAD))

    def book(self):
        needles = self.chance.random() < 0.7
        starts = given.slot(self.clinic, self.chance.randrange(8, 18), day=self.day())
        wanted = given.booking(
            self.clinic,
            db.session.merge(given.Practitioner(id=self.chance.choice(self.people)), load=True),
            db.session.get_one(given.Patient, self.chance.choice(self.patients)),
            starts,
            room_id=self.chance.choice(self.rooms),
            treatment=Treatment.NEEDLING if needles else Treatment.EXERCISE,
            sites=self.chance.choice(TAUGHT) if needles else (),
        )
        book_appointment(actor=self.manager, booking=wanted, now=self.now)

    def give(self):
        number, version = self.chance.choice(
            db.session.execute(
                select(Appointment.id, Appointment.version).order_by(Appointment.id)
            ).all()
            or [(1, 1)]
        )
        rebook_appointment(
            actor=self.manager,
            appointment_id=number,
            seen_version=version,
            practitioner_id=self.chance.choice(self.people),
            now=self.now,
        )

    def rule(self):
        """Suspend, revoke or reinstate some paper, from a day before or after today."""
        theirs = Credential.practitioner_id.in_(self.people)
        papers = select(Credential.id).where(theirs).order_by(Credential.id)
        outcomes = (*[Outcome.SUSPENDED] * 3, *[Outcome.REINSTATED] * 4, Outcome.REVOKED)
        decide_standing(
            actor=self.manager,
            credential_id=self.chance.choice(db.session.scalars(papers).all()),
            outcome=self.chance.choice(outcomes),
            effective_from=self.day() - timedelta(days=self.chance.choice((0, 0, AHEAD))),
            reason="So.",
            now=self.now,
        )

    def renew(self):
        """One more certificate, which may lapse within the days looked at."""
        whom = db.session.get_one(given.Practitioner, self.chance.choice(self.people))
        made = given.certificate(
            whom,
            taught=frozenset(self.chance.choice(TAUGHT)),
            last_day=self.chance.choice((None, self.day())),
            hours_total=self.chance.choice((60, 90)),
            hours_in_person=60,
            state=VersionState.SUBMITTED,
        )
        version = select(CredentialVersion.id).where(CredentialVersion.credential_id == made.id)
        verify_version(
            actor=self.manager,
            version_id=db.session.scalar(version),
            method=Method.ISSUER_PORTAL,
            reference="A-1",
            today=self.now.date(),
            now=self.now,
        )

    def license(self):
        whom = db.session.get_one(given.Practitioner, self.chance.choice(self.people))
        given.licence(whom, last_day=self.chance.choice((None, self.day())))

    def leave(self):
        theirs = Engagement.practitioner_id.in_(self.people)
        rows = select(Engagement.id).where(theirs).order_by(Engagement.id)
        end_engagement(
            actor=self.manager,
            engagement_id=self.chance.choice(db.session.scalars(rows).all()),
            last_day=self.day(),
            now=self.now,
        )

    def come(self):
        engage_practitioner(
            actor=self.manager,
            practitioner_id=self.chance.choice(self.people),
            clinic_id=self.clinic_id,
            first_day=self.day(),
            now=self.now,
        )

    def archive(self):
        whom = self.chance.choice(self.people)
        with suppress(NotInThatState):
            bring_back_practitioner(actor=self.manager, practitioner_id=whom, now=self.now)
            return
        archive_practitioner(actor=self.manager, practitioner_id=whom, now=self.now)

    def ask_more_or_less(self):
        hours = self.chance.choice((None, 80))
        set_house_rules(
            actor=self.manager,
            clinic_id=self.clinic_id,
            requirements=[{"kind": "total_hours", "hours": hours}] if hours else [],
            first_day=self.day(),
            reason="So.",
            now=self.now,
        )

    def wait(self):
        self.now += timedelta(hours=self.chance.randrange(1, 30))


DEEDS = [
    *[Walk.book] * 9,
    *[Walk.rule] * 4,
    *[Walk.renew] * 2,
    Walk.license,
    Walk.give,
    Walk.leave,
    Walk.come,
    Walk.archive,
    Walk.ask_more_or_less,
    Walk.wait,
]


def plainly(walk):
    """Of those to come the numbers that may stand and that may not, each decided by itself."""
    db.session.rollback()
    db.session.expire_all()
    facts = facts_on_record(db.session(), walk.people)
    rulebook = rulebook_on_record(db.session(), ["US-MT"])
    may, may_not = set(), set()
    for one in db.session.scalars(
        select(Appointment).where(
            Appointment.state.in_([HELD, CONFIRMED]), Appointment.starts_at > walk.now
        )
    ):
        days = {one.first_day, one.last_day}
        engaged = any(
            stretch.clinic_id == one.clinic_id
            and stretch.first_day <= one.first_day
            and (stretch.last_day is None or stretch.last_day >= one.last_day)
            for stretch in one.practitioner.engagements
        )
        stands = engaged and one.practitioner.archived_at is None
        for site in one.sites:
            for day in days:
                question = Question(one.clinic_id, "US-MT", site, day)
                decision = decide(facts[one.practitioner_id], rulebook, question)
                stands = stands and decision.eligible
        (may if stands else may_not).add(one.id)
    return may, may_not


def as_they_are(walk, state):
    ahead = Appointment.starts_at > walk.now
    rows = select(Appointment.id).where(Appointment.state == state, ahead)
    return set(db.session.scalars(rows))


def step(walk):
    held_before = as_they_are(walk, HELD)
    deed = walk.chance.choice(DEEDS)
    with suppress(Refused, BadInput, NotFound):
        deed(walk)
    may, may_not = plainly(walk)
    assert as_they_are(walk, HELD) == may_not, deed.__name__
    assert as_they_are(walk, CONFIRMED) == may, deed.__name__
    walk.seen[HELD] += bool(may_not - held_before)
    walk.seen["restored"] += bool(held_before & may) and deed is not Walk.give


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_holds_are_what_the_plainest_look_at_every_future_appointment_would_hold(app, seed):
    walk = Walk(seed)
    for _ in range(STEPS):
        step(walk)
    assert walk.seen[HELD] >= 2, walk.seen
    assert walk.seen["restored"] >= 1, walk.seen


def test_the_plain_look_notices_where_nothing_is_restored(app, monkeypatch):
    monkeypatch.setattr(privileges, "restore_covered", lambda *_, **__: [])
    walk = Walk(1)
    with pytest.raises(AssertionError):  # noqa: PT012 - any of the steps may be the one
        for _ in range(STEPS):
            step(walk)


def test_the_plain_look_notices_where_too_little_is_held(app, monkeypatch):
    """A scene of its own: the guard of the database would refuse it, were it needling."""
    monkeypatch.setattr(privileges, "hold_unengaged", lambda *_, **__: [])
    walk = Walk(1)
    day = given.TODAY + timedelta(days=3)
    whom = db.session.get_one(given.Practitioner, walk.people[0])
    given.booked(
        walk.clinic, whom, given.slot(walk.clinic, 9, day=day), treatment="exercise", sites=()
    )
    archive_practitioner(actor=walk.manager, practitioner_id=whom.id, now=walk.now)
    assert as_they_are(walk, HELD) != plainly(walk)[1]


def test_every_paper_of_the_walk_is_one_that_can_be_decided_upon(app):
    walk = Walk(3)
    kinds = set(db.session.scalars(select(Credential.kind)))
    assert kinds == {CredentialKind.LICENCE, CredentialKind.CERTIFICATE}
    assert plainly(walk) == (set(), set())
