"""Documents come in: the bytes into the file store first, the row with what rests on it after."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.document_reader import ReadDocument
from registry.adapters.file_store import FileStore
from registry.errors import BadUpload, NotFound
from registry.leave import require
from registry.models import (
    Credential,
    CredentialVersion,
    Document,
    Practitioner,
    db,
)
from registry.rules.access import Action, Actor
from registry.rules.extracts import Extract
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
) -> Document:
    """Raises BadUpload for a file that this practitioner's record has already."""
    _refuse_known(session, practitioner_id, upload.read.original_sha256)
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
    begin_extract(session, document, upload.extract, now)
    return document


def document_for_reading(*, actor: Actor, document_id: int) -> Document:
    """The document, if this person may open it. Raises NotFound or NotAllowed."""
    document = db.session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such record.")
    practitioner = db.session.get_one(Practitioner, document.practitioner_id)
    require(actor, Action.OPEN_DOCUMENT, practitioner.as_subject())
    return document


def _refuse_known(session: Session, practitioner_id: int, sha256: str) -> None:
    known = session.execute(
        select(Document.name, Document.uploaded_at)
        .join(CredentialVersion, CredentialVersion.document_id == Document.id)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .where(
            Credential.practitioner_id == practitioner_id,
            Document.sha256 == sha256,
            CredentialVersion.state.in_([VersionState.SUBMITTED, VersionState.VERIFIED]),
        )
        .limit(1)
    ).one_or_none()
    if known is not None:
        day = known.uploaded_at.astimezone(clock_of(session, practitioner_id)).date()
        raise BadUpload(
            f"This very file is on record already: {known.name}, uploaded on "
            f"{day_in_words(day)}. Upload another, or correct that one."
        )
