"""The people of a shape: clinics in Utah, whose set is the largest, and everything they hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from registry.models import (
    Account,
    AccountGrant,
    Clinic,
    Credential,
    CredentialVersion,
    Engagement,
    Patient,
    Practitioner,
    Room,
    Verification,
    db,
    transaction,
)
from registry.rules.facts import (
    Approval,
    Certificate,
    Examination,
    Licence,
    Registration,
    SupervisedPractice,
)
from registry.rules.particulars import particulars_of
from registry.rules.regions import REGIONS
from registry.rules.standing import Held
from registry.rules.verification import MEANINGS
from registry.rules.vocabulary import (
    Exam,
    ExamResult,
    Method,
    Outcome,
    Profession,
    RegistrationKind,
    Role,
    VersionState,
)
from registry.services.privileges import rederive
from tests import given
from tests.benchmarks.shapes import PATIENTS, ZONE, Shape, first_day

PLACE = "US-UT"
DESK = "desk@bench.example"
SINCE = date(2010, 1, 1)
NECKLESS = frozenset(REGIONS) - {"neck", "thorax"}
TAUGHT = (NECKLESS, frozenset({"thigh", "leg_foot", "arm", "forearm_hand"}))
LAPSING_EVERY = 10  # whoever's number divides by it: their certificate ends soon after the window


def settle(shape: Shape) -> None:
    """Clinics, people and what they hold; privileges as the service derives them."""
    clinics = [
        given.clinic(f"Clinic {number:02}", zone=ZONE, jurisdiction=PLACE, adopted=number == 0)
        for number in range(shape.clinics)
    ]
    _desk(clinics)
    with transaction() as session:
        people = [
            dict(name=f"Person {n:05}", profession=Profession.PT) for n in range(shape.people)
        ]
        session.execute(insert(Practitioner), people)
        ids = list(session.scalars(select(Practitioner.id).order_by(Practitioner.id)))
        homes = {who: clinics[n // shape.per_clinic].id for n, who in enumerate(ids)}
        session.execute(insert(Engagement), [_engagement(*pair) for pair in homes.items()])
        session.execute(insert(Room), [_room(n, home) for n, home in enumerate(homes.values())])
        session.execute(insert(Patient), _patients(shape, list(homes.values())))
        _papers(session, ids)
    with transaction() as session:
        rederive(
            session, actor=given.EVERYBODY, practitioner_ids=ids, because="built", now=given.NOW
        )
    db.session.remove()


def held_by(number: int) -> list[Held]:
    """All that Utah asks for; every tenth certificate has a last day."""
    ordinary: dict[str, Any] = dict(id=0, state=VersionState.VERIFIED, first_day=date(2018, 6, 1))
    ends = first_day() + timedelta(days=40 + number % 40) if number % LAPSING_EVERY == 0 else None
    return [
        Licence(
            **ordinary | {"first_day": SINCE},
            number=f"UT-{number}",
            jurisdiction=PLACE,
            profession=Profession.PT,
            first_licensed=SINCE,
        ),
        Certificate(
            **ordinary,
            last_day=ends,
            provider="Lakeside Institute",
            course="Dry needling",
            number=f"DN-{number}",
            course_started=date(2017, 6, 1),
            completed_on=date(2018, 6, 1),
            hours_total=300,
            hours_in_person=100,
            taught=TAUGHT[number % 2],
            exams=tuple(Examination(exam, ExamResult.PASSED, in_person=True) for exam in Exam),
            approvals=(Approval("APTA", date(2015, 1, 1)),),
        ),
        SupervisedPractice(
            **ordinary, sessions=250, started=date(2017, 7, 1), finished=date(2018, 5, 1)
        ),
        Registration(**ordinary, jurisdiction=PLACE, kind=RegistrationKind.REGISTRATION),
    ]


def _desk(clinics: list[Clinic]) -> None:
    """One account that books and reads at every clinic."""
    grants = [
        AccountGrant(role=role, clinic_id=one.id)
        for one in clinics
        for role in (Role.FRONT_DESK, Role.MANAGER)
    ]
    db.session.add(Account(email=DESK, name="Dee Desk", grants=grants))
    db.session.commit()


def _engagement(who: int, home: int) -> dict[str, Any]:
    return dict(practitioner_id=who, clinic_id=home, first_day=SINCE)


def _room(number: int, home: int) -> dict[str, Any]:
    return dict(clinic_id=home, name=f"Treatment {number:04}")


def _patients(shape: Shape, homes: list[int]) -> list[dict[str, Any]]:
    each = max(1, PATIENTS // shape.people)
    return [
        dict(clinic_id=homes[n // each], reference=f"P{n:05}", name=f"Patient {n:05}")
        for n in range(PATIENTS)
    ]


def _papers(session: Any, ids: list[int]) -> None:
    clerk = session.scalar(select(Account.id).limit(1))
    facts = [(who, fact) for n, who in enumerate(ids) for fact in held_by(n)]
    session.execute(
        insert(Credential),
        [dict(practitioner_id=who, kind=fact.credential_kind) for who, fact in facts],
    )
    numbers = list(session.scalars(select(Credential.id).order_by(Credential.id)))
    versions = [
        dict(
            credential_id=number,
            version=1,
            state=fact.state,
            first_day=fact.first_day,
            last_day=fact.last_day,
            particulars=particulars_of(fact),
            entered_by=clerk,
            entered_at=given.NOW,
        )
        for number, (_, fact) in zip(numbers, facts, strict=True)
    ]
    session.execute(insert(CredentialVersion), versions)
    pairs = session.execute(select(CredentialVersion.id, CredentialVersion.credential_id))
    session.execute(insert(Verification), [_decision(clerk, *pair) for pair in pairs])


def _decision(clerk: int, version: int, credential: int) -> dict[str, Any]:
    return dict(
        credential_id=credential,
        version_id=version,
        outcome=Outcome.VERIFIED,
        effective_from=date(2018, 6, 1),
        method=Method.ORIGINAL_SEEN,
        meaning=MEANINGS[Outcome.VERIFIED],
        decided_by=clerk,
        decided_by_name="Carla Clerk",
        decided_at=given.NOW,
    )
