"""Papers for tests: files as the reader let them pass, and papers brought in with them."""

from __future__ import annotations

from functools import cache

from flask import current_app
from sqlalchemy import select

from registry.adapters.document_reader import ReadDocument, read_document
from registry.adapters.file_store import FileStore
from registry.models import Document, Practitioner, db
from registry.rules.access import Actor
from registry.services.documents import Upload
from registry.services.papers import bring_in_paper
from tests import given
from tests.files import certificate_pdf


@cache
def _read(data: bytes, name: str) -> ReadDocument:
    return read_document(data, name)


def upload_of(data: bytes | None = None, name: str = "dn.pdf") -> Upload:
    return Upload(_read(certificate_pdf() if data is None else data, name), name)


def store() -> FileStore:
    return FileStore.from_url(current_app.config["DOCUMENTS"])


def brought_in(by: Actor, whose: Practitioner, data: bytes | None = None, **known: object) -> int:
    """The number of a paper that was brought in and not sent."""
    told = {"now": given.NOW} | known
    told.setdefault("upload", upload_of(data))
    return bring_in_paper(actor=by, practitioner_id=whose.id, store=store(), **told)


def papers() -> list[Document]:
    db.session.rollback()
    return list(db.session.scalars(select(Document).order_by(Document.id)))


def lying() -> list[str]:
    """Everything in the file store."""
    return sorted(store().keys())
