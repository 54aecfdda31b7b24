"""Extracts on record: which document waits to be read, and what was read of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from registry.models import DocumentExtract, db
from registry.rules.extracts import Extract, extract_from
from registry.rules.legibility import ExtractState

NOTHING = Extract()


@dataclass(frozen=True, slots=True)
class PaperRead:
    """How far a document was read, and what it says so far."""

    document_id: int
    state: ExtractState
    extract: Extract = NOTHING

    @property
    def waits(self) -> bool:
        return self.state in (ExtractState.WAITING, ExtractState.READING)


def waiting_extract(now: datetime, *, by_eye: bool) -> int | None:
    """
    The document that waits longest and may be taken; failed ones come last.

    `by_eye`: pictures can be read here, so those that could not be are looked at after all.
    """
    ready = DocumentExtract.moved_at <= now
    asked = [(DocumentExtract.state == state) & ready for state in _open_states(by_eye=by_eye)]
    return db.session.scalar(
        select(DocumentExtract.document_id)
        .where(or_(*asked))
        .order_by(
            DocumentExtract.failed_with != "",
            DocumentExtract.moved_at,
            DocumentExtract.document_id,
        )
        .limit(1)
    )


def _open_states(*, by_eye: bool) -> list[ExtractState]:
    waiting = [ExtractState.WAITING, ExtractState.READING]
    return [*waiting, ExtractState.NOT_INSTALLED] if by_eye else waiting


def papers_read(*document_ids: int | None) -> dict[int, PaperRead]:
    """By document, in one statement; nothing for one that came before reading began."""
    wanted = [number for number in document_ids if number is not None]
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(DocumentExtract)
        .where(DocumentExtract.document_id.in_(wanted))
        .execution_options(populate_existing=True)
    )
    return {
        row.document_id: PaperRead(
            row.document_id, row.state, extract_from(row.content) if row.content else NOTHING
        )
        for row in rows
    }
