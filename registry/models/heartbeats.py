"""Heartbeats: when each sweep of the worker last ran, how long it took, and what failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Model, UtcMoment


class Heartbeat(Model):
    """
    One row for each sweep there is. `finished_at` is when it last ran through without a fault;
    as long as it never did, when its row was made.

    `failed_with` is what went wrong the last time, empty if nothing did.
    """

    __tablename__ = "heartbeats"

    sweep: Mapped[str] = mapped_column(String(40), primary_key=True)
    begun_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    finished_at: Mapped[datetime] = mapped_column(UtcMoment)
    took_ms: Mapped[int | None]
    failed_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    failed_with: Mapped[str] = mapped_column(String(300), default="")
