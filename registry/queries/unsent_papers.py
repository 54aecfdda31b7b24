"""Papers that were brought in and wait for their credential, and files still on their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Account,
    CredentialVersion,
    Document,
    DocumentPage,
    Practitioner,
    Transfer,
    db,
)
from registry.rules.access import Action, Actor
from registry.rules.photo_quality import Hint, hint_sentence, hints_from

THIS = "There is no such paper any more. Bring it in again."


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """`hints`: the page, from 1, and what may keep somebody from reading it."""

    id: int
    practitioner_id: int
    name: str
    pages: int
    brought_in_by: str
    at: datetime
    hints: tuple[tuple[int, Hint], ...]

    def sentences(self) -> list[str]:
        return [hint_sentence(hint, page) for page, hint in self.hints]

    def hinted_pages(self) -> set[int]:
        return {page for page, _ in self.hints}


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """A file of one's own that did not arrive as a whole, or not yet."""

    token: str
    name: str
    modified: str
    size: int
    received: int


def unsent_papers(practitioner_id: int) -> list[PaperSeen]:
    """The latest first. Who asks may upload for them."""
    rows = _papers(Document.practitioner_id == practitioner_id)
    hints = _hints([row.id for row in rows])
    return [_seen(row, hints) for row in rows]


def paper_page(*, actor: Actor, document_id: int) -> PaperSeen:
    """Raises NotFound, also where it was sent already, and NotAllowed."""
    whose = db.session.scalar(
        select(Practitioner)
        .join(Document, Document.practitioner_id == Practitioner.id)
        .where(Document.id == document_id)
    )
    if whose is None:
        raise NotFound(THIS)
    require(actor, Action.UPLOAD_CREDENTIAL, whose.as_subject())
    rows = _papers(Document.id == document_id)
    if not rows:
        raise NotFound(THIS)
    return _seen(rows[0], _hints([document_id]))


def files_on_the_way(*, actor: Actor, practitioner_id: int, now: datetime) -> list[OnTheWay]:
    """One's own, the latest first."""
    rows = db.session.scalars(
        select(Transfer)
        .where(
            Transfer.account_id == actor.account_id,
            Transfer.practitioner_id == practitioner_id,
            Transfer.expires_at > now,
        )
        .order_by(Transfer.id.desc())
    )
    return [OnTheWay(one.token, one.name, one.modified, one.size, one.received) for one in rows]


def _papers(which: ColumnElement[bool]) -> Sequence[Any]:
    sent = exists().where(CredentialVersion.document_id == Document.id)
    asked = (
        select(
            Document.id,
            Document.practitioner_id,
            Document.name,
            Document.pages,
            Account.name.label("brought_in_by"),
            Document.uploaded_at,
        )
        .join(Account, Account.id == Document.uploaded_by)
        .where(which, Document.thrown_away_at.is_(None), ~sent)
        .order_by(Document.id.desc())
    )
    return db.session.execute(asked).all()


def _hints(documents: Collection[int]) -> dict[int, list[tuple[int, Hint]]]:
    found: defaultdict[int, list[tuple[int, Hint]]] = defaultdict(list)
    if not documents:
        return found
    pages = (
        select(DocumentPage.document_id, DocumentPage.number, DocumentPage.hints)
        .where(DocumentPage.document_id.in_(documents), DocumentPage.hints != "")
        .order_by(DocumentPage.document_id, DocumentPage.number)
    )
    for document_id, number, hints in db.session.execute(pages):
        found[document_id] += [(number, hint) for hint in hints_from(hints)]
    return found


def _seen(row: Any, hints: dict[int, list[tuple[int, Hint]]]) -> PaperSeen:
    return PaperSeen(
        id=row.id,
        practitioner_id=row.practitioner_id,
        name=row.name,
        pages=row.pages,
        brought_in_by=row.brought_in_by,
        at=row.uploaded_at,
        hints=tuple(hints.get(row.id, ())),
    )
