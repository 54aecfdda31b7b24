"""A paper that came in before its credential: whose it is, and what was read of it so far."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import NotFound
from registry.leave import require
from registry.models import Document, Practitioner, db
from registry.queries.extracts import PaperRead, papers_read
from registry.rules.access import Action, Actor


@dataclass(frozen=True, slots=True)
class PaperBroughtIn:
    """`read` is None for one that came before reading began."""

    document_id: int
    name: str
    pages: int
    practitioner_id: int
    read: PaperRead | None


def paper_brought_in(*, actor: Actor, document_id: int) -> PaperBroughtIn:
    """For those who may enter a credential for its holder. Raises NotFound or NotAllowed."""
    document = db.session.get(Document, document_id)
    if document is None:
        raise NotFound("There is no such paper. Bring it in again.")
    holder = db.session.get_one(Practitioner, document.practitioner_id)
    require(actor, Action.UPLOAD_CREDENTIAL, holder.as_subject())
    return PaperBroughtIn(
        document_id=document.id,
        name=document.name,
        pages=document.pages,
        practitioner_id=document.practitioner_id,
        read=papers_read(document.id).get(document.id),
    )
