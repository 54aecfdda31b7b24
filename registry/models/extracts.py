"""Extracts: what was read from a document, or how far reading it has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key, words
from registry.rules.legibility import ExtractState

#: Nothing read is no JSON, rather than JSON's own null: the table's CHECK tells them apart.
JsonOrNull = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BEING_READ = text("state = 'reading'")


class DocumentExtract(Model):
    """
    One for each document; it goes with it.

    `content` is as `rules/extracts.py` keeps it. While it is being read, and after a try that
    failed, `moved_at` is the moment from which it is anybody's; else when it got on last.
    `attempts` tells one try from the next. One document is read at a time: the engine is large.
    """

    __tablename__ = "extracts"
    __table_args__ = (
        CheckConstraint("(state = 'read') = (content IS NOT NULL)", name="has_content"),
        Index(
            "uq_extracts_reading",
            "state",
            unique=True,
            sqlite_where=BEING_READ,
            postgresql_where=BEING_READ,
        ),
        Index("ix_extracts_waiting", "state", "moved_at"),
    )

    document_id: Mapped[int] = mapped_column(
        ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    state: Mapped[ExtractState] = mapped_column(words(ExtractState))
    content: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    attempts: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime] = mapped_column(UtcMoment)
    failed_with: Mapped[str] = mapped_column(String(300), default="")


class VersionSyllabus(Model):
    """The second document behind a version: the syllabus that was brought in beside it."""

    __tablename__ = "version_syllabi"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("credential_versions.id"), primary_key=True, autoincrement=False
    )
    document_id: Mapped[int] = key("documents.id")
