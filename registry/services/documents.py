"""Documents come in: the bytes into the file store first, the row with what rests on it after."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from registry.adapters.document_reader import ReadDocument
from registry.adapters.file_store import FileStore
from registry.errors import BadUpload, NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    CredentialVersion,
    Document,
    DocumentExtract,
    DocumentPage,
    Practitioner,
    VersionSyllabus,
    db,
)
from registry.rules.access import Action, Actor
from registry.rules.extracts import Extract
from registry.rules.photo_quality import hints_kept
from registry.rules.vocabulary import VersionState
from registry.rules.wording import day_in_words
from registry.services.extracts import begin_extract, clock_of


@dataclass(frozen=True, slots=True)
class Upload:
    """
    A file that the reader has let pass, and what its sender called it.

    `extract` is what was read of it at once; None where that is left to the worker.
    """

    read: ReadDocument
    name: str
    extract: Extract | None = None


@contextmanager
def kept(store: FileStore, upload: Upload | None) -> Iterator[str | None]:
    """Its bytes and rendered pages in the store, under a name we make; gone if the rest fails."""
    if upload is None:
        yield None
        return
    stored_as = f"documents/{secrets.token_hex(16)}"
    files = {stored_as: upload.read.clean} | {
        f"{stored_as}.page-{number}.png": page
        for number, page in enumerate(upload.read.pages, start=1)
    }
    try:
        for key, data in files.items():
            store.put(key, data)
        yield stored_as
    except BaseException:
        for key in files:
            store.delete(key)
        raise


def add_document(
    session: Session,
    *,
    actor: Actor,
    practitioner_id: int,
    upload: Upload,
    stored_as: str,
    now: datetime,
    instead_of: int | None = None,
) -> Document:
    """
    The row, on which nothing rests yet; `instead_of` is a paper that it takes the place of.

    Raises BadUpload for a file that this practitioner's record has already.
    """
    origins = upload.read.page_origins()
    _refuse_known(session, practitioner_id, {origin.sha256 for origin in origins}, instead_of)
    document = Document(
        practitioner_id=practitioner_id,
        name=upload.name[:200],
        media_type=upload.read.media_type,
        size=len(upload.read.clean),
        pages=upload.read.page_count,
        sha256=upload.read.original_sha256,
        stored_sha256=upload.read.clean_sha256,
        stored_as=stored_as,
        uploaded_by=actor.account_id,
        uploaded_at=now,
    )
    session.add(document)
    session.flush()
    pages = enumerate(origins, start=1)
    told = [
        {
            "document_id": document.id,
            "number": number,
            "sha256": origin.sha256,
            "hints": hints_kept(origin.hints),
        }
        for number, origin in pages
    ]
    session.execute(insert(DocumentPage), told)
    begin_extract(session, document, upload.extract, now)
    return document


def nothing_rests_on_it() -> ColumnElement[bool]:
    """Of a document: no version, whatever became of it, as paper or syllabus."""
    return and_(
        ~exists().where(CredentialVersion.document_id == Document.id),
        ~exists().where(VersionSyllabus.document_id == Document.id),
    )


def unsent_paper(session: Session, practitioner_id: int, document_id: int) -> Document:
    """
    A paper of theirs that was brought in and waits for its credential; locked until commit.

    Raises NotFound, or NotInThatState where a credential rests on it.
    """
    document = session.scalar(
        select(Document)
        .where(Document.id == document_id, Document.practitioner_id == practitioner_id)
        .with_for_update()
    )
    if document is None or document.thrown_away_at is not None:
        raise NotFound("There is no such paper any more. Bring it in again.")
    if not session.scalar(select(nothing_rests_on_it()).where(Document.id == document_id)):
        raise NotInThatState("This paper was sent already: it is behind a credential.")
    return document


def remove_papers(session: Session, document_ids: Collection[int]) -> None:
    """The rows of papers thrown away, once their files are gone."""
    session.execute(delete(DocumentExtract).where(DocumentExtract.document_id.in_(document_ids)))
    session.execute(delete(DocumentPage).where(DocumentPage.document_id.in_(document_ids)))
    session.execute(delete(Document).where(Document.id.in_(document_ids)))


def document_for_reading(*, actor: Actor, document_id: int) -> Document:
    """The document, if this person may open it. Raises NotFound or NotAllowed."""
    document = db.session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such record.")
    practitioner = db.session.get_one(Practitioner, document.practitioner_id)
    require(actor, Action.OPEN_DOCUMENT, practitioner.as_subject())
    return document


def _refuse_known(
    session: Session, practitioner_id: int, hashes: set[str], instead_of: int | None
) -> None:
    """Behind a credential that waits or counts, or among what was brought in and not sent."""
    alive = exists().where(
        CredentialVersion.document_id == Document.id,
        CredentialVersion.state.in_([VersionState.SUBMITTED, VersionState.VERIFIED]),
    )
    unsent = nothing_rests_on_it()
    known = session.execute(
        select(Document.name, Document.uploaded_at, unsent.label("unsent"))
        .join(DocumentPage, DocumentPage.document_id == Document.id)
        .where(
            Document.practitioner_id == practitioner_id,
            Document.id != (instead_of or 0),
            Document.thrown_away_at.is_(None),
            DocumentPage.sha256.in_(hashes),
            or_(alive, unsent),
        )
        .limit(1)
    ).one_or_none()
    if known is None:
        return
    day = known.uploaded_at.astimezone(clock_of(session, practitioner_id)).date()
    told = f"{known.name}, uploaded on {day_in_words(day)}"
    if known.unsent:
        raise BadUpload(
            f"This very file was brought in already and waits to be sent: {told}. "
            f"Go on with that one, or throw it away first."
        )
    raise BadUpload(
        f"This very file is on record already: {told}. Upload another, or correct that one."
    )
