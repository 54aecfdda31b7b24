"""The journal: the audit trail, which only ever grows, and the letters waiting to go out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key
from registry.rules.holds import RESTORED_BY_ITSELF


class AuditEntry(Model):
    """
    One change, or one refused right, written in the transaction it tells of.

    `body` is the entry as canonical JSON (sorted keys, no spaces, UTF-8) and `leaf` its RFC 9162
    leaf hash, SHA-256 of a zero byte and the body, in hex: a Merkle tree can be laid over the
    table later without touching a row. The other columns only help to find entries.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject"),
        Index("ix_audit_entries_practitioner", "practitioner_id", "id"),
        Index("ix_audit_entries_clinic", "clinic_id", "id"),
        Index(
            "ix_audit_entries_restored",
            "clinic_id",
            "at",
            sqlite_where=text(f"action = '{RESTORED_BY_ITSELF}'"),
            postgresql_where=text(f"action = '{RESTORED_BY_ITSELF}'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcMoment, index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(60))
    practitioner_id: Mapped[int | None]
    clinic_id: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    leaf: Mapped[str] = mapped_column(String(64))


class Letter(Model):
    """
    A letter promised in the transaction that caused it. `dedup_key` stops a second one.

    `about`, where it is said, names what a later letter tells anew: that one takes its place. `to`
    is forgotten some time after it went.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_waiting", "sent_at", "not_before"),
        Index("ix_letters_about", "about"),
        Index(
            "ix_letters_addressed",
            "promised_at",
            sqlite_where=text("\"to\" <> ''"),
            postgresql_where=text("\"to\" <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    about: Mapped[str] = mapped_column(String(60), default="", server_default="")
    account_id: Mapped[int | None] = key("accounts.id")
    to: Mapped[str] = mapped_column(String(254))
    template: Mapped[str] = mapped_column(String(40))
    particulars: Mapped[str] = mapped_column(Text)
    promised_at: Mapped[datetime] = mapped_column(UtcMoment)
    not_before: Mapped[datetime] = mapped_column(UtcMoment)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcMoment)
