"""Accounts: invited by letter, so that nobody else knows the password; closed, never deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint
from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.leave import require
from registry.models import Account, AccountGrant, Clinic, Practitioner, Purpose, transaction
from registry.models.sign_ins import SignIn
from registry.rules.access import Action, Actor, Grant, Subject
from registry.rules.vocabulary import Role
from registry.services.account_links import Link, end_links, make_link
from registry.services.audit_trail import record
from registry.services.grants import (
    account_for_change,
    grant_rows,
    grants_of,
    in_words,
    keep_an_administrator,
    require_change,
)
from registry.services.outbox import promise_letter
from registry.services.sessions import end_sign_ins
from registry.services.typed import one_of_a_kind, typed_email, typed_name

TAKEN = "There is an account with this address already."
COMMAND = Actor(account_id=None, name="the command `registry admin create`")


def invite_account(
    *,
    actor: Actor,
    email: str,
    name: str,
    grants: Collection[Grant],
    practitioner_id: int | None = None,
    now: datetime,
) -> Account:
    """
    An account without a password, and a letter with the link that sets one.

    With `practitioner_id` it is that practitioner's own. Raises NotAllowed, NotFound, and BadInput
    at `email`, `name`, `grants` or `practitioner_id`.
    """
    address, called = typed_email(email), typed_name(name)
    with transaction() as session:
        given = frozenset(grants)
        if not given:
            raise BadInput("Choose at least one role.", field="grants")
        require_change(session, actor, frozenset(), given)
        if practitioner_id is not None:
            _require_free_practitioner(session, actor, practitioner_id)
        rows = grant_rows(session, actor, given)
        account = _new_account(session, address, called, rows, practitioner_id)
        _write_invitation(session, actor, account, now)
        record(
            session,
            actor=actor,
            action="invite account",
            subject=f"account:{account.id}",
            at=now,
            clinic_id=min((g.clinic_id for g in given if g.clinic_id), default=None),
            practitioner_id=practitioner_id,
            after={"email": address, "name": called, "grants": in_words(given)},
        )
        return account


def send_invitation_again(*, actor: Actor, account_id: int, now: datetime) -> None:
    """A new link; the old one stops working. Raises NotInThatState for who was in."""
    with transaction() as session:
        account = account_for_change(session, account_id)
        require(actor, Action.ADD_FRONT_DESK, account.as_subject())
        if account.password_hash is not None:
            raise NotInThatState("They have a password already, and can ask for a new one.")
        if session.scalar(select(SignIn.id).where(SignIn.account_id == account_id).limit(1)):
            raise NotInThatState("They were reset, and ask for a new password when signing in.")
        _write_invitation(session, actor, account, now)
        subject = f"account:{account_id}"
        record(session, actor=actor, action="send invitation again", subject=subject, at=now)


def close_account(*, actor: Actor, account_id: int, reason: str = "", now: datetime) -> None:
    """
    It signs in no more, from this moment on; what it did stays on record under its name.

    Needs the right to take away every grant it holds. Raises NotAllowed for one's own.
    """
    with transaction() as session:
        account = account_for_change(session, account_id)
        held = grants_of(account)
        require_change(session, actor, held, frozenset(), account)
        if account.id == actor.account_id:
            raise NotAllowed("You may not close your own account.")
        if not held:
            require(actor, Action.MAKE_MANAGER, Subject())
        keep_an_administrator(session, account, ())
        account.closed_at = now
        end_sign_ins(session, account_id, now)
        end_links(session, account_id, now)
        record(
            session,
            actor=actor,
            action="close account",
            subject=f"account:{account_id}",
            at=now,
            clinic_id=min((g.clinic_id for g in held if g.clinic_id), default=None),
            practitioner_id=account.practitioner_id,
            before={"grants": in_words(held)},
            reason=reason,
        )


def create_first_administrator(*, email: str, name: str, now: datetime) -> str:
    """
    The token of a link that sets their password.

    Raises NotInThatState when there is an administrator, who can invite others.
    """
    address, called = typed_email(email), typed_name(name)
    everywhere = frozenset({Grant(Role.ADMINISTRATOR)})
    with transaction() as session:
        if session.scalar(
            select(AccountGrant.id)
            .join(Account)
            .where(AccountGrant.role == Role.ADMINISTRATOR, Account.closed_at.is_(None))
            .limit(1)
        ):
            raise NotInThatState("There is an administrator already, who can invite others.")
        rows = grant_rows(session, COMMAND, everywhere)
        account = _new_account(session, address, called, rows, None)
        link = make_link(session, account.id, Purpose.INVITATION, now)
        record(
            session,
            actor=COMMAND,
            action="create first administrator",
            subject=f"account:{account.id}",
            at=now,
            after={"email": address, "name": called},
        )
        return link.token


def _new_account(
    session: Session,
    email: str,
    name: str,
    grants: list[AccountGrant],
    practitioner_id: int | None,
) -> Account:
    if session.scalar(select(Account.id).where(Account.email == email)) is not None:
        raise BadInput(TAKEN, field="email")
    account = Account(email=email, name=name, practitioner_id=practitioner_id)
    account.grants = grants
    session.add(account)
    with one_of_a_kind(TAKEN, field="email"):
        session.flush()
    return account


def _require_free_practitioner(session: Session, actor: Actor, practitioner_id: int) -> None:
    practitioner = session.get(Practitioner, practitioner_id)
    if practitioner is None:
        raise NotFound("There is no such record.")
    require(actor, Action.ADD_PRACTITIONER, practitioner.as_subject())
    if session.scalar(select(Account.id).where(Account.practitioner_id == practitioner_id)):
        raise BadInput("This practitioner has an account already.", field="practitioner_id")


def _write_invitation(session: Session, actor: Actor, account: Account, now: datetime) -> Link:
    link = make_link(session, account.id, Purpose.INVITATION, now)
    clinics = {g.clinic_id for g in account.grants if g.clinic_id is not None}
    clinic = session.get(Clinic, clinics.pop()) if len(clinics) == 1 else None
    roles = sorted({grant.role.value.replace("_", " ") for grant in account.grants})
    promise_letter(
        session,
        dedup_key=f"invitation:{fingerprint(link.token)[:40]}",
        to=account.email,
        template="invitation",
        particulars={
            "name": account.name,
            "inviter": actor.name,
            "role": " and ".join(roles),
            "clinic": clinic.name if clinic else None,
            "path": link.path,
            "until": link.until_in_words,
        },
        now=now,
        account_id=account.id,
    )
    return link
