"""Verification: somebody other than the holder decides on a credential, and answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    Account,
    Credential,
    CredentialVersion,
    Document,
    Practitioner,
    Verification,
    transaction,
)
from registry.rules.access import Actor
from registry.rules.verification import (
    ACTIONS,
    FOLLOWS,
    FURTHEST_AHEAD,
    MEANINGS,
    credential_may_become,
    is_for,
)
from registry.rules.vocabulary import Method, Outcome, VersionState
from registry.rules.wording import as_sentence, day_in_words
from registry.services.audit_trail import record
from registry.services.badges import bind_proof
from registry.services.credentials import subject_of
from registry.services.diary_lock import lock_diaries
from registry.services.holds import LostGround
from registry.services.outbox import promise_letter
from registry.services.privileges import rederive


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decides: how it was checked for a verification, why for all else."""

    outcome: Outcome
    effective_from: date
    method: Method | None = None
    reference: str = ""
    reason: str = ""


def verify_version(
    *, actor: Actor, version_id: int, method: Method, reference: str, today: date, now: datetime
) -> list[LostGround]:
    """
    The version was checked against its source and counts from now on, on its own dates.

    Returns the appointments that lost their ground: a correction may shorten what it replaces.
    """
    ruling = Ruling(Outcome.VERIFIED, today, method, reference)
    return _rule_on_version(actor, version_id, ruling, now)


def reject_version(
    *, actor: Actor, version_id: int, reason: str, today: date, now: datetime
) -> list[LostGround]:
    """
    The version is refused, with a reason the holder is told.

    Returns what was booked provisionally until it was checked, and is on hold now.
    """
    return _rule_on_version(actor, version_id, Ruling(Outcome.REJECTED, today, reason=reason), now)


def decide_standing(
    *,
    actor: Actor,
    credential_id: int,
    outcome: Outcome,
    effective_from: date,
    reason: str,
    now: datetime,
) -> list[LostGround]:
    """
    Suspend, restrict, revoke or reinstate a verified credential from a day on.

    Returns the appointments that lost their ground by it, all in one transaction.
    """
    with transaction() as session:
        credential = _locked(session, actor, session.get(Credential, credential_id), outcome)
        if not is_for(outcome, credential.kind):
            raise NotInThatState("Only a licence can be restricted.")
        version = session.scalar(
            select(CredentialVersion).where(
                CredentialVersion.credential_id == credential_id,
                CredentialVersion.state == VersionState.VERIFIED,
            )
        )
        if version is None:
            raise NotInThatState(f"Only a verified credential can be {outcome}.")
        if effective_from > now.date() + FURTHEST_AHEAD:
            raise BadInput("Choose a day within a year from now.", field="effective_from")
        _refuse_not_following(session, credential_id, outcome, effective_from)
        ruling = Ruling(outcome, effective_from, reason=reason)
        return _enact(session, actor, credential, version, ruling, now)


def _refuse_not_following(
    session: Session, credential_id: int, outcome: Outcome, effective_from: date
) -> None:
    before = session.execute(
        select(Verification.outcome, Verification.effective_from)
        .where(Verification.credential_id == credential_id)
        .order_by(Verification.id)
    ).all()
    if not credential_may_become([row.outcome for row in before], outcome):
        raise NotInThatState(f"This credential cannot be {outcome} now.")
    standing = [row for row in before if row.outcome in FOLLOWS]
    if standing and standing[-1].outcome is outcome and effective_from >= standing[-1][1]:
        since = day_in_words(standing[-1][1])
        raise BadInput(
            f"It is {outcome} from {since} on already. Only an earlier day changes anything.",
            field="effective_from",
        )


