"""The review queue: what waits for a check, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select, true
from sqlalchemy.orm import aliased

from registry.leave import require
from registry.models import Account, Credential, Engagement, Practitioner, db
from registry.models import CredentialVersion as Version
from registry.rules.access import Action, Actor, Subject
from registry.rules.particulars import fact_from
from registry.rules.standing import Held
from registry.rules.vocabulary import CredentialKind, Role, VersionState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """`by_another`: whoever looks may not check it: it is theirs, or they entered it."""

    version_id: int
    kind: CredentialKind
    fact: Held
    practitioner_id: int
    practitioner: str
    entered_by: str
    entered_at: datetime
    corrects: bool
    by_another: bool


@dataclass(frozen=True, slots=True)
class Queue:
    waiting: tuple[Waiting, ...]
    total: int
    oldest: datetime | None
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def review_queue(*, actor: Actor, clinic_id: int | None = None, page: int = 1) -> Queue:
    """In one statement: at that clinic, or wherever they manage. Raises NotFound or NotAllowed."""
    asked = frozenset({clinic_id}) if clinic_id is not None else frozenset[int]()
    require(actor, Action.VERIFY_CREDENTIAL, Subject(asked))
    reached = asked or actor.clinics(Role.MANAGER)
    rows = db.session.execute(_waiting(_works_at(reached), actor.account_id, page)).all()
    return Queue(
        waiting=tuple(_one(row, actor) for row in rows),
        total=rows[0].total if rows else 0,
        oldest=rows[0].oldest if rows else None,
        page=page,
    )


def _works_at(clinics: frozenset[int] | None) -> ColumnElement[bool]:
    """Whose clinics they are; everybody's where a manager manages every clinic."""
    if clinics is None:
        return true()
    return exists().where(
        Engagement.practitioner_id == Practitioner.id, Engagement.clinic_id.in_(clinics)
    )


def _waiting(whose: ColumnElement[bool], account_id: int | None, page: int) -> Any:
    earlier = aliased(Version)
    mine = exists().where(
        earlier.credential_id == Version.credential_id, earlier.entered_by == account_id
    )
    return (
        select(
            Version.id,
            Version.credential_id,
            Version.version,
            Version.first_day,
            Version.last_day,
            Version.particulars,
            Version.entered_at,
            Credential.kind,
            Practitioner.id.label("practitioner_id"),
            Practitioner.name.label("practitioner"),
            Account.name.label("entered_by_name"),
            mine.label("entered_by_asker"),
            func.count().over().label("total"),
            func.min(Version.entered_at).over().label("oldest"),
        )
        .join(Credential, Credential.id == Version.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .join(Account, Account.id == Version.entered_by)
        .where(Version.state == VersionState.SUBMITTED, whose)
        .order_by(Version.entered_at, Version.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )


def _one(row: Row[Any], actor: Actor) -> Waiting:
    return Waiting(
        version_id=row.id,
        kind=row.kind,
        fact=fact_from(
            row.kind,
            row.particulars,
            id=row.credential_id,
            state=VersionState.SUBMITTED,
            first_day=row.first_day,
            last_day=row.last_day,
        ),
        practitioner_id=row.practitioner_id,
        practitioner=row.practitioner,
        entered_by=row.entered_by_name,
        entered_at=row.entered_at,
        corrects=row.version > 1,
        by_another=row.entered_by_asker or row.practitioner_id == actor.practitioner_id,
    )
