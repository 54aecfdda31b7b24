"""How the credentials of the demo came on record: sent in by their holders, decided by others."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import NamedTuple

from sqlalchemy import select

from registry.adapters.certificate_reader import extract_at_once
from registry.adapters.document_reader import read_document
from registry.demo.credential_maker import Holding, Paper
from registry.demo.holdings import REJECTED, WAITS, holdings
from registry.demo.house import House
from registry.demo.papers import certificate_pdf, photo_of
from registry.demo.people import PRACTITIONERS, Person
from registry.models import Credential, CredentialVersion, db
from registry.rules.facts import Certificate
from registry.rules.vocabulary import CredentialKind, Method, Outcome
from registry.services.credentials import submit_credential
from registry.services.documents import Upload
from registry.services.verification import decide_standing, reject_version, verify_version

#: By clinic. Ruth Adeyemi's own go to the manager of the other clinic where she works.
REVIEWERS = {"harbour": "ruth", "bay": "ruth", "hill": "colin"}
METHODS = {
    CredentialKind.LICENCE: (Method.ISSUER_PORTAL, "The board's public look-up, printed"),
    CredentialKind.CERTIFICATE: (Method.ISSUER_WROTE, "Letter of the course's registrar"),
    CredentialKind.REGISTRATION: (Method.BOARD_ROSTER, "Receipt of the board"),
}
SEEN = (Method.ORIGINAL_SEEN, "Original shown at the front desk")
SHARPNESS = {Paper.PHOTO: 0.8, Paper.BLURRED: 6.0}

Files = Mapping[tuple[str, int], Upload]


class Discovery(NamedTuple):
    """Something learned later about a credential that had been verified."""

    whose: str
    kind: CredentialKind
    outcome: Outcome
    because: str
    since: int  # days from today
    learned: tuple[int, str]  # days from today, and the time


DISCOVERIES = (
    Discovery(
        "victor",
        CredentialKind.CERTIFICATE,
        Outcome.REVOKED,
        "The provider wrote that it never issued this certificate.",
        since=-5,
        learned=(-2, "16:10"),
    ),
    Discovery(
        "elena",
        CredentialKind.LICENCE,
        Outcome.SUSPENDED,
        "The board's look-up shows the licence suspended while it inquires.",
        since=0,
        learned=(-1, "18:40"),
    ),
    Discovery(
        "maximiliana",
        CredentialKind.CERTIFICATE,
        Outcome.SUSPENDED,
        "The provider could not find the examination at first.",
        since=0,
        learned=(-1, "19:10"),
    ),
    Discovery(
        "maximiliana",
        CredentialKind.CERTIFICATE,
        Outcome.REINSTATED,
        "The provider found the examination, and wrote so.",
        since=0,
        learned=(-1, "19:50"),
    ),
)


def draw_papers(house: House) -> Files:
    """Really drawn and really read, two at a time; by person and place among their holdings."""
    wanted = {
        (person.key, place): (person, holding)
        for person, place, holding in _everything_held(house)
        if holding.paper is not None
    }
    with ThreadPoolExecutor(2) as pool:
        uploads = pool.map(lambda one: _upload(*one), wanted.values())
        return dict(zip(wanted, uploads, strict=True))


def plan_credentials(house: House, files: Files) -> None:
    minutes = count()
    for person, place, holding in _everything_held(house):
        sent = house.moment(-holding.days_ago, "08:30") + timedelta(minutes=next(minutes))
        upload = files.get((person.key, place))
        house.agenda.put(sent, partial(_send_in, house, person, holding, upload))


def plan_discoveries(house: House) -> None:
    for discovery in DISCOVERIES:
        house.agenda.put(house.moment(*discovery.learned), partial(_rule, house, discovery))


def _everything_held(house: House) -> list[tuple[Person, int, Holding]]:
    held = {clinic: holdings(house.today(clinic)) for clinic in house.clinics}
    return [
        (person, place, holding)
        for person in PRACTITIONERS
        for place, holding in enumerate(held[person.at[0]][person.key])
    ]


def _upload(person: Person, holding: Holding) -> Upload:
    assert isinstance(holding.fact, Certificate)  # noqa: S101 - only certificates have a paper
    assert holding.paper is not None  # noqa: S101
    data = certificate_pdf(holding.fact, person.name)
    if holding.paper in SHARPNESS:
        data = photo_of(data, blur=SHARPNESS[holding.paper])
    read = read_document(data, holding.paper)
    day = holding.fact.completed_on or date.max
    extract = extract_at_once(read, holder=person.name, today=day)
    return Upload(read, holding.paper, extract)


def _send_in(
    house: House, person: Person, holding: Holding, upload: Upload | None, now: datetime
) -> None:
    credential_id = submit_credential(
        actor=house.actors[person.key],
        practitioner_id=house.practitioners[person.key],
        fact=holding.fact,
        upload=upload,
        store=house.store,
        now=now,
    )
    if holding.becomes is not WAITS:
        review = partial(_review, house, person, holding, credential_id)
        house.agenda.put(now + timedelta(days=1, hours=2), review)


def _review(
    house: House, person: Person, holding: Holding, credential_id: int, now: datetime
) -> None:
    reviewer = "colin" if person.key == "ruth" else REVIEWERS[person.at[0]]
    version_id = db.session.scalars(
        select(CredentialVersion.id).where(CredentialVersion.credential_id == credential_id)
    ).one()
    actor, today = house.actors[reviewer], house.day_of(now)
    if holding.becomes is REJECTED:
        reject_version(
            actor=actor, version_id=version_id, reason=holding.reason, today=today, now=now
        )
        return
    method, reference = METHODS.get(holding.fact.credential_kind, SEEN)
    verify_version(
        actor=actor,
        version_id=version_id,
        method=method,
        reference=reference,
        today=today,
        now=now,
    )


def _rule(house: House, discovery: Discovery, now: datetime) -> None:
    credential_id = db.session.scalars(
        select(Credential.id).where(
            Credential.practitioner_id == house.practitioners[discovery.whose],
            Credential.kind == discovery.kind,
        )
    ).one()
    since: date = house.today() + timedelta(days=discovery.since)
    decide_standing(
        actor=house.actors["ruth"],
        credential_id=credential_id,
        outcome=discovery.outcome,
        effective_from=since,
        reason=discovery.because,
        now=now,
    )
