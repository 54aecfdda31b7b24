"""Digital badges: issuers and their keys, their status lists, badges brought in, and as proof."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key


class BadgeIssuer(Model):
    """`identifier`: the address or DID by which its badges name it; it never changes."""

    __tablename__ = "badge_issuers"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String(500), unique=True)


class BadgeIssuerVersion(Model):
    """
    What was decided about an issuer: the highest number holds. Nothing of it ever changes.

    `keys` are [name, JWK] pairs of public keys. `accepted`: its
    badges may count; `counts`: they stand for its own word (source verification).
    """

    __tablename__ = "badge_issuer_versions"
    __table_args__ = (UniqueConstraint("issuer_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = key("badge_issuers.id", index=False)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    keys: Mapped[list[list[Any]]] = mapped_column(Json)
    accepted: Mapped[bool]
    counts: Mapped[bool]
    may_lack_status: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500))
    decided_by: Mapped[int] = key("accounts.id", index=False)
    decided_by_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime] = mapped_column(UtcMoment)


class StatusListCopy(Model):
    """A signed status list as it was brought in; the newest of an address and purpose holds."""

    __tablename__ = "status_list_copies"
    __table_args__ = (Index("ix_status_list_copies_of", "issuer_id", "address", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = key("badge_issuers.id", index=False)
    address: Mapped[str] = mapped_column(String(500))
    purpose: Mapped[str] = mapped_column(String(40))
    raw: Mapped[str] = mapped_column(Text)
    fetched: Mapped[bool]
    kept_by: Mapped[int] = key("accounts.id", index=False)
    kept_by_name: Mapped[str] = mapped_column(String(200))
    kept_at: Mapped[datetime] = mapped_column(UtcMoment)


class Badge(Model):
    """A signed credential as somebody brought it in, letter by letter, whatever it is worth."""

    __tablename__ = "badges"
    __table_args__ = (UniqueConstraint("practitioner_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practitioner_id: Mapped[int] = key("practitioners.id", index=False)
    name: Mapped[str] = mapped_column(String(200))
    raw: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    brought_by: Mapped[int] = key("accounts.id", index=False)
    brought_at: Mapped[datetime] = mapped_column(UtcMoment)


class BadgeBehind(Model):
    """The badge behind a version of a credential: one at most, for good."""

    __tablename__ = "badges_behind"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("credential_versions.id"), primary_key=True, autoincrement=False
    )
    badge_id: Mapped[int] = key("badges.id")


class BadgeProof(Model):
    """
    What a verification by a signed credential rests on: the very letters, and what was found.

    `checks` are [question, verdict, sentence]; `issuer_version_id` the decision about its issuer.
    """

    __tablename__ = "badge_proofs"

    verification_id: Mapped[int] = mapped_column(
        ForeignKey("verifications.id"), primary_key=True, autoincrement=False
    )
    badge_id: Mapped[int] = key("badges.id")
    sha256: Mapped[str] = mapped_column(String(64))
    issuer_version_id: Mapped[int] = key("badge_issuer_versions.id", index=False)
    checks: Mapped[list[list[str]]] = mapped_column(Json)
