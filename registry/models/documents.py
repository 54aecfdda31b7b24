"""Documents: the uploaded files behind credentials."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key


class Document(Model):
    """
    The bytes lie in the file store under `stored_as`, rendered pages beside them.

    `sha256` is of the bytes as uploaded, `stored_sha256` of those kept (images are re-encoded).
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

    def page_key(self, page: int) -> str:
        """Where the rendered picture of a page (from 1) lies in the file store."""
        return f"{self.stored_as}.page-{page}.png"
