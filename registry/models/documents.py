"""Documents: the uploaded files behind credentials, and papers brought in that wait for theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key


class Document(Model):
    """
    The bytes lie in the file store under `stored_as`, rendered pages beside them.

    `sha256` is of the bytes as uploaded, `stored_sha256` of those kept (images are re-encoded);
    of several files put together, `sha256` is of their hashes. Once `thrown_away_at` is set no
    version may ever rest on it: its files go, and then the row.
    """

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id")
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    pages: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    stored_sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(80), unique=True)
    uploaded_by: Mapped[int] = key("accounts.id")
    uploaded_at: Mapped[datetime] = mapped_column(UtcMoment)
    thrown_away_at: Mapped[datetime | None] = mapped_column(UtcMoment)

    def lies_at(self) -> list[str]:
        """All that lies in the file store for it."""
        return [self.stored_as, *(self.page_key(page) for page in range(1, self.pages + 1))]

    def page_key(self, page: int) -> str:
        """Where the rendered picture of a page (from 1) lies in the file store."""
        return f"{self.stored_as}.page-{page}.png"


class DocumentPage(Model):
    """
    A page, from 1: the SHA-256 of the very file it was sent in, by which the same bytes are known
    again; and the words of `rules/photo_quality.py` for what may keep somebody from reading it.
    """

    __tablename__ = "document_pages"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = key("documents.id", index=False)
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    hints: Mapped[str] = mapped_column(String(120), default="")
