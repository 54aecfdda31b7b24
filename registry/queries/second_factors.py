"""Second factors as pages show them: what one holds oneself, and what a second step may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from registry.errors import NotFound
from registry.models import Account, AuthenticatorApp, Passkey, RecoveryCode, SecondStep, db
from registry.models.second_factors import is_open
from registry.rules.access import Actor
from registry.rules.passwords import shortest_with


@dataclass(frozen=True, slots=True)
class HeldPasskey:
    id: int
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldFactors:
    """`app_added_at` is None where there is no authenticator app."""

    passkeys: tuple[HeldPasskey, ...]
    app_added_at: datetime | None
    app_used_at: datetime | None
    codes_left: int

    @property
    def any(self) -> bool:
        return bool(self.passkeys) or self.app_added_at is not None

    @property
    def shortest(self) -> int:
        """How many characters their password needs."""
        return shortest_with(second_factor=self.any)

    @property
    def is_one(self) -> bool:
        """Taking that one away leaves the password alone."""
        return len(self.passkeys) + (self.app_added_at is not None) == 1


def factors_of(actor: Actor) -> HeldFactors:
    """One's own, in three statements."""
    mine = actor.account_id
    passkeys = db.session.execute(
        select(Passkey.id, Passkey.name, Passkey.added_at, Passkey.last_used_at)
        .where(Passkey.account_id == mine)
        .order_by(Passkey.id)
    )
    app = db.session.execute(
        select(AuthenticatorApp.added_at, AuthenticatorApp.last_used_at).where(
            AuthenticatorApp.account_id == mine
        )
    ).one_or_none()
    left = select(func.count()).where(
        RecoveryCode.account_id == mine, RecoveryCode.used_at.is_(None)
    )
    return HeldFactors(
        passkeys=tuple(HeldPasskey(*row) for row in passkeys),
        app_added_at=app.added_at if app else None,
        app_used_at=app.last_used_at if app else None,
        codes_left=db.session.scalar(left) or 0,
    )


def passkey_of(*, actor: Actor, passkey_id: int) -> HeldPasskey:
    """Raises NotFound for what is not one's own."""
    for passkey in factors_of(actor).passkeys:
        if passkey.id == passkey_id:
            return passkey
    raise NotFound("There is no such record.")


@dataclass(frozen=True, slots=True)
class Halfway:
    """What somebody whose password was right may show next."""

    passkey: bool
    app: bool
    recovery_code: bool


def halfway(*, token: str, now: datetime) -> Halfway | None:
    """None once it is over: used, too late, the account closed or its password changed."""
    row = db.session.execute(
        select(
            exists().where(Passkey.account_id == Account.id).label("passkey"),
            exists().where(AuthenticatorApp.account_id == Account.id).label("app"),
            exists()
            .where(RecoveryCode.account_id == Account.id, RecoveryCode.used_at.is_(None))
            .label("recovery_code"),
        )
        .select_from(Account)
        .join(SecondStep, SecondStep.account_id == Account.id)
        .where(is_open(token, now))
    ).one_or_none()
    return Halfway(*row) if row else None
