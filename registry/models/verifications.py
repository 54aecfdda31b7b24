"""Verifications: every decision somebody took about a credential, each kept for good."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment, key, words
from registry.rules.vocabulary import Method, Outcome


class Verification(Model):
    """
    A signature: who decided what, when, how it was checked, and what that means.

    Verified and rejected speak of a version; suspended, restricted, revoked and reinstated of the
    credential from `effective_from` on. `document_sha256` binds it to the very file looked at.
    """

    __tablename__ = "verifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = key("credentials.id")
    version_id: Mapped[int] = key("credential_versions.id")
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    effective_from: Mapped[date]
    method: Mapped[Method | None] = mapped_column(words(Method))
    reference: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    meaning: Mapped[str] = mapped_column(String(300))
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    decided_by: Mapped[int] = key("accounts.id")
    decided_by_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime] = mapped_column(UtcMoment)
