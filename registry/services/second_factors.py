"""Second factors: what all of them share, and taking them away from somebody who lost them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint
from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    Account,
    AccountGrant,
    AuthenticatorApp,
    Challenge,
    Passkey,
    Purpose,
    RecoveryCode,
    SecondStep,
    transaction,
)
from registry.rules.access import Action, Actor, Subject
from registry.rules.passwords import is_enough_alone
from registry.rules.vocabulary import Role
from registry.services.account_letters import tell_holder
from registry.services.account_links import Link, end_links, make_link
from registry.services.audit_trail import record
from registry.services.grants import account_for_change
from registry.services.outbox import promise_letter
from registry.services.own_password import prove_password, proven
from registry.services.sessions import end_sign_ins
from registry.services.tries import forget_tries, second_step_of
from registry.services.typed import typed_email, typed_line

LONGEST_REASON = 300
COMMAND = Actor(account_id=None, name="the command `registry admin reset`")
RESET_HERE = "Your password and second step were reset with a command on the server"
FACTORS: tuple[Any, ...] = (Passkey, AuthenticatorApp)
GOES_WITH_THEM: tuple[Any, ...] = (RecoveryCode, SecondStep, Challenge)


def reset_second_factor(
    *, actor: Actor, account_id: int, reason: str, password: str, now: datetime
) -> None:
    """
    Takes every factor away, and the password with them, for it may be a short one.

    All their sessions end; a letter brings the link that sets a new password. `password` is that
    of whoever does it. Raises NotAllowed, for one's own too, NotFound, BadInput at `reason` or
    `password`, TooManyTries, NotInThatState where there is nothing.
    """
    require(actor, Action.RESET_SECOND_FACTOR, Subject())
    why = typed_line(reason, field="reason", longest=LONGEST_REASON)
    proof = prove_password(actor=actor, typed=password, now=now)
    with transaction() as session:
        account = account_for_change(session, account_id)
        proven(session, proof)
        if account.id == actor.account_id:
            raise NotAllowed("You may not reset your own second factor. Ask another administrator.")
        if not factors_held(session, account.id):
            raise NotInThatState("They have no second factor.")
        _begin_anew(session, actor, account, why, now)
        _send_link(session, account, now)


def reset_administrator(*, email: str, now: datetime) -> Link:
    """
    For the machine's own terminal, where an only administrator lost all they sign in with.

    Raises NotFound where no open account of an administrator has this address.
    """
    address = typed_email(email)
    with transaction() as session:
        account = session.scalar(
            select(Account)
            .join(AccountGrant)
            .where(
                Account.email == address,
                Account.closed_at.is_(None),
                AccountGrant.role == Role.ADMINISTRATOR,
                AccountGrant.proposed_by.is_(None),
            )
            .with_for_update()
        )
        if account is None:
            raise NotFound("No administrator has this address.")
        _begin_anew(session, COMMAND, account, "", now)
        tell_holder(session, account, RESET_HERE, COMMAND, now)
        return make_link(session, account.id, Purpose.RESET, now)


def _begin_anew(
    session: Session, actor: Actor, account: Account, reason: str, now: datetime
) -> None:
    held = {table.__tablename__: _take(session, table, account.id) for table in FACTORS}
    for table in GOES_WITH_THEM:
        _take(session, table, account.id)
    account.password_hash = None
    end_sign_ins(session, account.id, now)
    end_links(session, account.id, now)
    forget_tries(session, second_step_of(account.id))
    record(
        session,
        actor=actor,
        action=Action.RESET_SECOND_FACTOR,
        subject=f"account:{account.id}",
        at=now,
        practitioner_id=account.practitioner_id,
        before={name.replace("_", " "): count for name, count in held.items()},
        reason=reason,
    )


def factors_held(session: Session, account_id: int) -> int:
    """How many passkeys and apps; recovery codes alone are none."""
    counts = (
        session.scalar(select(func.count()).where(table.account_id == account_id))
        for table in FACTORS
    )
    return sum(count or 0 for count in counts)


def let_go(session: Session, account: Account, password: str, *, token: str, now: datetime) -> None:
    """
    What follows when one was removed: other sessions end, and with the last the codes go.

    Raises BadInput at `password` where that one would not do alone.
    """
    if not factors_held(session, account.id):
        if not is_enough_alone(password):
            raise BadInput(
                "Choose a password of at least 15 characters first: it will be all you sign in "
                "with.",
                field="password",
            )
        _take(session, RecoveryCode, account.id)
    end_sign_ins(session, account.id, now, except_token=token)


def _take(session: Session, table: Any, account_id: int) -> int:
    """How many there were."""
    found = session.execute(
        delete(table).where(table.account_id == account_id).returning(table.account_id)
    )
    return len(found.all())


def _send_link(session: Session, account: Account, now: datetime) -> None:
    link = make_link(session, account.id, Purpose.RESET, now)
    promise_letter(
        session,
        dedup_key=f"factors reset:{fingerprint(link.token)[:40]}",
        to=account.email,
        template="second_factor_reset",
        particulars={"name": account.name, "path": link.path, "until": link.until_in_words},
        now=now,
        account_id=account.id,
    )
