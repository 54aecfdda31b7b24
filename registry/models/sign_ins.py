"""Sign-ins: sessions kept on the server, wrong tries, and single-use links that come by e-mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Model, UtcMoment, key, words
from registry.models.people import Account


class SignIn(Model):
    """A session. The browser holds the token, we only its SHA-256; ended means ended at once."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = key("accounts.id")
    at: Mapped[datetime] = mapped_column(UtcMoment)
    until: Mapped[datetime] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    address: Mapped[str] = mapped_column(String(60), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")

    account: Mapped[Account] = relationship()


class Purpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class AccountLink(Model):
    """A link that sets a password, once, until it runs out. Only its SHA-256 is kept."""

    __tablename__ = "account_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = key("accounts.id")
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    until: Mapped[datetime] = mapped_column(UtcMoment)
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class WrongTries(Model):
    """How often a name was tried in vain, whether anybody has it or not; by its fingerprint."""

    __tablename__ = "wrong_tries"

    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcMoment, index=True)
    wait_until: Mapped[datetime | None] = mapped_column(UtcMoment)
