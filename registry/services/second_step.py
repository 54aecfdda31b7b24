"""The second step of signing in: a code or a passkey, after the password and within minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.adapters.passkeys import House, options_to_use
from registry.adapters.sealing import Sealer
from registry.errors import NotFound, NotSignedIn
from registry.models import Account, ChallengePurpose, Passkey, SecondStep, db, transaction
from registry.models.second_factors import is_open
from registry.services.account_letters import tell_holder
from registry.services.audit_trail import record
from registry.services.authenticator_apps import spend_app_code
from registry.services.challenges import new_challenge
from registry.services.passkey_use import (
    CopiedPasskey,
    Signature,
    note_use,
    record_copy,
    signature_of,
)
from registry.services.recovery_codes import spend_code
from registry.services.sessions import open_sign_in, stranger
from registry.services.tries import FREE_TRIES, count_try, forget_tries, second_step_of

WRONG = "That did not fit. Check it and try again."
BEGIN_ANEW = "This took too long, or something changed meanwhile. Please sign in again."

NO_MORE = (
    "There were too many wrong codes. Use a passkey or a recovery code, or ask an administrator."
)
GUESSED_AT = "Somebody who knows your password typed wrong codes"


class By(StrEnum):
    APP = "authenticator app"
    RECOVERY_CODE = "recovery code"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Means:
    """What is needed to judge what somebody shows; no passkeys without a house."""

    sealer: Sealer
    house: House | None


def ask_for_own_passkey(*, token: str, house: House, now: datetime) -> str:
    """What the second step asks the browser, as JSON. Raises NotFound where it is over."""
    account_id = _account_of(token, now)
    with transaction() as session:
        held = session.scalars(
            select(Passkey.credential_id).where(Passkey.account_id == account_id)
        ).all()
        challenge = new_challenge(session, ChallengePurpose.SECOND_STEP, account_id, now)
        return options_to_use(house, challenge=challenge, held=held)


def finish_sign_in(
    *, token: str, by: By, typed: str, means: Means, address: str, browser: str, now: datetime
) -> str:
    """
    A new token for the browser, of a whole sign-in.

    Raises NotSignedIn in the same words whatever does not fit, TooManyTries, and NotFound where
    one has to begin anew: time is over, the account was closed, its password changed.
    """
    account_id = _account_of(token, now)
    # Only six digits can be guessed: not eighty bits, nor a signature.
    guess = by is By.APP
    count = count_try(second_step_of(account_id), now, in_the_end=NO_MORE) if guess else 0
    try:
        used = _signature(by, typed, means, account_id, now)
        with transaction() as session:
            account = _take_step(session, token, account_id, now)
            if not _fits(session, account, used or (by, typed), means, address, now):
                raise NotSignedIn(WRONG)
            for name in (account.email, second_step_of(account.id)):
                forget_tries(session, name)
            earned = f"password and {by}"
            return open_sign_in(
                session, account, by=earned, address=address, browser=browser, now=now
            )
    except NotSignedIn as refusal:
        if isinstance(refusal, CopiedPasskey) and used is not None:
            record_copy(used, address, now)
        _record_wrong_step(account_id, by, count, address, now)
        raise NotSignedIn(WRONG) from refusal


def _signature(
    by: By, typed: str, means: Means, account_id: int, now: datetime
) -> Signature | None:
    if by is not By.PASSKEY:
        return None
    if means.house is None:
        raise NotSignedIn(WRONG)
    return signature_of(typed, means.house, ChallengePurpose.SECOND_STEP, account_id, now)


def _fits(
    session: Session,
    account: Account,
    shown: Signature | tuple[By, str],
    means: Means,
    address: str,
    now: datetime,
) -> bool:
    match shown:
        case Signature():
            return note_use(session, shown, now)
        case (By.APP, typed):
            return spend_app_code(session, account.id, typed, means.sealer, now)
        case (_, typed):
            actor = replace(account.as_actor(), address=address)
            return spend_code(session, account, typed, actor, now)


def _record_wrong_step(account_id: int, by: By, count: int, address: str, now: datetime) -> None:
    """From the first on, for the password was right. The holder gets a letter at the first wait."""
    with transaction() as session:
        who = stranger(address)
        record(
            session,
            actor=who,
            action="refused: second step",
            subject=f"account:{account_id}",
            at=now,
            after={"by": by, "wrong codes": count} if count else {"by": by},
        )
        if count == FREE_TRIES + 1:
            tell_holder(session, session.get_one(Account, account_id), GUESSED_AT, who, now)


def _account_of(token: str, now: datetime) -> int:
    """Whose step it is. Raises NotFound where it is nobody's any more."""
    account_id: int | None = db.session.scalar(
        select(SecondStep.account_id).where(is_open(token, now))
    )
    if account_id is None:
        raise NotFound(BEGIN_ANEW)
    return account_id


def _take_step(session: Session, token: str, account_id: int, now: datetime) -> Account:
    """One statement uses it up, so that of two at once one comes too late. Raises NotFound."""
    account = session.get_one(Account, account_id, with_for_update=True)
    taken = session.scalar(
        update(SecondStep).where(is_open(token, now)).values(used_at=now).returning(SecondStep.id)
    )
    if taken is None:
        raise NotFound(BEGIN_ANEW)
    return account
