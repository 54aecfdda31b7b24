"""Digital badges we sign: our keys, the older ones kept, and each badge of a privilege letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key


class SigningKey(Model):
    """An Ed25519 key: the newest signs, the public halves of all stay published."""

    __tablename__ = "signing_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    public: Mapped[dict[str, Any]] = mapped_column(Json)
    private_sealed: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcMoment)


class IssuedBadge(Model):
    """
    A badge of a privilege letter, as it was signed; what it is worth now is never stored.

    `place` is its bit in our status lists. It speaks of what its practitioner agreed to when the
    letter stood at `letter_version`, and rests on `ground`: the last day of each site told of.
    """

    __tablename__ = "issued_badges"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = key("privilege_letters.id")
    letter_version: Mapped[int]
    key_id: Mapped[int] = key("signing_keys.id", index=False)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    place: Mapped[int] = mapped_column(unique=True)
    ground: Mapped[dict[str, str]] = mapped_column(Json)
    told: Mapped[dict[str, Any]] = mapped_column(Json)
    token: Mapped[str] = mapped_column(Text)
    issued_by: Mapped[int] = key("accounts.id", index=False)
    issued_at: Mapped[datetime] = mapped_column(UtcMoment)
    valid_until: Mapped[datetime] = mapped_column(UtcMoment, index=True)
