"""Digital badges come in: kept as they are, put behind a version, and bound to a verification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.signed_credentials import open_credential
from registry.errors import BadInput, NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    Badge,
    BadgeBehind,
    BadgeProof,
    Credential,
    CredentialVersion,
    Practitioner,
    Verification,
    transaction,
)
from registry.models.badges_on_record import badge_behind
from registry.rules.access import Action, Actor
from registry.rules.badge_findings import kept_checks
from registry.rules.badges import NotABadge, badge_said
from registry.rules.vocabulary import CredentialKind, VersionState
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_diaries
from registry.services.sessions import own_account
from registry.services.typed import one_of_a_kind

KNOWN = "This very badge is on record already: find it under the digital badges."
BY_YOU = "You brought this digital badge in yourself: somebody else must check by it."
NOT_PROOF = "There is no digital badge behind this version by which it could be checked."


def bring_badge(*, actor: Actor, practitioner_id: int, raw: str, name: str, now: datetime) -> int:
    """
    Kept letter by letter, whatever it is worth; returns its number.

    Raises NotFound, NotAllowed, BadInput at `badge` for what is none or was brought in before.
    """
    with transaction() as session:
        whose = session.get(Practitioner, practitioner_id, with_for_update={"key_share": True})
        if whose is None:
            raise NotFound("There is no such record.")
        require(actor, Action.UPLOAD_CREDENTIAL, whose.as_subject())
        try:
            opened = open_credential(raw)
            said = badge_said(opened.claims)
        except NotABadge as error:
            raise BadInput(str(error), field="badge") from error
        digest = sha256(opened.raw.encode()).hexdigest()
        _refuse_known(session, practitioner_id, digest)
        badge = Badge(
            practitioner_id=practitioner_id,
            name=name[:200],
            raw=opened.raw,
            sha256=digest,
            brought_by=own_account(actor),
            brought_at=now,
        )
        session.add(badge)
        with one_of_a_kind(KNOWN, field="badge"):
            session.flush()
        told = {"issuer": said.issuer, "achievement": said.achievement, "sha256": digest}
        _tell(session, actor, "bring in a digital badge", badge, told, now)
        return badge.id


def attach_badge(*, actor: Actor, badge_id: int, version_id: int, now: datetime) -> int:
    """
    Behind a certificate of theirs that waits to be checked; returns the credential's number.

    Raises NotFound, NotAllowed, BadInput at `version_id`, NotInThatState.
    """
    with transaction() as session:
        badge = _theirs(session, actor, badge_id)
        version = session.get(CredentialVersion, version_id)
        credential = session.get(Credential, version.credential_id) if version else None
        if (
            version is None
            or credential is None
            or credential.practitioner_id != badge.practitioner_id
        ):
            raise BadInput("Choose a certificate from the list.", field="version_id")
        lock_diaries(session, [badge.practitioner_id])
        session.refresh(version)
        if version.state is not VersionState.SUBMITTED:
            raise NotInThatState(f"This version is {version.state} already.")
        put_behind(session, actor, badge_id, credential, version, now)
        return credential.id


def put_behind(
    session: Session,
    actor: Actor,
    badge_id: int,
    credential: Credential,
    version: CredentialVersion,
    now: datetime,
) -> None:
    """For use cases that make a version. Raises NotFound for a badge that is not its holder's."""
    badge = _theirs(session, actor, badge_id)
    if badge.practitioner_id != credential.practitioner_id:
        raise NotFound("There is no such record.")
    if credential.kind is not CredentialKind.CERTIFICATE:
        raise NotInThatState("A digital badge is put behind a certificate of training.")
    if session.get(BadgeBehind, version.id) is not None:
        raise NotInThatState("There is a digital badge behind this version already.")
    session.add(BadgeBehind(version_id=version.id, badge_id=badge.id))
    with one_of_a_kind("There is a digital badge behind this version already.", field=None):
        session.flush()
    told = {"credential": credential.id, "version": version.version, "sha256": badge.sha256}
    _tell(session, actor, "put a digital badge behind a certificate", badge, told, now)


def bind_proof(
    session: Session, row: Verification, version: CredentialVersion, now: datetime
) -> Mapping[str, object]:
    """
    For a verification by a signed credential: checked once more in its transaction, and kept.

    Returns what the trail says of it. Raises BadInput at `method` unless everything is met.
    """
    found = badge_behind(session, version.id, version.particulars, now)
    if found is None:
        raise BadInput(NOT_PROOF, field="method")
    if found.badge.brought_by == row.decided_by:
        raise BadInput(BY_YOU, field="method")
    if not found.checked.is_proof or found.issuer is None:
        raise BadInput(
            "Not everything about the digital badge is met, or its issuer's word was not said to "
            "count: check it in another way.",
            field="method",
        )
    checks = kept_checks(found.checked)
    session.add(
        BadgeProof(
            verification_id=row.id,
            badge_id=found.badge.id,
            sha256=found.badge.sha256,
            issuer_version_id=found.issuer.id,
            checks=checks,
        )
    )
    session.flush()
    return {"badge": found.badge.id, "badge_sha256": found.badge.sha256, "checks": checks}


def _theirs(session: Session, actor: Actor, badge_id: int) -> Badge:
    badge = session.get(Badge, badge_id)
    whose = session.get(Practitioner, badge.practitioner_id) if badge else None
    if badge is None or whose is None:
        raise NotFound("There is no such record.")
    require(actor, Action.UPLOAD_CREDENTIAL, whose.as_subject())
    return badge


def _refuse_known(session: Session, practitioner_id: int, digest: str) -> None:
    same = select(Badge.id).where(Badge.practitioner_id == practitioner_id, Badge.sha256 == digest)
    if session.scalar(same) is not None:
        raise BadInput(KNOWN, field="badge")


def _tell(
    session: Session,
    actor: Actor,
    action: str,
    badge: Badge,
    after: Mapping[str, object],
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"badge:{badge.id}",
        at=now,
        practitioner_id=badge.practitioner_id,
        after=after,
    )
