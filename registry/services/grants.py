"""Grants: who may make somebody what, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.leave import require
from registry.models import Account, AccountGrant, Clinic, transaction
from registry.rules.access import Action, Actor, Grant
from registry.rules.granting import rights_to_give
from registry.rules.vocabulary import Role
from registry.services.audit_trail import record
from registry.services.sessions import end_sign_ins


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
        before = grants_of(account)
        after = frozenset(grants)
        require_change(session, actor, before, after, account)
        if before == after:
            return
        keep_an_administrator(session, account, after)
        account.grants = [
            grant for grant in account.grants if Grant(grant.role, grant.clinic_id) in after
        ]
        account.grants += grant_rows(session, actor, after - before)
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


def confirm_administrator(*, actor: Actor, account_id: int, now: datetime) -> None:
    """
    A second administrator agrees, so the role holds from now on.

    Raises NotAllowed for whoever proposed it, NotInThatState where nothing waits.
    """
    with transaction() as session:
        account = account_for_change(session, account_id)
        require(actor, Action.MAKE_ADMINISTRATOR, account.as_subject())
        waiting = [grant for grant in account.grants if not grant.holds]
        if not waiting:
            raise NotInThatState("Nothing waits to be confirmed here.")
        if actor.account_id in {account.id, *(grant.proposed_by for grant in waiting)}:
            raise NotAllowed(
                "Somebody else must confirm this.",
                action=Action.MAKE_ADMINISTRATOR,
                subject=account.as_subject(),
            )
        for grant in waiting:
            grant.proposed_by = None
        record(
            session,
            actor=actor,
            action="confirm administrator",
            subject=f"account:{account_id}",
            at=now,
            practitioner_id=account.practitioner_id,
            after={"grants": in_words(grants_of(account))},
        )
        end_sign_ins(session, account_id, now)


def grants_of(account: Account) -> frozenset[Grant]:
    """All that are on record for it, those that wait for a second person too."""
    return frozenset(Grant(grant.role, grant.clinic_id) for grant in account.grants)


def account_for_change(session: Session, account_id: int) -> Account:
    """
    Locked, and every administrator's with it, in the order of their numbers.

    So two who dismiss each other at once do not both count on the other, nor wait for each other.
    Raises NotFound for one that is closed or never was.
    """
    administrators = select(AccountGrant.account_id).where(AccountGrant.role == Role.ADMINISTRATOR)
    session.execute(
        select(Account.id)
        .where(or_(Account.id == account_id, Account.id.in_(administrators)))
        .order_by(Account.id)
        .with_for_update()
    ).all()
    account = session.get(Account, account_id, populate_existing=True)
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
    if not any(grant.role is Role.ADMINISTRATOR and grant.holds for grant in account.grants):
        return
    if not _administrators(session) - {account.id}:
        raise NotInThatState("This is the only administrator. Make another one first.")


def grant_rows(session: Session, actor: Actor, grants: Iterable[Grant]) -> list[AccountGrant]:
    """
    A new administrator is only proposed, until a second administrator confirms.

    Where the one who proposes is the only administrator, nobody else could, and it holds.
    """
    wanted = sorted(grants, key=repr)
    rows = [AccountGrant(role=grant.role, clinic_id=grant.clinic_id) for grant in wanted]
    proposed = [row for row in rows if row.role is Role.ADMINISTRATOR]
    if proposed and actor.account_id and _administrators(session) - {actor.account_id}:
        for row in proposed:
            row.proposed_by = actor.account_id
    return rows


def _administrators(session: Session) -> set[int]:
    return set(
        session.scalars(
            select(Account.id)
            .join(AccountGrant)
            .where(
                AccountGrant.role == Role.ADMINISTRATOR,
                AccountGrant.proposed_by.is_(None),
                Account.closed_at.is_(None),
            )
        )
    )


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