def _rule_on_version(
    actor: Actor, version_id: int, ruling: Ruling, now: datetime
) -> list[LostGround]:
    with transaction() as session:
        version = session.get(CredentialVersion, version_id)
        found = session.get(Credential, version.credential_id) if version else None
        credential = _locked(session, actor, found, ruling.outcome)
        version = session.get_one(CredentialVersion, version_id, populate_existing=True)
        if version.state is not VersionState.SUBMITTED:
            raise NotInThatState(f"This record is {version.state} already. Look at it again.")
        if ruling.outcome is Outcome.VERIFIED:
            _supersede(session, credential.id)
        version.state = VersionState(ruling.outcome)
        session.flush()
        return _enact(session, actor, credential, version, ruling, now)


def _locked(
    session: Session, actor: Actor, credential: Credential | None, outcome: Outcome
) -> Credential:
    if credential is None:
        raise NotFound("There is no such record.")
    require(actor, ACTIONS[outcome], subject_of(session, credential))
    lock_diaries(session, [credential.practitioner_id])
    return credential


def _supersede(session: Session, credential_id: int) -> None:
    for version in session.scalars(
        select(CredentialVersion).where(
            CredentialVersion.credential_id == credential_id,
            CredentialVersion.state == VersionState.VERIFIED,
        )
    ):
        version.state = VersionState.SUPERSEDED
    session.flush()


def _enact(
    session: Session,
    actor: Actor,
    credential: Credential,
    version: CredentialVersion,
    ruling: Ruling,
    now: datetime,
) -> list[LostGround]:
    _need_grounds(ruling)
    row = _sign(session, actor, credential, version, ruling, now)
    signed = ruling.method is Method.SIGNED_CREDENTIAL
    bound = bind_proof(session, row, version, now) if signed else {}
    record(
        session,
        actor=actor,
        action=f"{ruling.outcome} credential",
        subject=f"credential:{credential.id}",
        at=now,
        practitioner_id=credential.practitioner_id,
        after={
            "version": version.version,
            "outcome": ruling.outcome,
            "effective_from": ruling.effective_from,
            "method": ruling.method,
            "reference": ruling.reference,
            "document_sha256": row.document_sha256,
            **bound,
        },
        reason=ruling.reason,
    )
    _tell_holder(session, credential, row, now)
    return rederive(
        session,
        actor=actor,
        practitioner_ids=[credential.practitioner_id],
        because=f"{as_sentence(credential.kind.title)} {ruling.outcome}"
        + (f": {ruling.reason}" if ruling.reason else "."),
        now=now,
        cause=f"verification:{row.id}",
    )


def _sign(
    session: Session,
    actor: Actor,
    credential: Credential,
    version: CredentialVersion,
    ruling: Ruling,
    now: datetime,
) -> Verification:
    document = session.get(Document, version.document_id) if version.document_id else None
    row = Verification(
        credential_id=credential.id,
        version_id=version.id,
        outcome=ruling.outcome,
        effective_from=ruling.effective_from,
        method=ruling.method,
        reference=ruling.reference,
        reason=ruling.reason,
        meaning=MEANINGS[ruling.outcome],
        document_sha256=document.sha256 if document else None,
        decided_by=actor.account_id,
        decided_by_name=actor.name,
        decided_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _tell_holder(
    session: Session, credential: Credential, row: Verification, now: datetime
) -> None:
    holder = session.scalar(
        select(Account).where(
            Account.practitioner_id == credential.practitioner_id, Account.closed_at.is_(None)
        )
    )
    practitioner = session.get_one(Practitioner, credential.practitioner_id)
    to = holder.email if holder else practitioner.email
    if to:
        promise_letter(
            session,
            dedup_key=f"verification:{row.id}",
            to=to,
            template=row.outcome,
            particulars={
                "name": practitioner.name,
                "credential": credential.kind.title,
                "reason": row.reason,
                "effective_from": row.effective_from.isoformat(),
                "path": "/my-credentials",
            },
            now=now,
            account_id=holder.id if holder else None,
        )


def _need_grounds(ruling: Ruling) -> None:
    if ruling.outcome is Outcome.VERIFIED:
        if not ruling.reference.strip():
            raise BadInput("Say what you checked: a reference, a name.", field="reference")
    elif not ruling.reason.strip():
        raise BadInput("Give a reason: the holder is told.", field="reason")
