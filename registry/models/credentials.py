"""Credentials: what a practitioner holds, each in unchanging versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Json, Model, UtcMoment, key, words
from registry.models.documents import Document
from registry.models.people import Practitioner
from registry.rules.numbers import number_key
from registry.rules.vocabulary import CredentialKind, VersionState


def _only_one(state: str) -> Index:
    """Of one credential at most one version is in this state."""
    where = text(f"state = '{state}'")
    return Index(
        f"uq_credential_versions_{state}",
        "credential_id",
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _key_of_number(context: Any) -> str | None:
    """So that the same number is found again, however it was written."""
    return number_key((context.get_current_parameters()["particulars"] or {}).get("number"))


class Credential(Model):
    """The thing itself, which stays the same while versions of its record follow one another."""

    __tablename__ = "credentials"

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id")
    kind: Mapped[CredentialKind] = mapped_column(words(CredentialKind))

    practitioner: Mapped[Practitioner] = relationship()
    versions: Mapped[list[CredentialVersion]] = relationship(
        order_by="CredentialVersion.version", back_populates="credential"
    )


class CredentialVersion(Model):
    """
    What the record says of a credential. Nothing but `state` ever changes: the database sees to it.

    `particulars` holds the fields of its kind, as `rules/particulars.py` writes and reads them;
    `sources`, whence each of them is, as `rules/sources.py` decides.
    """

    __tablename__ = "credential_versions"
    __table_args__ = (
        UniqueConstraint("credential_id", "version"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="forwards"),
        _only_one("verified"),
        _only_one("submitted"),
        Index("ix_credential_versions_waiting", "state", "entered_at"),
        Index("ix_credential_versions_ending", "state", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = key("credentials.id")
    version: Mapped[int]
    state: Mapped[VersionState] = mapped_column(words(VersionState), default=VersionState.SUBMITTED)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    particulars: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    document_id: Mapped[int | None] = key("documents.id")
    entered_by: Mapped[int] = key("accounts.id")
    entered_at: Mapped[datetime] = mapped_column(UtcMoment)
    note: Mapped[str] = mapped_column(String(500), default="")
    sources: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    number_key: Mapped[str | None] = mapped_column(String(60), default=_key_of_number, index=True)

    credential: Mapped[Credential] = relationship(back_populates="versions")
    document: Mapped[Document | None] = relationship()
