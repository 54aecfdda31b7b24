"""Transfers: files on their way to us, part by part, so that a lost connection loses little."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Json, Model, UtcMoment, key


class Transfer(Model):
    """
    `parts` are the numbers of those that arrived whole, in order; `received` is their length.
    `tried` counts all that were begun: each has a name of its own in the file store, written down
    before its bytes are, so that none is ever lost sight of.
    """

    __tablename__ = "transfers"
    __table_args__ = (CheckConstraint("received BETWEEN 0 AND size", name="within"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int] = key("accounts.id")
    practitioner_id: Mapped[int] = key("practitioners.id")
    name: Mapped[str] = mapped_column(String(200))
    modified: Mapped[str] = mapped_column(String(20), default="")
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    tried: Mapped[int] = mapped_column(default=0)
    parts: Mapped[list[int]] = mapped_column(Json, default=list)
    expires_at: Mapped[datetime] = mapped_column(UtcMoment, index=True)

    def part_key(self, part: int) -> str:
        return f"{TRANSFERS}{self.token}.part-{part}"

    def lies_at(self) -> list[str]:
        """All that may lie in the file store for it."""
        return [self.part_key(part) for part in range(1, self.tried + 1)]


#: Where the parts lie in the file store.
TRANSFERS = "transfers/"
