"""One's own password: changed, and asked for again before what nobody else shall do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.passwords import DUMMY_HASH, check_password, hash_password
from registry.errors import BadInput
from registry.leave import require
from registry.models import Account, db, transaction
from registry.models.second_factors import holds_second_factor
from registry.rules.access import Action, Actor, Subject
from registry.rules.passwords import why_weak
from registry.services.audit_trail import record
from registry.services.sessions import end_sign_ins, own_account
from registry.services.tries import (
    count_try,
    forget_tries,
    own_password_of,
    record_wrong_try,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knows the password of an account, as it was kept then."""

    account_id: int
    kept: str | None
    field: str


def change_password(*, actor: Actor, token: str, old: str, new: str, now: datetime) -> None:
    """
    Asks for the old one, ends every other session.

    Raises BadInput at `old` or `new`, TooManyTries, NotAllowed.
    """
    require(actor, Action.CHANGE_OWN_PASSWORD, Subject())
    proof = prove_password(actor=actor, typed=old, now=now, field="old")
    refuse_weak(db.session(), proof.account_id, new, field="new")
    hashed = hash_password(new)
    with transaction() as session:
        account = proven(session, proof)
        refuse_weak(session, account.id, new, field="new")
        account.password_hash = hashed
        end_sign_ins(session, account.id, now, except_token=token)
        record(
            session,
            actor=actor,
            action=Action.CHANGE_OWN_PASSWORD,
            subject=f"account:{account.id}",
            at=now,
        )


def prove_password(*, actor: Actor, typed: str, now: datetime, field: str = "password") -> Proof:
    """
    Wrong ones are counted and wait, apart from those at signing in.

    Raises BadInput at `field`, TooManyTries.
    """
    account_id = own_account(actor)
    kept = db.session.get_one(Account, account_id).password_hash
    count = count_try(own_password_of(account_id), now)
    if not check_password(typed, kept or DUMMY_HASH)[0]:
        record_wrong_try(actor=actor, count=count, account_id=account_id, now=now)
        raise BadInput("This is not your password now.", field=field)
    return Proof(account_id, kept, field)


def proven(session: Session, proof: Proof) -> Account:
    """The account, locked, its wrong tries forgotten. Raises BadInput if it is proof no more."""
    account = session.get_one(Account, proof.account_id, with_for_update=True)
    if account.password_hash != proof.kept or account.closed_at is not None:
        raise BadInput("Your password was changed meanwhile. Type it again.", field=proof.field)
    forget_tries(session, own_password_of(account.id))
    return account


def refuse_weak(session: Session, account_id: int, password: str, *, field: str) -> None:
    """Asked again inside the transaction: what allowed a short one may be gone. Raises BadInput."""
    known = session.execute(
        select(
            Account.email,
            Account.name,
            holds_second_factor(account_id).label("second_factor"),
        ).where(Account.id == account_id)
    ).one()
    why = why_weak(password, known.email, known.name, second_factor=known.second_factor)
    if why:
        raise BadInput(why, field=field)
