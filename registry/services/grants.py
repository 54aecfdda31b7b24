"""Grants: who may make somebody what, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState
from registry.leave import require
from registry.models import Account, AccountGrant, Clinic, transaction
from registry.rules.access import Action, Actor, Grant
from registry.rules.granting import rights_to_give
from registry.rules.vocabulary import Role
from registry.services.audit_trail import record
from registry.services.sign_in import end_sign_ins


def change_grants(
    *, actor: Actor, account_id: int, grants: Collection[Grant], now: datetime
) -> None:
    """
    What the account holds from now on; its sessions end at once, so that it holds at once.

    Each grant that is given or taken needs the right to give it. Raises NotAllowed also for
    raising oneself, NotInThatState for taking away the last administrator.
    """
    with transaction() as session:
        account = account_for_change(session, account_id)
        before = frozenset(account.as_actor().grants)
        after = frozenset(grants)
        require_change(session, actor, before, after, account)
        if before == after:
            return
        keep_an_administrator(session, account, after)
        account.grants = [
            grant for grant in account.grants if Grant(grant.role, grant.clinic_id) in after
        ]
        account.grants += grant_rows(after - before)
        ended = end_sign_ins(session, account_id, now)
        record(
            session,
            actor=actor,
            action="change grants",
            subject=f"account:{account_id}",
            at=now,
            clinic_id=min(_clinics(before ^ after), default=None),
            practitioner_id=account.practitioner_id,
            before={"grants": in_words(before)},
            after={"grants": in_words(after), "sessions ended": ended},
        )


def account_for_change(session: Session, account_id: int) -> Account:
    """Locked. Raises NotFound for one that is closed or never was."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.closed_at is not None:
        raise NotFound("There is no such record.")
    return account


def require_change(
    session: Session,
    actor: Actor,
    before: frozenset[Grant],
    after: frozenset[Grant],
    account: Account | None = None,
) -> None:
    """Raises NotAllowed, NotFound, BadInput at `grants`."""
    if account is not None:
        require(actor, Action.ADD_FRONT_DESK, account.as_subject())
        if account.id == actor.account_id and after - before:
            require(actor, Action.RAISE_OWN_ROLE, account.as_subject())
    for grant in sorted(before ^ after, key=repr):
        require_giving(actor, grant)
    _refuse_strange_grants(session, after - before)


def require_giving(actor: Actor, grant: Grant) -> None:
    """Raises NotAllowed, or NotFound for a clinic that is hidden from them."""
    for action, subject in rights_to_give(grant):
        require(actor, action, subject)


def keep_an_administrator(session: Session, account: Account, after: Collection[Grant]) -> None:
    """Raises NotInThatState where nobody would be left to set things up."""
    if any(grant.role is Role.ADMINISTRATOR for grant in after):
        return
    if not any(grant.role is Role.ADMINISTRATOR for grant in account.grants):
        return
    others = session.scalars(
        select(Account.id)
        .join(AccountGrant)
        .where(AccountGrant.role == Role.ADMINISTRATOR, Account.closed_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if not set(others) - {account.id}:
        raise NotInThatState("This is the only administrator. Make another one first.")


def grant_rows(grants: Iterable[Grant]) -> list[AccountGrant]:
    return [AccountGrant(role=g.role, clinic_id=g.clinic_id) for g in sorted(grants, key=repr)]


def in_words(grants: Iterable[Grant]) -> list[str]:
    """For the trail: manager at clinic 3, auditor everywhere."""
    return sorted(
        f"{g.role} {'everywhere' if g.clinic_id is None else f'at clinic:{g.clinic_id}'}"
        for g in grants
    )


def _refuse_strange_grants(session: Session, added: Collection[Grant]) -> None:
    for grant in added:
        if grant.role is Role.ADMINISTRATOR and grant.clinic_id is not None:
            raise BadInput("An administrator is one everywhere.", field="grants")
    wanted = _clinics(added)
    there = set(session.scalars(select(Clinic.id).where(Clinic.id.in_(wanted))))
    if wanted - there:
        raise BadInput("There is no such clinic.", field="grants")


def _clinics(grants: Iterable[Grant]) -> set[int]:
    return {grant.clinic_id for grant in grants if grant.clinic_id is not None}
