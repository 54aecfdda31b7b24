"""Documents are read: at once where their own text says enough, else by the worker."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import Overtaken
from registry.models import Clinic, Document, DocumentExtract, Engagement, Practitioner, transaction
from registry.models.base import TRY_AGAIN
from registry.rules.extracts import Extract, extract_kept
from registry.rules.legibility import SETTLED, ExtractState

MOST_ATTEMPTS = 3
AFTER_A_FAULT = timedelta(minutes=1)


class Claimed(NamedTuple):
    """A document that is the caller's to read, and what reading it takes. `attempt`: which try."""

    document_id: int
    attempt: int
    media_type: str
    stored_as: str
    pictures: tuple[str, ...]
    holder: str
    today: date


def begin_extract(session: Session, document: Document, read: Extract | None, at: datetime) -> None:
    """For a document that just came: what was read of it already, or that it waits."""
    session.add(
        DocumentExtract(
            document_id=document.id,
            state=ExtractState.WAITING if read is None else ExtractState.READ,
            content=None if read is None else extract_kept(read),
            moved_at=at,
        )
    )


def claim_extract(*, document_id: int, now: datetime, until: datetime) -> Claimed | None:
    """
    It is the caller's until then. None where it is nobody's to take, or was tried often enough.

    Raises Overtaken while another is being read: whoever dies over one keeps others waiting until
    its time is up, and no longer.
    """
    try:
        with transaction() as session:
            _let_go_of_the_dead(session, now)
            row = session.get(DocumentExtract, document_id, with_for_update=True)
            if row is None or row.state is ExtractState.READ or row.moved_at > now:
                return None
            if row.attempts >= MOST_ATTEMPTS:
                row.state, row.moved_at = ExtractState.UNREADABLE, now
                return None
            row.state, row.moved_at, row.attempts = ExtractState.READING, until, row.attempts + 1
            session.flush()
            return _claimed(session, row, now)
    except IntegrityError as error:
        raise Overtaken(TRY_AGAIN) from error


def keep_extract(*, document_id: int, attempt: int, read: Extract, now: datetime) -> None:
    """What was read. Dropped if the document is gone, or somebody else took it meanwhile."""
    _settle(document_id, attempt, ExtractState.READ, now, read=read)


def settle_unread(*, document_id: int, attempt: int, state: ExtractState, now: datetime) -> None:
    """Nothing comes of it: it shows no words, or nobody here can read pictures."""
    _settle(document_id, attempt, state, now)


def note_failed_extract(*, document_id: int, attempt: int, error: str, now: datetime) -> None:
    """It is tried again after a while, three times in all."""
    again = attempt < MOST_ATTEMPTS
    state = ExtractState.WAITING if again else ExtractState.UNREADABLE
    at = now + AFTER_A_FAULT if again else now
    _settle(document_id, attempt, state, at, error=error)


def _settle(
    document_id: int,
    attempt: int,
    state: ExtractState,
    at: datetime,
    *,
    read: Extract | None = None,
    error: str = "",
) -> None:
    with transaction() as session:
        row = session.get(DocumentExtract, document_id, with_for_update=True)
        if row is None or row.state is not ExtractState.READING or row.attempts != attempt:
            return
        row.content = None if read is None else extract_kept(read)
        row.state, row.moved_at, row.failed_with = state, at, error[:300]
        if state in SETTLED and state is not ExtractState.UNREADABLE:
            row.attempts = 0


def _let_go_of_the_dead(session: Session, now: datetime) -> None:
    session.execute(
        update(DocumentExtract)
        .where(DocumentExtract.state == ExtractState.READING, DocumentExtract.moved_at <= now)
        .values(state=ExtractState.WAITING, failed_with="The worker died over it.")
    )


def _claimed(session: Session, row: DocumentExtract, now: datetime) -> Claimed:
    document = session.get_one(Document, row.document_id)
    practitioner = session.get_one(Practitioner, document.practitioner_id)
    pages = range(1, document.pages + 1)
    return Claimed(
        document_id=document.id,
        attempt=row.attempts,
        media_type=document.media_type,
        stored_as=document.stored_as,
        pictures=tuple(document.page_key(page) for page in pages),
        holder=practitioner.name,
        today=now.astimezone(clock_of(session, practitioner.id)).date(),
    )


def clock_of(session: Session, practitioner_id: int) -> ZoneInfo:
    """Of the clinic where they began, as on every page about them."""
    zone = session.scalar(
        select(Clinic.zone)
        .join(Engagement, Engagement.clinic_id == Clinic.id)
        .where(Engagement.practitioner_id == practitioner_id)
        .order_by(Engagement.first_day, Engagement.id)
        .limit(1)
    )
    return ZoneInfo(zone or "UTC")
