"""The record, read as the plain facts and requirement sets that the rules judge."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, Row, Text, and_, bindparam, cast, or_, select
from sqlalchemy.orm import Session

from registry.models.credentials import Credential, CredentialVersion
from registry.models.people import Engagement, Practitioner
from registry.models.requirement_sets import Adoption, StoredRequirementSet
from registry.models.verifications import Verification
from registry.rules.facts import Engagement as EngagementFact
from registry.rules.facts import Facts
from registry.rules.particulars import fact_from
from registry.rules.requirement_sets import RequirementSet, parse_requirement_set
from registry.rules.standing import Held, StandingSince
from registry.rules.vocabulary import (
    CredentialKind,
    Outcome,
    Profession,
    Standing,
    VersionState,
)

STANDINGS = {
    Outcome.SUSPENDED: Standing.SUSPENDED,
    Outcome.RESTRICTED: Standing.RESTRICTED,
    Outcome.REVOKED: Standing.REVOKED,
    Outcome.REINSTATED: Standing.IN_FORCE,
}
FIELDS = {
    CredentialKind.LICENCE: "licences",
    CredentialKind.CERTIFICATE: "certificates",
    CredentialKind.REGISTRATION: "registrations",
    CredentialKind.SUPERVISED_PRACTICE: "supervised",
    CredentialKind.CPR: "cpr",
    CredentialKind.INDEMNITY: "indemnities",
}


def facts_on_record(session: Session, practitioner_ids: Collection[int]) -> dict[int, Facts]:
    """
    The facts of each practitioner, in three statements whatever their number.

    Of a credential the version that counts is read, and beside it one that waits: a pending
    renewal counts for nothing, but a refusal can name it as the nearest fix.
    """
    held = _held(session, practitioner_ids)
    people: dict[int, Profession] = {}
    engagements: defaultdict[int, list[EngagementFact]] = defaultdict(list)
    for row in session.execute(_people_and_where_they_work(), _of(practitioner_ids)):
        people[row.id] = row.profession
        if row.clinic_id is not None and row.archived_at is None:
            engagement = EngagementFact(row.clinic_id, row.first_day, row.last_day)
            engagements[row.id].append(engagement)
    return {
        practitioner_id: Facts(
            profession=profession,
            engagements=tuple(engagements[practitioner_id]),
            **_by_field(held[practitioner_id]),
        )
        for practitioner_id, profession in people.items()
    }


def sets_on_record(session: Session, jurisdictions: Collection[str]) -> tuple[RequirementSet, ...]:
    """Every adopted requirement set of these jurisdictions, of whatever day."""
    rows = session.execute(_adopted(), _of(jurisdictions))
    return tuple(_parsed(content, settled) for content, settled in rows)


@lru_cache(maxsize=256)
def _parsed(content: str, settled: str) -> RequirementSet:
    """By its text: a set that was adopted never changes, and is read at every refusal."""
    return parse_requirement_set({**json.loads(content), "settled": sorted(json.loads(settled))})


# Statements are made once, for that costs as much as asking them.
OF: BindParameter[Any] = bindparam("asked", expanding=True)


def _of(asked: Collection[Any]) -> dict[str, list[Any]]:
    return {"asked": list(asked)}


@cache
def _adopted() -> Any:
    return (
        select(cast(StoredRequirementSet.content, Text), cast(Adoption.settled, Text))
        .join(Adoption)
        .where(Adoption.jurisdiction.in_(OF))
        .order_by(Adoption.id)
    )


def _by_field(held: Mapping[CredentialKind, list[Held]]) -> dict[str, Any]:
    return {field: tuple(held.get(kind, ())) for kind, field in FIELDS.items()}


@cache
def _people_and_where_they_work() -> Any:
    return (
        select(
            Practitioner.id,
            Practitioner.profession,
            Practitioner.archived_at,
            Engagement.clinic_id,
            Engagement.first_day,
            Engagement.last_day,
        )
        .outerjoin(Engagement)
        .where(Practitioner.id.in_(OF))
        .order_by(Engagement.id)
    )


def _held(
    session: Session, ids: Collection[int]
) -> defaultdict[int, defaultdict[CredentialKind, list[Held]]]:
    decisions = _decisions(session, ids)
    held: defaultdict[int, defaultdict[CredentialKind, list[Held]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in session.execute(_versions_that_speak(), _of(ids)):
        held[row.practitioner_id][row.kind].append(_fact(row, decisions[row.credential_id]))
    return held


@cache
def _versions_that_speak() -> Any:
    """The verified version of each credential, and the one after it that waits or was rejected."""
    version = CredentialVersion
    later = version.__table__.alias("later")
    replaced = select(later.c.id).where(
        later.c.credential_id == version.credential_id,
        later.c.version > version.version,
        later.c.state != VersionState.WITHDRAWN,
    )
    speaks = or_(
        version.state == VersionState.VERIFIED,
        and_(
            version.state.in_([VersionState.SUBMITTED, VersionState.REJECTED]), ~replaced.exists()
        ),
    )
    return (
        select(
            Credential.practitioner_id,
            Credential.kind,
            version.credential_id,
            version.state,
            version.first_day,
            version.last_day,
            version.particulars,
        )
        .join(Credential)
        .where(Credential.practitioner_id.in_(OF), speaks)
        .order_by(version.id)
    )


def _decisions(session: Session, ids: Collection[int]) -> dict[int, tuple[StandingSince, ...]]:
    found: defaultdict[int, tuple[StandingSince, ...]] = defaultdict(tuple)
    for row in session.execute(_decided(), _of(ids)):
        since = StandingSince(row.effective_from, STANDINGS[row.outcome])
        found[row.credential_id] += (since,)
    return found


@cache
def _decided() -> Any:
    return (
        select(Verification.credential_id, Verification.outcome, Verification.effective_from)
        .join(Credential, Credential.id == Verification.credential_id)
        .where(Credential.practitioner_id.in_(OF), Verification.outcome.in_(STANDINGS))
        .order_by(Verification.id)
    )


def _fact(row: Row[Any], decisions: tuple[StandingSince, ...]) -> Held:
    return fact_from(
        row.kind,
        row.particulars,
        id=row.credential_id,
        state=row.state,
        first_day=row.first_day,
        last_day=row.last_day,
        decisions=decisions,
    )
