"""Papers come in first: brought in, changed page by page, thrown away, or forgotten unsent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.adapters.document_reader import PageOrigin, ReadDocument
from registry.adapters.file_store import FileStore
from registry.errors import BadUpload, NotFound
from registry.leave import require
from registry.models import Document, DocumentPage, Practitioner, db, transaction
from registry.rules.access import Action, Actor
from registry.rules.photo_quality import hints_from
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_diaries
from registry.services.documents import (
    Upload,
    add_document,
    kept,
    nothing_rests_on_it,
    remove_papers,
    unsent_paper,
)
from registry.services.reminders import REGISTRY

#: Papers of one practitioner that wait for their credential: more is no haste, but a heap.
MOST_UNSENT = 30
AT_ONCE = 100


def bring_in_paper(
    *, actor: Actor, practitioner_id: int, upload: Upload, store: FileStore, now: datetime
) -> int:
    """A document on which nothing rests yet; returns its number. Raises BadUpload."""
    with kept(store, upload) as stored_as, transaction() as session:
        _let_in(session, actor, practitioner_id)
        lock_diaries(session, [practitioner_id])
        _refuse_a_heap(session, practitioner_id)
        document = add_document(
            session,
            actor=actor,
            practitioner_id=practitioner_id,
            upload=upload,
            stored_as=stored_as or "",
            now=now,
        )
        _record(session, actor, "bring in paper", document, now, after=_as_audited(document))
        return document.id


def replace_paper(
    *, actor: Actor, document_id: int, upload: Upload, store: FileStore, now: datetime
) -> int:
    """
    The same paper with other pages, or in another order; returns the number it has now.

    What it was is thrown away in the same transaction. Raises BadUpload, or NotInThatState where
    a credential rests on it.
    """
    with kept(store, upload) as stored_as, transaction() as session:
        old = _own_paper(session, actor, document_id)
        document = add_document(
            session,
            actor=actor,
            practitioner_id=old.practitioner_id,
            upload=upload,
            stored_as=stored_as or "",
            now=now,
            instead_of=old.id,
        )
        old.thrown_away_at = now
        told = {"before": _as_audited(old), "after": _as_audited(document)}
        _record(session, actor, "change pages of paper", document, now, **told)
        number = document.id
    _clear_away(store)
    return number


def paper_again(*, actor: Actor, document_id: int, store: FileStore) -> ReadDocument:
    """A paper that waits to be sent, as its reader let it pass. Raises NotFound."""
    session = db.session()
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such record.")
    _let_in(session, actor, document.practitioner_id)
    origins = session.execute(
        select(DocumentPage.sha256, DocumentPage.hints)
        .where(DocumentPage.document_id == document_id)
        .order_by(DocumentPage.number)
    )
    try:
        clean, *pages = (store.get(key) for key in document.lies_at())
    except FileNotFoundError as error:
        raise NotFound("The file is missing from the store. Tell an administrator.") from error
    return ReadDocument(
        media_type=document.media_type,
        clean=clean,
        pages=tuple(pages),
        original_sha256=document.sha256,
        clean_sha256=document.stored_sha256,
        origins=tuple(PageOrigin(sha256, hints_from(hints)) for sha256, hints in origins),
    )


def throw_away_paper(*, actor: Actor, document_id: int, store: FileStore, now: datetime) -> None:
    """Raises NotInThatState where a credential rests on it."""
    with transaction() as session:
        document = _own_paper(session, actor, document_id)
        document.thrown_away_at = now
        _record(session, actor, "throw away paper", document, now, before=_as_audited(document))
    _clear_away(store)


def forget_papers(*, store: FileStore, kept_for: timedelta, now: datetime) -> None:
    """Those that nobody sent for so long, and what is left of any that were thrown away."""
    with transaction() as session:
        old = session.scalars(
            select(Document)
            .where(
                Document.uploaded_at <= now - kept_for,
                Document.thrown_away_at.is_(None),
                nothing_rests_on_it(),
            )
            .order_by(Document.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True, of=Document)
        ).all()
        for document in old:
            document.thrown_away_at = now
            told = _as_audited(document)
            _record(session, REGISTRY, "forget paper", document, now, before=told)
    _clear_away(store)


def _clear_away(store: FileStore) -> None:
    """
    First the files, then the rows: whatever stops it, the next sweep goes on where it stood.
    """
    with transaction() as session:
        gone = session.scalars(
            select(Document)
            .where(Document.thrown_away_at.is_not(None))
            .order_by(Document.id)
            .limit(AT_ONCE)
        ).all()
    if not gone:
        return
    for document in gone:
        _delete(store, document.lies_at())
    with transaction() as session:
        remove_papers(session, [document.id for document in gone])


def _delete(store: FileStore, keys: Iterable[str]) -> None:
    for key in keys:
        store.delete(key)


def _let_in(session: Session, actor: Actor, practitioner_id: int) -> None:
    practitioner = session.get(Practitioner, practitioner_id)
    if practitioner is None:
        raise NotFound("There is no such record.")
    require(actor, Action.UPLOAD_CREDENTIAL, practitioner.as_subject())


def _own_paper(session: Session, actor: Actor, document_id: int) -> Document:
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such record.")
    _let_in(session, actor, document.practitioner_id)
    lock_diaries(session, [document.practitioner_id])
    return unsent_paper(session, document.practitioner_id, document_id)


def _refuse_a_heap(session: Session, practitioner_id: int) -> None:
    unsent = session.scalar(
        select(func.count())
        .select_from(Document)
        .where(
            Document.practitioner_id == practitioner_id,
            Document.thrown_away_at.is_(None),
            nothing_rests_on_it(),
        )
    )
    if (unsent or 0) >= MOST_UNSENT:
        raise BadUpload(
            f"{unsent} papers wait to be sent already. Send or throw away some of them first."
        )


def _record(
    session: Session,
    actor: Actor,
    action: str,
    document: Document,
    now: datetime,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"document:{document.id}",
        at=now,
        practitioner_id=document.practitioner_id,
        before=before,
        after=after,
    )


def _as_audited(document: Document) -> dict[str, object]:
    return {
        "document": document.id,
        "name": document.name,
        "pages": document.pages,
        "sha256": document.sha256,
    }
