"""Credentials come on record: submitted, corrected by a new version, or withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.adapters.file_store import FileStore
from registry.errors import NotFound, NotInThatState
from registry.leave import require
from registry.models import Credential, CredentialVersion, Document, Practitioner, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.particulars import particulars_of
from registry.rules.standing import Held
from registry.rules.vocabulary import VersionState
from registry.services.audit_trail import record
from registry.services.badges import put_behind
from registry.services.diary_lock import lock_diaries
from registry.services.documents import Upload, add_document, kept, unsent_paper
from registry.services.holds import tell_of_holds
from registry.services.knowledge import keep_known_people
from registry.services.paper_sources import (
    NOTHING_BESIDE,
    Beside,
    keep_syllabus,
    sources_behind,
)
from registry.services.provisional import settle_provisional


class Entry(NamedTuple):
    """
    What somebody entered, and the file behind it, if there is one: `upload`, which lies at
    `stored_as`, or `paper_id`, a paper that came in before. `beside`: what came with it.
    """

    fact: Held
    upload: Upload | None
    stored_as: str | None
    paper_id: int | None
    note: str
    beside: Beside


def submit_credential(
    *,
    actor: Actor,
    practitioner_id: int,
    fact: Held,
    upload: Upload | None,
    store: FileStore,
    paper_id: int | None = None,
    note: str = "",
    beside: Beside = NOTHING_BESIDE,
    badge_id: int | None = None,
    now: datetime,
) -> int:
    """
    A new credential, waiting for verification; returns its number.

    `fact` is the licence, certificate, … as entered (its id and state do not matter yet).
    `paper_id` is a paper brought in before, in place of `upload`; `badge_id` a digital badge of
    theirs that stands behind it.
    """
    with kept(store, upload) as stored_as, transaction() as session:
        practitioner = session.get(Practitioner, practitioner_id)
        if practitioner is None:
            raise NotFound("There is no such record.")
        require(actor, Action.UPLOAD_CREDENTIAL, practitioner.as_subject())
        lock_diaries(session, [practitioner_id])
        credential = Credential(practitioner_id=practitioner_id, kind=fact.credential_kind)
        session.add(credential)
        session.flush()
        entry = Entry(fact, upload, stored_as, paper_id, note, beside)
        version = _add_version(session, actor, credential, entry, now)
        if badge_id is not None:
            put_behind(session, actor, badge_id, credential, version, now)
        return credential.id


def correct_credential(
    *,
    actor: Actor,
    credential_id: int,
    fact: Held,
    upload: Upload | None,
    store: FileStore,
    paper_id: int | None = None,
    note: str = "",
    beside: Beside = NOTHING_BESIDE,
    now: datetime,
) -> int:
    """
    A new version of what is on record; returns the version's number.

    The version that counts goes on counting until the new one is verified; one that still
    waited is superseded. Without a new file the latest one stays behind it.
    """
    with kept(store, upload) as stored_as, transaction() as session:
        credential = _locked(session, actor, credential_id, Action.UPLOAD_CREDENTIAL)
        if fact.credential_kind is not credential.kind:
            raise NotInThatState(f"This record is of a {credential.kind}.")
        session.execute(
            update(CredentialVersion)
            .where(
                CredentialVersion.credential_id == credential_id,
                CredentialVersion.state == VersionState.SUBMITTED,
            )
            .values(state=VersionState.SUPERSEDED)
        )
        entry = Entry(fact, upload, stored_as, paper_id, note, beside)
        version = _add_version(session, actor, credential, entry, now)
        _settle_bookings(session, actor, credential, "What waits to be checked was corrected.", now)
        return version.id


def withdraw_credential(*, actor: Actor, version_id: int, now: datetime) -> None:
    """Take back an upload that nobody has verified. The record of it stays."""
    with transaction() as session:
        version = session.get(CredentialVersion, version_id)
        if version is None:
            raise NotFound("There is no such record.")
        credential = _locked(session, actor, version.credential_id, Action.WITHDRAW_CREDENTIAL)
        session.refresh(version)
        if version.state is not VersionState.SUBMITTED:
            raise NotInThatState(
                f"This version is {version.state} already and can no longer be taken back."
            )
        version.state = VersionState.WITHDRAWN
        record(
            session,
            actor=actor,
            action="withdraw credential",
            subject=f"credential:{credential.id}",
            at=now,
            practitioner_id=credential.practitioner_id,
            before={"version": version.version, "state": VersionState.SUBMITTED},
            after={"version": version.version, "state": VersionState.WITHDRAWN},
        )
        _settle_bookings(
            session, actor, credential, "What waited to be checked was withdrawn.", now
        )
        keep_known_people(session, [credential.practitioner_id], now)


def _settle_bookings(
    session: Session, actor: Actor, credential: Credential, because: str, now: datetime
) -> None:
    """What is booked provisionally rests on what waits to be checked."""
    session.flush()
    whose = [credential.practitioner_id]
    cause = f"credential:{credential.id}"
    lost = settle_provisional(session, actor, whose, because, now, cause=cause)
    tell_of_holds(session, lost, because, now)


def subject_of(session: Session, credential: Credential) -> Subject:
    """Whose it is, the clinics that see it, and everybody who brought in any of it."""
    practitioner = session.get_one(Practitioner, credential.practitioner_id)
    whose = practitioner.as_subject()
    brought_in_by = session.execute(
        select(CredentialVersion.entered_by, Document.uploaded_by)
        .outerjoin(Document, Document.id == CredentialVersion.document_id)
        .where(CredentialVersion.credential_id == credential.id)
    )
    people = frozenset(who for row in brought_in_by for who in row if who is not None)
    return Subject(whose.clinic_ids, whose.practitioner_id, people)


def _locked(session: Session, actor: Actor, credential_id: int, action: Action) -> Credential:
    credential = session.get(Credential, credential_id)
    if credential is None:
        raise NotFound("There is no such record.")
    require(actor, action, subject_of(session, credential))
    lock_diaries(session, [credential.practitioner_id])
    return credential


def _add_version(
    session: Session, actor: Actor, credential: Credential, entry: Entry, now: datetime
) -> CredentialVersion:
    latest = session.scalar(
        select(CredentialVersion)
        .where(CredentialVersion.credential_id == credential.id)
        .order_by(CredentialVersion.version.desc())
        .limit(1)
    )
    document_id = _document_behind(session, actor, credential, entry, now)
    document_id = document_id or (latest.document_id if latest else None)
    version = CredentialVersion(
        credential_id=credential.id,
        version=latest.version + 1 if latest else 1,
        first_day=entry.fact.first_day,
        last_day=entry.fact.last_day,
        particulars=particulars_of(entry.fact),
        document_id=document_id,
        entered_by=actor.account_id,
        entered_at=now,
        note=entry.note,
        sources=sources_behind(session, entry.fact, document_id, entry.beside),
    )
    session.add(version)
    session.flush()
    keep_syllabus(session, credential.practitioner_id, version, entry.beside)
    record(
        session,
        actor=actor,
        action="submit credential" if latest is None else "correct credential",
        subject=f"credential:{credential.id}",
        at=now,
        practitioner_id=credential.practitioner_id,
        before=_as_audited(latest),
        after=_as_audited(version),
        reason=entry.note,
    )
    keep_known_people(session, [credential.practitioner_id], now)
    return version


def _document_behind(
    session: Session, actor: Actor, credential: Credential, entry: Entry, now: datetime
) -> int | None:
    if entry.paper_id is not None:
        return unsent_paper(session, credential.practitioner_id, entry.paper_id).id
    if entry.upload is None or entry.stored_as is None:
        return None
    return add_document(
        session,
        actor=actor,
        practitioner_id=credential.practitioner_id,
        upload=entry.upload,
        stored_as=entry.stored_as,
        now=now,
    ).id


def _as_audited(version: CredentialVersion | None) -> dict[str, object] | None:
    if version is None:
        return None
    return {
        "version": version.version,
        "first_day": version.first_day,
        "last_day": version.last_day,
        "particulars": version.particulars,
        "document": version.document_id,
        "sources": version.sources,
    }
