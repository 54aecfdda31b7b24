"""Papers that came in are read in the background: by their text, or by eye in a child process."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import current_app

from registry.adapters.certificate_reader import extract_of
from registry.adapters.clock import ticks
from registry.adapters.file_store import FileStore
from registry.adapters.page_reader import LONGEST_LOOK, can_read_by_eye, read_by_eye, read_text
from registry.models import db
from registry.queries.extracts import waiting_extract
from registry.rules.legibility import ExtractState, says_enough
from registry.rules.page_words import ReadPages
from registry.services.extracts import (
    Claimed,
    claim_extract,
    keep_extract,
    note_failed_extract,
    settle_unread,
)

BESIDES = 30  # seconds: fetching the file and keeping what was read, by far
NOT_INSTALLED = (
    "Photographs and scans are not read here: the optional extra `ocr` is not installed. "
    "People type in what stands on them."
)
logger = logging.getLogger(__name__)


def read_next(now: datetime) -> bool:
    """
    One document; whether there was one. Needs an app context. Raises Overtaken.

    No transaction is open while it is read. It is claimed for longer than reading may take: of
    whoever dies over it the next takes over then.
    """
    document_id = waiting_extract(now, by_eye=can_read_by_eye())
    db.session.rollback()
    if document_id is None:
        return False
    began = ticks()
    until = now + timedelta(seconds=LONGEST_LOOK + BESIDES)
    claimed = claim_extract(document_id=document_id, now=now, until=until)
    if claimed is None:
        return True
    try:
        _read(claimed, now)
    except Exception as error:
        logger.exception("Document %s could not be read; it is tried again.", document_id)
        db.session.rollback()
        note_failed_extract(
            document_id=document_id,
            attempt=claimed.attempt,
            error=f"{type(error).__name__}: {error}",
            now=now + timedelta(seconds=ticks() - began),
        )
    return True


def _read(claimed: Claimed, now: datetime) -> None:
    whose = {"document_id": claimed.document_id, "attempt": claimed.attempt}
    pages = _pages(claimed)
    if pages is None:
        settle_unread(**whose, state=ExtractState.NOT_INSTALLED, now=now)
    elif not pages.words:
        settle_unread(**whose, state=ExtractState.UNREADABLE, now=now)
    else:
        read = extract_of(pages, holder=claimed.holder, today=claimed.today)
        keep_extract(**whose, read=read, now=now)


def _pages(claimed: Claimed) -> ReadPages | None:
    """None where it takes an eye, and there is none."""
    store = FileStore.from_url(current_app.config["DOCUMENTS"])
    pictures = [store.get(name) for name in claimed.pictures]
    found = read_text(store.get(claimed.stored_as), claimed.media_type, pictures)
    if says_enough(found):
        return found
    return read_by_eye(pictures, found.codes) if can_read_by_eye() else None
