"""Uploads at the door: from a form's file to one that the reader has let pass."""

from __future__ import annotations

from typing import cast

from flask import current_app
from werkzeug.datastructures import FileStorage

from registry.adapters.document_reader import read_document
from registry.adapters.file_store import FileStore
from registry.rules.documents import UploadLimits, tidy_name
from registry.services.documents import Upload

STORE = "file_store"


def store() -> FileStore:
    """The app's file store."""
    extensions = current_app.extensions
    if STORE not in extensions:
        extensions[STORE] = FileStore.from_url(current_app.config["DOCUMENTS"])
    return cast(FileStore, extensions[STORE])


def limits() -> UploadLimits:
    config = current_app.config
    return UploadLimits(
        mib=config["UPLOAD_MIB"],
        pages=config["UPLOAD_PAGES"],
        megapixels=config["UPLOAD_MEGAPIXELS"],
    )


def was_chosen(file: FileStorage | None) -> bool:
    """A browser sends an empty part where no file was chosen."""
    return file is not None and bool(file.filename)


def read_upload(file: FileStorage | None) -> Upload | None:
    """None where no file was chosen. Raises BadUpload."""
    if file is None or not file.filename:
        return None
    allowed = limits()
    data = file.stream.read(allowed.mib * 1024 * 1024 + 1)
    return Upload(read_document(data, file.filename, allowed), tidy_name(file.filename))
