"""The binder of documents: several files that were let pass become one, its pages in order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from registry.adapters.document_reader import (
    PARSER_FOR,
    PageOrigin,
    ReadDocument,
    Turned,
    ask_child,
)
from registry.errors import BadUpload
from registry.rules.documents import PDF, Defect, UploadLimits, sentence


class PageOf(NamedTuple):
    """A page wanted: which file, and which of its pages, both from 0."""

    file: int
    page: int


def every_page(files: Sequence[ReadDocument]) -> list[PageOf]:
    """File by file, as they stand."""
    return [PageOf(n, page) for n, one in enumerate(files) for page in range(one.page_count)]


def bind_pages(
    files: Sequence[ReadDocument], order: Sequence[PageOf], limits: UploadLimits | None = None
) -> ReadDocument:
    """
    One document of these pages; a file whose pages are all wanted, and no other's, stays as it is.

    Its `original_sha256` is the hash of its files' hashes: the same files make the same. Raises
    BadUpload for more than a document may have.
    """
    limits = limits or UploadLimits()
    if len(files) == 1 and list(order) == every_page(files):
        return files[0]
    try:
        return _bound(files, order, limits)
    except Turned as turned:
        raise BadUpload(sentence(turned.defect, limits)) from None


def _bound(
    files: Sequence[ReadDocument], order: Sequence[PageOf], limits: UploadLimits
) -> ReadDocument:
    if len(order) > limits.pages:
        raise Turned(Defect.TOO_MANY_PAGES)
    if sum(len(one.clean) for one in files) > limits.bound_mib * 1024 * 1024:
        raise Turned(Defect.TOO_BIG_TOGETHER)
    question = {
        "kind": "pages",
        "files": [(PARSER_FOR[one.media_type], len(one.clean)) for one in files],
        "order": order,
        "step_seconds": limits.image_seconds,
    }
    _, blobs = ask_child(b"".join(one.clean for one in files), question, limits)
    if len(blobs) != 1 or not blobs[0].startswith(b"%PDF"):
        raise Turned(Defect.DAMAGED)
    origins = tuple(files[file].page_origins()[page] for file, page in order)
    return ReadDocument(
        media_type=PDF,
        clean=blobs[0],
        pages=tuple(files[file].pages[page] for file, page in order),
        original_sha256=_hash_of(origins),
        clean_sha256=hashlib.sha256(blobs[0]).hexdigest(),
        origins=origins,
    )


def _hash_of(origins: Sequence[PageOrigin]) -> str:
    files = dict.fromkeys(origin.sha256 for origin in origins)
    return hashlib.sha256("\n".join(files).encode()).hexdigest()
