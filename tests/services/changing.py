"""Changes at random of all that a decision rests on, by the use cases that people use."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from registry.adapters.file_store import FileStore
from registry.errors import RegistryError
from registry.models import Clinic, Credential, CredentialVersion, Engagement, Practitioner, db
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.decision_values import decision_as_mapping, findings_seen, own_rules
from registry.rules.eligibility import decide
from registry.rules.facts import Certificate
from registry.rules.questions import Question
from registry.rules.vocabulary import Method, Outcome, Role, VersionState
from registry.services.activations import activate_adoption
from registry.services.archiving import archive_practitioner, bring_back_practitioner
from registry.services.clinics import change_clinic
from registry.services.credentials import correct_credential, submit_credential, withdraw_credential
from registry.services.engagements import end_engagement, engage_practitioner
from registry.services.house_rules import set_house_rules
from registry.services.practitioners import change_name
from registry.services.verification import decide_standing, reject_version, verify_version
from tests import given
from tests.services.activating import asking

STANDINGS = (Outcome.SUSPENDED, Outcome.REINSTATED, Outcome.REVOKED)
TAUGHT = (given.LEGS, frozenset({"neck"}), frozenset({"neck", "thigh"}))
#: Changes of which hundreds take no time: most touch no privilege.
LIGHT = {
    "enter": 1,
    "correct": 8,
    "withdraw": 8,
    "rename": 8,
    "verify": 2,
    "reject": 1,
    "stand": 1,
    "leave": 0.5,
    "move_clinic": 0.5,
    "house": 0.1,
    "adopt": 0.1,
}
#: How often each is done, among so many.
OFTEN = {
    "enter": 3,
    "correct": 2,
    "withdraw": 2,
    "verify": 3,
    "reject": 1,
    "stand": 3,
    "rename": 2,
    "engage": 1,
    "leave": 1,
    "archive": 1,
    "return": 1,
    "move_clinic": 1,
    "house": 1,
    "adopt": 1,
}


class Changing:
    """A clinic, somebody who needles there, and those who decide; an hour passes with each step."""

    def __init__(self, app, seed):
        self.chance, self.now = Random(seed), given.NOW  # noqa: S311 - which changes, no secret
        self.store = FileStore.from_url(app.config["DOCUMENTS"])
        given.adopt("US-UT")
        harbour, dana = given.clinic(), None
        dana = given.practitioner(at=harbour)
        given.certified(dana)
        self.clinic_id, self.dana_id = harbour.id, dana.id
        self.manager = given.somebody(Role.MANAGER, harbour)
        self.admin = given.somebody(Role.ADMINISTRATOR)
        self.clerk = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
        self.done: dict[str, int] = {}

    def step(self, often=OFTEN):
        """Some change; one that is refused changes nothing, and time goes on all the same."""
        self.now += timedelta(hours=1)
        words = self.chance.choices(list(often), list(often.values()))[0]
        with suppress(RegistryError):
            getattr(self, f"_{words}")()
            self.done[words] = self.done.get(words, 0) + 1

    def decision(self, site, day):
        """What the record itself answers at this moment, asked in the plainest way."""
        db.session.rollback()
        session = db.session()
        clinic = session.get_one(Clinic, self.clinic_id, populate_existing=True)
        facts = facts_on_record(session, [self.dana_id])[self.dana_id]
        rulebook = rulebook_on_record(session, [clinic.jurisdiction])
        question = Question(clinic.id, clinic.jurisdiction, site, day)
        decision = decide(facts, rulebook, question)
        own = own_rules(rulebook, question, clinic.name)
        return decision_as_mapping(decision, findings_seen(decision, own))

    def any_day(self):
        """One of a few, for with each day on which an answer turns every change takes longer."""
        return given.TODAY + timedelta(days=90 * self.chance.randint(-6, 6))

    def _fact(self):
        first = self.any_day()
        number = f"DN-{self.chance.randint(1, 99)}"
        return Certificate(
            id=0,
            state=VersionState.SUBMITTED,
            first_day=first,
            last_day=self.chance.choice([None, first + timedelta(days=400)]),
            provider="Lakeside Institute",
            course="Dry needling",
            number=number,
            completed_on=date(2022, 5, 2),
            hours_total=self.chance.choice([20, 60]),
            hours_in_person=self.chance.choice([20, 60]),
            taught=self.chance.choice(TAUGHT),
        )

    def _at(self):
        return {"now": self.now}

    def _credential(self):
        """One of the last few, so that what is known of her does not grow for ever."""
        mine = select(Credential.id).where(Credential.practitioner_id == self.dana_id)
        found = db.session.scalars(mine.order_by(Credential.id.desc()).limit(3)).all()
        return self.chance.choice(found)

    def _waiting(self):
        wanted = (
            select(CredentialVersion.id)
            .join(Credential)
            .where(
                Credential.practitioner_id == self.dana_id,
                CredentialVersion.state == VersionState.SUBMITTED,
            )
        )
        found = db.session.scalars(wanted).all()
        return self.chance.choice(found) if found else 0

    def _enter(self):
        if len(db.session.scalars(select(Credential.id)).all()) > 8:
            return self._correct()
        return submit_credential(
            actor=self.clerk,
            practitioner_id=self.dana_id,
            fact=self._fact(),
            upload=None,
            store=self.store,
            **self._at(),
        )

    def _correct(self):
        correct_credential(
            actor=self.clerk,
            credential_id=self._credential(),
            fact=self._fact(),
            upload=None,
            store=self.store,
            **self._at(),
        )

    def _withdraw(self):
        withdraw_credential(actor=self.clerk, version_id=self._waiting(), **self._at())

    def _verify(self):
        verify_version(
            actor=self.manager,
            version_id=self._waiting(),
            method=Method.ISSUER_PHONED,
            reference="Mr Low",
            today=given.TODAY,
            **self._at(),
        )

    def _reject(self):
        reject_version(
            actor=self.manager,
            version_id=self._waiting(),
            reason="no",
            today=given.TODAY,
            **self._at(),
        )

    def _stand(self):
        decide_standing(
            actor=self.manager,
            credential_id=self._credential(),
            outcome=self.chance.choice(STANDINGS),
            effective_from=self.any_day(),
            reason="board",
            **self._at(),
        )

    def _rename(self):
        name = f"Dana {self.chance.choice(['Okafor', 'Okafor-Bell', 'Bell'])}"
        change_name(actor=self.manager, practitioner_id=self.dana_id, name=name, **self._at())

    def _engage(self):
        engage_practitioner(
            actor=self.admin,
            practitioner_id=self.dana_id,
            clinic_id=self.clinic_id,
            first_day=self.any_day(),
            **self._at(),
        )

    def _leave(self):
        mine = select(Engagement.id).where(Engagement.practitioner_id == self.dana_id)
        number = self.chance.choice(db.session.scalars(mine).all())
        end_engagement(
            actor=self.manager, engagement_id=number, last_day=self.any_day(), **self._at()
        )

    def _archive(self):
        archive_practitioner(actor=self.admin, practitioner_id=self.dana_id, **self._at())

    def _return(self):
        db.session.rollback()
        if db.session.get_one(Practitioner, self.dana_id).archived_at is not None:
            bring_back_practitioner(actor=self.admin, practitioner_id=self.dana_id, **self._at())

    def _move_clinic(self):
        change_clinic(
            actor=self.admin,
            clinic_id=self.clinic_id,
            name=self.chance.choice(["Harbour Clinic", "Harbour Rooms"]),
            address="1 Quay Street",
            zone=self.chance.choice(["America/New_York", "America/Denver"]),
            jurisdiction=self.chance.choice(["US-MT", "US-UT"]),
            **self._at(),
        )

    def _house(self):
        hours = self.chance.choice([None, 30, 61])
        set_house_rules(
            actor=self.manager,
            clinic_id=self.clinic_id,
            requirements=[{"kind": "total_hours", "hours": hours}] if hours else [],
            first_day=self.now.date() + timedelta(days=self.chance.randint(1, 90)),
            reason="ours",
            **self._at(),
        )

    def _adopt(self):
        made = given.proposed("US-MT", asking(self.chance.choice([10, 40, 80])), by=self.admin)
        activate_adoption(actor=self.admin, adoption_id=made.id, **self._at())
