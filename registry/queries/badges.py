"""Digital badges that came in: one with all that was found, those of somebody, and on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Account,
    Badge,
    BadgeBehind,
    BadgeProof,
    Credential,
    CredentialVersion,
    Practitioner,
    db,
)
from registry.models.badges_on_record import BadgeOnRecord, badge_behind, badge_on_record
from registry.rules.access import Action, Actor, may
from registry.rules.badge_findings import CheckedBadge
from registry.rules.badges import BadgeSaid
from registry.rules.vocabulary import CredentialKind, VersionState


@dataclass(frozen=True, slots=True)
class WaitingCertificate:
    """One that waits to be checked and has no badge behind it yet."""

    version_id: int
    course: str


@dataclass(frozen=True, slots=True)
class BadgeSeen:
    """`credential_id`: of the certificate that it stands behind, if it does."""

    id: int
    practitioner_id: int
    holder: str
    name: str
    sha256: str
    brought_by: str
    brought_at: datetime
    said: BadgeSaid
    checked: CheckedBadge
    credential_id: int | None = None
    waiting: tuple[WaitingCertificate, ...] = ()
    may_use: bool = False


@dataclass(frozen=True, slots=True)
class BadgeName:
    id: int
    name: str
    brought_at: datetime


@dataclass(frozen=True, slots=True)
class BadgeOnDesk:
    """
    The badge behind a version, for whoever checks it; `proposed` is what the reference may say.

    `bound`: what was found when somebody verified by it, as [question, verdict, sentence].
    """

    id: int
    sha256: str
    said: BadgeSaid
    checked: CheckedBadge
    brought_by: int
    bound: tuple[tuple[str, str, str], ...] = ()

    @property
    def proposed(self) -> str:
        issuer = self.said.issuer_name or self.said.issuer
        return f"Digital badge of {issuer}, SHA-256 {self.sha256[:16]}…"[:200]


def badge_seen(*, actor: Actor, badge_id: int, now: datetime) -> BadgeSeen:
    """Raises NotFound, NotAllowed."""
    badge, whose = _allowed(actor, badge_id)
    found = badge_on_record(db.session(), badge, course=None, now=now)
    used = db.session.scalar(
        select(CredentialVersion.credential_id)
        .join(BadgeBehind, BadgeBehind.version_id == CredentialVersion.id)
        .where(BadgeBehind.badge_id == badge_id)
        .order_by(CredentialVersion.id.desc())
        .limit(1)
    )
    may_use = may(actor, Action.UPLOAD_CREDENTIAL, whose.as_subject())
    return BadgeSeen(
        id=badge.id,
        practitioner_id=whose.id,
        holder=whose.name,
        name=badge.name,
        sha256=badge.sha256,
        brought_by=_name_of(badge.brought_by),
        brought_at=badge.brought_at,
        said=found.said,
        checked=found.checked,
        credential_id=used,
        waiting=_waiting(whose.id) if may_use else (),
        may_use=may_use,
    )


def badge_letters(*, actor: Actor, badge_id: int) -> str:
    """Letter by letter, as it came in. Raises NotFound, NotAllowed."""
    return _allowed(actor, badge_id)[0].raw


def badges_brought_in(practitioner_id: int) -> list[BadgeName]:
    """The newest first, for whoever has asked leave. One statement."""
    rows = db.session.execute(
        select(Badge.id, Badge.name, Badge.brought_at)
        .where(Badge.practitioner_id == practitioner_id)
        .order_by(Badge.id.desc())
    )
    return [BadgeName(*row) for row in rows]


def badge_on_desk(
    version_id: int, particulars: Mapping[str, Any], now: datetime
) -> BadgeOnDesk | None:
    """For a page that has asked leave to see the version."""
    found: BadgeOnRecord | None = badge_behind(db.session(), version_id, particulars, now)
    if found is None:
        return None
    bound = db.session.scalar(
        select(BadgeProof.checks)
        .where(BadgeProof.badge_id == found.badge.id)
        .order_by(BadgeProof.verification_id.desc())
        .limit(1)
    )
    return BadgeOnDesk(
        found.badge.id,
        found.badge.sha256,
        found.said,
        found.checked,
        found.badge.brought_by,
        tuple((question, verdict, sentence) for question, verdict, sentence in bound or ()),
    )


def _allowed(actor: Actor, badge_id: int) -> tuple[Badge, Practitioner]:
    badge = db.session.get(Badge, badge_id)
    whose = db.session.get(Practitioner, badge.practitioner_id) if badge else None
    if badge is None or whose is None:
        raise NotFound("There is no such record.")
    require(actor, Action.OPEN_DOCUMENT, whose.as_subject())
    return badge, whose


def _name_of(account_id: int) -> str:
    return db.session.scalar(select(Account.name).where(Account.id == account_id)) or ""


def _waiting(practitioner_id: int) -> tuple[WaitingCertificate, ...]:
    rows = db.session.execute(
        select(CredentialVersion.id, CredentialVersion.particulars)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .outerjoin(BadgeBehind, BadgeBehind.version_id == CredentialVersion.id)
        .where(
            Credential.practitioner_id == practitioner_id,
            Credential.kind == CredentialKind.CERTIFICATE,
            CredentialVersion.state == VersionState.SUBMITTED,
            BadgeBehind.badge_id.is_(None),
        )
        .order_by(CredentialVersion.id)
    )
    return tuple(WaitingCertificate(row.id, str(row.particulars.get("course"))) for row in rows)
