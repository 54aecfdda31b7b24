"""A paper on record before any credential rests on it, and what was read of it."""

from __future__ import annotations

from registry.adapters.document_reader import read_document
from registry.adapters.file_store import FileStore
from registry.models import DocumentExtract, db, transaction
from registry.rules.extracts import extract_kept
from registry.rules.vocabulary import Role
from registry.services.documents import Upload, add_document, kept
from tests import given
from tests.files import certificate_pdf


def brought_in(app, whose, extract=None, data=None, name="dn.pdf"):
    """Its number. Without an extract it waits to be read."""
    upload = Upload(read_document(data or certificate_pdf(), name), name, extract)
    own = given.somebody(Role.PRACTITIONER)
    with (
        kept(FileStore.from_url(app.config["DOCUMENTS"]), upload) as stored_as,
        transaction() as session,
    ):
        return add_document(
            session,
            actor=own,
            practitioner_id=whose.id,
            upload=upload,
            stored_as=stored_as,
            now=given.NOW,
        ).id


def settle(number, state, extract=None):
    """As if the worker had been there."""
    db.session.rollback()
    row = db.session.get_one(DocumentExtract, number, populate_existing=True)
    row.state, row.content = state, extract and extract_kept(extract)
    db.session.commit()
