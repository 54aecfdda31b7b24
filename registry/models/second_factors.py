"""Second factors: what an account signs in with besides its password, and steps half taken."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    and_,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from registry.adapters.tokens import fingerprint
from registry.models.base import Model, UtcMoment, key, words
from registry.models.people import Account


class Passkey(Model):
    """A key pair in somebody's device. We hold its public half, good for nothing elsewhere."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = key("accounts.id")
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(UtcMoment)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class AuthenticatorApp(Model):
    """One for each account. The secret is sealed; no step of time is used twice."""

    __tablename__ = "authenticator_apps"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(UtcMoment)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class RecoveryCode(Model):
    """Good once, for whoever lost the rest. Only its SHA-256 is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = key("accounts.id")
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class SecondStep(Model):
    """A sign-in halfway: the password was right, that is all. Only its token's SHA-256 is kept."""

    __tablename__ = "second_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = key("accounts.id")
    password_hash: Mapped[str] = mapped_column(String(300))
    until: Mapped[datetime] = mapped_column(UtcMoment, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment)


class ChallengePurpose(StrEnum):
    REGISTER = "register"
    SIGN_IN = "sign_in"
    SECOND_STEP = "second_step"


class Challenge(Model):
    """
    What a passkey was asked to sign, once, within minutes. Only its SHA-256 is kept.

    One to add a passkey was earned with a password, and is worth nothing under another.
    """

    __tablename__ = "challenges"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[ChallengePurpose] = mapped_column(words(ChallengePurpose))
    account_id: Mapped[int | None] = key("accounts.id")
    password_hash: Mapped[str | None] = mapped_column(String(300))
    until: Mapped[datetime] = mapped_column(UtcMoment, index=True)


def holds_second_factor(account_id: Any) -> ColumnElement[bool]:
    """In SQL: recovery codes alone are none."""
    return or_(
        exists().where(Passkey.account_id == account_id),
        exists().where(AuthenticatorApp.account_id == account_id),
    )


def is_open(token: str, now: datetime) -> ColumnElement[bool]:
    """In SQL, of a second step: in time, not used, account open, the password still the same."""
    whose = aliased(Account)
    return and_(
        SecondStep.token_hash == fingerprint(token),
        SecondStep.used_at.is_(None),
        SecondStep.until > now,
        exists().where(
            whose.id == SecondStep.account_id,
            whose.closed_at.is_(None),
            whose.password_hash == SecondStep.password_hash,
        ),
    )
