"""Passkeys of one's own: added after the password, named, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.passkeys import (
    BadAnswer,
    House,
    NewPasskey,
    checked_new,
    options_to_add,
    taken_apart,
)
from registry.errors import BadInput, NotFound
from registry.models import Account, ChallengePurpose, Passkey, transaction
from registry.rules.access import Actor
from registry.services.account_letters import tell_holder
from registry.services.audit_trail import record
from registry.services.challenges import new_challenge, take_challenge
from registry.services.own_password import prove_password, proven
from registry.services.recovery_codes import new_codes
from registry.services.second_factors import factors_held, let_go
from registry.services.sessions import own_account
from registry.services.typed import one_of_a_kind, typed_line

LONGEST_NAME = 60
MOST = 20
ADDED = "A passkey was added to your account"
REMOVED = "A passkey was removed from your account"
UNUSABLE = "That did not work, so nothing was added. Please try again."


def ask_to_add_passkey(
    *, actor: Actor, password: str, name: str, house: House, now: datetime
) -> str:
    """
    What the browser is asked, as JSON. Only after the password: the challenge in it is proof.

    Raises BadInput at `name` or `password`, TooManyTries.
    """
    typed_line(name, field="name", longest=LONGEST_NAME)
    proof = prove_password(actor=actor, typed=password, now=now)
    with transaction() as session:
        account = proven(session, proof)
        held = _room_for_one(session, account)
        earned = account.password_hash
        return options_to_add(
            house,
            challenge=new_challenge(
                session, ChallengePurpose.REGISTER, account.id, now, password_hash=earned
            ),
            account_id=account.id,
            email=account.email,
            name=account.name,
            held=held,
        )


def add_passkey(*, actor: Actor, answer: str, name: str, house: House, now: datetime) -> list[str]:
    """
    The recovery codes to be shown once; none where the account has some already.

    Raises BadInput: at `name`, or for an answer that is none to a challenge of this account.
    """
    called = typed_line(name, field="name", longest=LONGEST_NAME)
    account_id = own_account(actor)
    made, earned = _made(answer, house, account_id, now)
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.closed_at is not None or account.password_hash != earned:
            raise BadInput(UNUSABLE)
        _room_for_one(session, account)
        is_first = not factors_held(session, account_id)
        passkey = Passkey(
            account_id=account_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=called,
            added_at=now,
        )
        session.add(passkey)
        with one_of_a_kind(UNUSABLE, field=None):
            session.flush()
        _record(session, actor, "add a passkey", now, after={"passkey": called})
        tell_holder(session, account, ADDED, actor, now, more=f"It is called “{called}”.")
        return new_codes(session, account_id) if is_first else []


def remove_passkey(
    *, actor: Actor, token: str, passkey_id: int, password: str, now: datetime
) -> None:
    """
    Every other session ends. Raises BadInput at `password`, TooManyTries, NotFound.

    Where it was the last factor, the password must do alone.
    """
    proof = prove_password(actor=actor, typed=password, now=now)
    with transaction() as session:
        account = proven(session, proof)
        passkey = session.get(Passkey, passkey_id)
        if passkey is None or passkey.account_id != account.id:
            raise NotFound("There is no such record.")
        called = passkey.name
        session.delete(passkey)
        session.flush()
        let_go(session, account, password, token=token, now=now)
        _record(session, actor, "remove a passkey", now, before={"passkey": called})
        tell_holder(session, account, REMOVED, actor, now, more=f"It was called “{called}”.")


def _made(answer: str, house: House, account_id: int, now: datetime) -> tuple[NewPasskey, str]:
    """And the password that the challenge was earned with, which must still be theirs."""
    try:
        told = taken_apart(answer)
        taken = take_challenge(told.challenge, ChallengePurpose.REGISTER, account_id, now)
        if taken is None or taken.password_hash is None:
            raise BadInput(UNUSABLE)
        return checked_new(told, house), taken.password_hash
    except BadAnswer as error:
        raise BadInput(UNUSABLE) from error


def _room_for_one(session: Session, account: Account) -> Sequence[str]:
    """Those they hold. Raises BadInput at `name` where they are the most."""
    wanted = select(Passkey.credential_id).where(Passkey.account_id == account.id)
    held = session.scalars(wanted).all()
    if len(held) >= MOST:
        raise BadInput(f"You have {MOST} passkeys. Remove one first.", field="name")
    return held


def _record(
    session: Session,
    actor: Actor,
    action: str,
    now: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    subject = f"account:{actor.account_id}"
    record(session, actor=actor, action=action, subject=subject, at=now, before=before, after=after)
