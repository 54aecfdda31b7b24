"""The record, read as the plain facts that the rules judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, select
from sqlalchemy.orm import Session

from registry.models.credentials import Credential, CredentialVersion
from registry.models.people import Engagement, Practitioner
from registry.models.verifications import Verification
from registry.rules.facts import Engagement as EngagementFact
from registry.rules.facts import Facts
from registry.rules.particulars import FIELDS, fact_from
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
SPEAK_LAST = (VersionState.VERIFIED, VersionState.SUBMITTED, VersionState.REJECTED)


def facts_on_record(session: Session, practitioner_ids: Collection[int]) -> dict[int, Facts]:
    """
    The facts of each practitioner, in two statements whatever their number.

    Of a credential the version that counts is read, and beside it one that waits: a pending
    renewal counts for nothing, but a refusal can name it as the nearest fix.
    """
    held = _held(session, practitioner_ids)
    people: dict[int, Profession] = {}
    engagements: defaultdict[int, list[EngagementFact]] = defaultdict(list)
    for row in session.execute(_people_and_where_they_work(), _of(practitioner_ids)):
        people[row.id] = row.profession
        if row.clinic_id is not None:
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


# Statements are made once, for that costs as much as asking them.
OF: BindParameter[Any] = bindparam("asked", expanding=True)


def _of(asked: Collection[Any]) -> dict[str, list[Any]]:
    return {"asked": list(asked)}


def _by_field(held: Mapping[CredentialKind, list[Held]]) -> dict[str, Any]:
    return {field: tuple(held.get(kind, ())) for kind, field in FIELDS.items()}


@cache
def _people_and_where_they_work() -> Any:
    return (
        select(
            Practitioner.id,
            Practitioner.profession,
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
    held: defaultdict[int, defaultdict[CredentialKind, list[Held]]] = defaultdict(
        lambda: defaultdict(list)
    )
    rows = session.execute(_versions(), _of(ids))
    for _, versions in groupby(rows, attrgetter("credential_id")):
        for decided in _that_speak(versions):
            version = decided[0]
            held[version.practitioner_id][version.kind].append(_fact(decided))
    return held


@cache
def _versions() -> Any:
    """
    Every version but those withdrawn, credential by credential, in their order.

    One row for each decision about the credential's standing, in the order they were recorded.
    Which versions speak is told afterwards: told in SQL, SQLite would look through every verified
    version of everybody to find a few.
    """
    version = CredentialVersion
    return (
        select(
            Credential.practitioner_id,
            Credential.kind,
            version.credential_id,
            version.state,
            version.first_day,
            version.last_day,
            version.particulars,
            version.id,
            Verification.outcome,
            Verification.effective_from,
        )
        .select_from(Credential)
        .join(version)
        .outerjoin(
            Verification,
            and_(
                Verification.credential_id == Credential.id,
                Verification.outcome.in_(STANDINGS),
            ),
        )
        .where(Credential.practitioner_id.in_(OF), version.state != VersionState.WITHDRAWN)
        .order_by(Credential.id, version.version, Verification.id)
    )


def _that_speak(rows: Iterable[Row[Any]]) -> list[list[Row[Any]]]:
    """The version that is verified, and the last one if it waits or was rejected."""
    versions = [list(decided) for _, decided in groupby(rows, attrgetter("id"))]
    *before, last = versions
    speaking = [decided for decided in before if decided[0].state is VersionState.VERIFIED]
    return [*speaking, last] if last[0].state in SPEAK_LAST else speaking


def _fact(decided: list[Row[Any]]) -> Held:
    version = decided[0]
    return fact_from(
        version.kind,
        version.particulars,
        id=version.credential_id,
        state=version.state,
        first_day=version.first_day,
        last_day=version.last_day,
        decisions=tuple(
            StandingSince(row.effective_from, STANDINGS[row.outcome])
            for row in decided
            if row.outcome is not None
        ),
    )
