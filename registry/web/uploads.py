"""Uploads at the door: from a form's file to one that the reader has let pass."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from flask import current_app
from werkzeug.datastructures import FileStorage

from registry.adapters.certificate_reader import extract_at_once
from registry.adapters.document_binder import PageOf, bind_pages, every_page
from registry.adapters.document_reader import read_document
from registry.adapters.file_store import FileStore
from registry.rules.documents import KEPT_ENDINGS, PDF, UploadLimits, tidy_name
from registry.services.documents import Upload

STORE = "file_store"
logger = logging.getLogger(__name__)


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


def read_file(data: bytes, filename: str) -> Upload:
    """The one place where bytes come in, however they came. Raises BadUpload."""
    return Upload(read_document(data, filename, limits()), tidy_name(filename))


def read_upload(file: FileStorage | None) -> Upload | None:
    """None where no file was chosen. Raises BadUpload."""
    if file is None or not file.filename:
        return None
    allowed = limits()
    data = file.stream.read(allowed.mib * 1024 * 1024 + 1)
    return read_file(data, file.filename)


def bound(uploads: Sequence[Upload], order: Sequence[PageOf] | None = None) -> Upload:
    """One document of all their pages, or of those in `order`. Raises BadUpload."""
    read = [upload.read for upload in uploads]
    made = bind_pages(read, order or every_page(read), limits())
    name = uploads[0].name
    if made is not read[0] and made.media_type == PDF:
        name = tidy_name(f"{name.rpartition('.')[0] or name}{KEPT_ENDINGS[PDF]}")
    return Upload(made, name)


def with_extract(upload: Upload, *, holder: str, today: date) -> Upload:
    """The same, read at once if its own text says enough; else the worker reads it, by eye."""
    try:
        found = extract_at_once(upload.read, holder=holder, today=today)
    except Exception:  # whatever is wrong with reading it, the paper comes in
        logger.exception("An upload could not be read at once; the worker tries again.")
        return upload
    return replace(upload, extract=found)
