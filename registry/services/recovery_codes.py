"""Recovery codes: ten, shown once, each good once, for whoever lost what they sign in with."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from secrets import token_bytes

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint
from registry.errors import NotInThatState
from registry.models import Account, RecoveryCode, transaction
from registry.rules.access import Actor
from registry.services.account_letters import tell_holder
from registry.services.audit_trail import record
from registry.services.own_password import prove_password, proven
from registry.services.second_factors import factors_held

HOW_MANY = 10
RANDOM_BYTES = 10
A_GROUP = 4


def make_recovery_codes(*, actor: Actor, password: str, now: datetime) -> list[str]:
    """
    New ones; the old ones are good no more.

    Raises BadInput at `password`, TooManyTries, NotInThatState without a second factor.
    """
    proof = prove_password(actor=actor, typed=password, now=now)
    with transaction() as session:
        account = proven(session, proof)
        if not factors_held(session, account.id):
            raise NotInThatState("Add a passkey or an authenticator app first.")
        codes = new_codes(session, account.id)
        record(
            session,
            actor=actor,
            action="make new recovery codes",
            subject=f"account:{account.id}",
            at=now,
            after={"recovery codes": HOW_MANY},
        )
        tell_holder(session, account, "New recovery codes were made for your account", actor, now)
        return codes


def new_codes(session: Session, account_id: int) -> list[str]:
    """What several use cases share: in the place of all there were."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [b32encode(token_bytes(RANDOM_BYTES)).decode() for _ in range(HOW_MANY)]
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=fingerprint(code)) for code in codes
    )
    return ["-".join(code[at : at + A_GROUP] for at in range(0, 16, A_GROUP)) for code in codes]


def spend_code(session: Session, account: Account, typed: str, actor: Actor, now: datetime) -> bool:
    """One statement, so that of two at once one comes too late. The holder gets a letter."""
    code = "".join(letter for letter in typed[:80].upper() if letter.isalnum())
    spent = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == fingerprint(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if spent is None:
        return False
    left = session.scalar(
        select(func.count()).where(
            RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
        )
    )
    tell_holder(
        session,
        account,
        "A recovery code was used to sign in to your account",
        actor,
        now,
        more=f"It is good no more; {left} left.",
    )
    return True
