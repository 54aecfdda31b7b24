"""Links that set a password: sent by letter, good once and for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.adapters.passwords import hash_password
from registry.adapters.tokens import fingerprint, new_token
from registry.errors import NotFound
from registry.models import Account, AccountLink, Purpose, db, transaction
from registry.rules.wording import day_in_words
from registry.services.account_letters import tell_holder
from registry.services.audit_trail import record
from registry.services.outbox import promise_letter
from registry.services.own_password import refuse_weak
from registry.services.sessions import end_sign_ins, stranger
from registry.services.tries import forget_tries, own_password_of
from registry.services.typed import typed_email

GOOD_FOR = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}
#: Somebody else's impatience shall not fill a mailbox.
BETWEEN_LETTERS = timedelta(minutes=1)
SET_BY_LINK = "A new password was set for your account by a link"


@dataclass(frozen=True, slots=True)
class Link:
    """`path` is where it leads, from the registry's address on."""

    token: str
    path: str
    until: datetime

    @property
    def until_in_words(self) -> str:
        return f"{day_in_words(self.until.date())}, {self.until:%H:%M} UTC"


def ask_reset(*, email: str, now: datetime, address: str = "") -> None:
    """
    A letter with a link, if the address has an account; no word of it if not.

    Raises BadInput for what is no address at all.
    """
    name = typed_email(email)
    with transaction() as session:
        account = session.scalar(
            select(Account).where(Account.email == name, Account.closed_at.is_(None))
        )
        if account is None or _wrote_just_now(session, account.id, now):
            return
        link = make_link(session, account.id, Purpose.RESET, now)
        promise_letter(
            session,
            dedup_key=f"reset:{fingerprint(link.token)[:40]}",
            to=account.email,
            template="reset",
            particulars={
                "name": account.name,
                "path": link.path,
                "until": link.until_in_words,
            },
            now=now,
            account_id=account.id,
        )
        record(
            session,
            actor=stranger(address),
            action="ask for a new password",
            subject=f"account:{account.id}",
            at=now,
        )


def set_password_by_link(*, token: str, password: str, address: str, now: datetime) -> None:
    """
    The link is used up, every session of the account ends, wrong passwords are forgotten.

    A second factor stays, and is asked for at the next sign-in; with one, a password may be short.
    Wrong codes at it stay counted: whoever reads the mail is not yet its holder.

    Raises NotFound for a link that is used, over or unknown, BadInput at `password`.
    """
    account_id = db.session.scalar(
        select(AccountLink.account_id).where(AccountLink.token_hash == fingerprint(token))
    )
    if account_id is None:
        raise NotFound("This link was used already, or its time is over.")
    refuse_weak(db.session(), account_id, password, field="password")
    hashed = hash_password(password)
    with transaction() as session:
        account_id, purpose = _use_up(session, token, now)
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.closed_at is not None:
            raise NotFound("This link was used already, or its time is over.")
        refuse_weak(session, account.id, password, field="password")
        account.password_hash = hashed
        end_sign_ins(session, account.id, now)
        end_links(session, account.id, now)
        forget_tries(session, account.email)
        forget_tries(session, own_password_of(account.id))
        holder = replace(account.as_actor(), address=address)
        subject = f"account:{account.id}"
        record(session, actor=holder, action="set password by link", subject=subject, at=now)
        if purpose is Purpose.RESET:
            tell_holder(session, account, SET_BY_LINK, holder, now)


def make_link(session: Session, account_id: int, purpose: Purpose, now: datetime) -> Link:
    """What several use cases share; an earlier link of the same sort stops working."""
    end_links(session, account_id, now, purpose)
    link = Link(token := new_token(), f"/{purpose}/{token}", now + GOOD_FOR[purpose])
    session.add(
        AccountLink(
            token_hash=fingerprint(token),
            account_id=account_id,
            purpose=purpose,
            until=link.until,
        )
    )
    return link


def end_links(
    session: Session, account_id: int, now: datetime, purpose: Purpose | None = None
) -> None:
    ending = update(AccountLink).where(
        AccountLink.account_id == account_id, AccountLink.used_at.is_(None)
    )
    if purpose is not None:
        ending = ending.where(AccountLink.purpose == purpose)
    session.execute(ending.values(used_at=now))


def _use_up(session: Session, token: str, now: datetime) -> tuple[int, Purpose]:
    """One statement, so that of two at once one comes too late."""
    used = session.execute(
        update(AccountLink)
        .where(
            AccountLink.token_hash == fingerprint(token),
            AccountLink.used_at.is_(None),
            AccountLink.until > now,
        )
        .values(used_at=now)
        .returning(AccountLink.account_id, AccountLink.purpose)
    ).one_or_none()
    if used is None:
        raise NotFound("This link was used already, or its time is over.")
    return used.account_id, used.purpose


def _wrote_just_now(session: Session, account_id: int, now: datetime) -> bool:
    newest = session.scalar(
        select(AccountLink.until)
        .where(AccountLink.account_id == account_id, AccountLink.purpose == Purpose.RESET)
        .order_by(AccountLink.until.desc())
        .limit(1)
    )
    return newest is not None and newest - GOOD_FOR[Purpose.RESET] > now - BETWEEN_LETTERS
