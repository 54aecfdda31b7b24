"""Documents: is every file there that a row speaks of, unchanged, and no other?"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.file_store import FileStore
from registry.models import Document, db
from registry.models.transfers import TRANSFERS


def documents(session: Session) -> Iterator[str]:
    store = FileStore.from_url(current_app.config["DOCUMENTS"])
    if not store.is_private():
        yield "The folder of the documents is open to others on this machine: run chmod 700 on it."
    try:
        keys = set(store.keys())
        kept = select(Document).where(Document.thrown_away_at.is_(None)).order_by(Document.id)
        for document in session.scalars(kept):
            yield from _faults(store, document, keys)
            session.expunge(document)
        yield from _orphans(keys)
    except OSError as error:
        yield f"The file store cannot be read: {error}"


def _faults(store: FileStore, document: Document, keys: set[str]) -> Iterator[str]:
    try:
        kept = store.get(document.stored_as)
    except FileNotFoundError:
        yield f"The file of document {document.id} is gone: {document.stored_as}."
    else:
        if sha256(kept).hexdigest() != document.stored_sha256:
            yield f"The file of document {document.id} was changed: {document.stored_as}."
    gone = [
        page
        for page in range(1, document.pages + 1)
        if document.page_key(page) not in keys and not _is_there(store, document.page_key(page))
    ]
    if gone:
        pages = ", ".join(map(str, gone))
        yield f"Of document {document.id} the pictures of these pages are gone: {pages}."


def _is_there(store: FileStore, key: str) -> bool:
    """It may have come after the keys were listed."""
    try:
        store.get(key)
    except FileNotFoundError:
        return False
    return True


def _orphans(keys: set[str]) -> Iterator[str]:
    """
    Rows are read anew: a file may have come, and its row after it, since we began. Parts of files
    on their way are no documents; those that nobody waits for go with the next sweep.
    """
    with db.engine.connect() as connection:
        known = set(connection.scalars(select(Document.stored_as)))
    for key in sorted(keys):
        if key.partition(".page-")[0] not in known and not key.startswith(TRANSFERS):
            yield f"A file belongs to no document: {key}."
