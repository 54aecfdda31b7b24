"""Papers: is what came in being read, and what could not be?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.adapters.page_reader import can_read_by_eye
from registry.models import DocumentExtract
from registry.rules.legibility import ExtractState
from registry.rules.wording import count

TOO_LONG = timedelta(minutes=30)


def papers_stuck(session: Session) -> Iterator[str]:
    """Waiting longer than many others can have kept it waiting."""
    waiting = (ExtractState.WAITING, ExtractState.READING)
    stuck = select(DocumentExtract).where(
        DocumentExtract.state.in_(waiting), DocumentExtract.moved_at < now() - TOO_LONG
    )
    for row in session.scalars(stuck.order_by(DocumentExtract.document_id)):
        failed = f" The last try: {row.failed_with}" if row.failed_with else ""
        yield (
            f"Document {row.document_id} waits to be read since "
            f"{row.moved_at:%Y-%m-%d %H:%M} UTC.{failed} The worker does it: see the heartbeats."
        )


def papers_not_read(session: Session) -> Iterator[str]:
    """No fault: people type in what stands on them."""
    states = (ExtractState.NOT_INSTALLED, ExtractState.UNREADABLE)
    grouped = (
        select(DocumentExtract.state, func.count())
        .where(DocumentExtract.state.in_(states))
        .group_by(DocumentExtract.state)
    )
    many = {row[0]: row[1] for row in session.execute(grouped)}
    if unread := many.get(ExtractState.NOT_INSTALLED):
        yield (
            f"Not read, since the optional extra `ocr` is not installed: {count(unread, 'paper')}. "
            "People type in what stands on them."
        )
    elif not can_read_by_eye():
        yield "Photographs and scans are not read: the optional extra `ocr` is not installed."
    if unread := many.get(ExtractState.UNREADABLE):
        yield f"Tried, and could not be read: {count(unread, 'paper')}."
