"""Authenticator apps: set up with a first code, asked for codes, removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from registry.adapters.one_time_codes import step_of
from registry.adapters.sealing import Sealer, Unsealable
from registry.errors import BadInput, NotFound, NotInThatState
from registry.models import Account, AuthenticatorApp, transaction
from registry.rules.access import Actor
from registry.services.account_letters import tell_holder
from registry.services.audit_trail import record
from registry.services.own_password import prove_password, proven
from registry.services.recovery_codes import new_codes
from registry.services.second_factors import factors_held, let_go
from registry.services.sessions import own_account

SET_UP_WITHIN = timedelta(minutes=15)
TOO_OLD = "This page is too old. Take the new code below."


def seal_to_set_up(*, actor: Actor, secret: str, sealer: Sealer, now: datetime) -> str:
    """
    For the page that shows it to carry along.

    Good for this account, to set up only, and for a quarter of an hour.
    """
    return sealer.seal(f"{int(now.timestamp())} {secret}", _offered(own_account(actor)))


def unseal_to_set_up(*, actor: Actor, sealed: str, sealer: Sealer, now: datetime) -> str:
    """Raises BadInput at `code` for what was not sealed so, or too long ago."""
    about = _offered(own_account(actor))
    try:
        since, _, secret = sealer.open(sealed, about).partition(" ")
        until = datetime.fromtimestamp(int(since), UTC) + SET_UP_WITHIN
    except ValueError as error:
        raise BadInput(TOO_OLD, field="code") from error
    if until <= now:
        raise BadInput(TOO_OLD, field="code")
    return secret


def set_up_app(
    *, actor: Actor, password: str, sealed: str, code: str, sealer: Sealer, now: datetime
) -> list[str]:
    """
    The recovery codes to be shown once; none where the account has some already.

    Raises BadInput at `code` or `password`, TooManyTries, NotInThatState where there is one.
    """
    secret = unseal_to_set_up(actor=actor, sealed=sealed, sealer=sealer, now=now)
    step = step_of(secret, code, now)
    if step is None:
        raise BadInput("This is not the code the app shows now. Type the next one.", field="code")
    proof = prove_password(actor=actor, typed=password, now=now)
    with transaction() as session:
        account = proven(session, proof)
        if session.get(AuthenticatorApp, account.id) is not None:
            raise NotInThatState("There is an authenticator app already. Remove it first.")
        is_first = not factors_held(session, account.id)
        kept = sealer.seal(secret, _kept(account.id))
        session.add(
            AuthenticatorApp(
                account_id=account.id, sealed_secret=kept, last_step=step, added_at=now
            )
        )
        _record(session, actor, account, "set up an authenticator app", now)
        happened = "An authenticator app was set up for your account"
        tell_holder(session, account, happened, actor, now)
        return new_codes(session, account.id) if is_first else []


def remove_app(*, actor: Actor, token: str, password: str, now: datetime) -> None:
    """
    Every other session ends. Raises BadInput at `password`, TooManyTries, NotFound.

    Where it was the last factor, the password must do alone.
    """
    proof = prove_password(actor=actor, typed=password, now=now)
    with transaction() as session:
        account = proven(session, proof)
        app = session.get(AuthenticatorApp, account.id)
        if app is None:
            raise NotFound("There is no authenticator app to remove.")
        session.delete(app)
        session.flush()
        let_go(session, account, password, token=token, now=now)
        _record(session, actor, account, "remove the authenticator app", now)
        happened = "The authenticator app was removed from your account"
        tell_holder(session, account, happened, actor, now)


def spend_app_code(
    session: Session, account_id: int, typed: str, sealer: Sealer, now: datetime
) -> bool:
    """
    Compared and kept in one statement, so that no code is good twice, nor an earlier one after it.

    Where our key was changed meanwhile, no code fits.
    """
    app = session.get(AuthenticatorApp, account_id)
    if app is None:
        return False
    try:
        secret = sealer.open(app.sealed_secret, _kept(account_id))
    except Unsealable:
        return False
    step = step_of(secret, typed, now)
    if step is None:
        return False
    spent = session.scalar(
        update(AuthenticatorApp)
        .where(AuthenticatorApp.account_id == account_id, AuthenticatorApp.last_step < step)
        .values(last_step=step, last_used_at=now)
        .returning(AuthenticatorApp.account_id)
    )
    return spent is not None


def _offered(account_id: int) -> str:
    return f"an app to set up for account {account_id}"


def _kept(account_id: int) -> str:
    return f"the app of account {account_id}"


def _record(session: Session, actor: Actor, account: Account, action: str, now: datetime) -> None:
    subject = f"account:{account.id}"
    record(session, actor=actor, action=action, subject=subject, at=now)
