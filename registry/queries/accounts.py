"""Accounts: who may sign in, as what, and where; each clinic sees its own people only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from registry.errors import NotAllowed, NotFound
from registry.leave import require
from registry.models import Account, AccountGrant, Clinic, SignIn, db
from registry.models.second_factors import holds_second_factor
from registry.queries.clinics import ClinicName
from registry.rules.access import Action, Actor, Grant, Subject, may
from registry.rules.granting import may_give, rights_to_give
from registry.rules.vocabulary import Role

OVERSEERS = (Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class GrantHeld:
    """`clinic` is its name, or None where the role is held everywhere."""

    grant: Grant
    clinic: str | None
    proposed_by: int | None = None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """`grants` are those the asker may know of; `elsewhere` the others, not to be shown."""

    id: int
    name: str
    email: str
    practitioner_id: int | None
    no_password: bool
    second_factor: bool
    closed_at: datetime | None
    last_signed_in: datetime | None
    grants: tuple[GrantHeld, ...]
    elsewhere: tuple[Grant, ...]

    @property
    def invited(self) -> bool:
        """And has not come yet."""
        return self.no_password and self.last_signed_in is None

    @property
    def reset(self) -> bool:
        """Their password was taken with their second step, and they chose no other since."""
        return self.no_password and self.last_signed_in is not None

    @property
    def proposed_by(self) -> int | None:
        """Who proposed them as an administrator, where nobody has confirmed it yet."""
        return next((each.proposed_by for each in self.grants if each.proposed_by), None)


def accounts_seen_by(
    *, actor: Actor, clinic_id: int | None = None, account_id: int | None = None
) -> list[AccountLine]:
    """By name, closed ones last, in two statements. Raises NotAllowed."""
    if not actor.holds(*OVERSEERS):
        raise NotAllowed(
            "You may not see who has an account.", action=Action.ADD_FRONT_DESK, subject=Subject()
        )
    reached = actor.clinics(*OVERSEERS)
    held: defaultdict[int, list[GrantHeld]] = defaultdict(list)
    for account, role, clinic, proposed_by, name in db.session.execute(
        select(
            AccountGrant.account_id,
            AccountGrant.role,
            AccountGrant.clinic_id,
            AccountGrant.proposed_by,
            Clinic.name,
        )
        .outerjoin(Clinic, Clinic.id == AccountGrant.clinic_id)
        .order_by(AccountGrant.id)
    ):
        held[account].append(GrantHeld(Grant(role, clinic), name, proposed_by))
    lines = (_line(row, held[row.id], reached) for row in _rows(account_id))
    return [
        line
        for line in lines
        if (reached is None or line.grants)
        and (clinic_id is None or any(each.grant.clinic_id == clinic_id for each in line.grants))
    ]


def account_seen_by(*, actor: Actor, account_id: int) -> AccountLine:
    """Raises NotFound, NotAllowed."""
    for line in accounts_seen_by(actor=actor, account_id=account_id):
        return line
    raise NotFound("There is no such record.", action=Action.ADD_FRONT_DESK, subject=Subject())


def account_to_close(*, actor: Actor, account_id: int) -> AccountLine:
    """Raises NotFound, NotAllowed."""
    account = account_seen_by(actor=actor, account_id=account_id)
    if account.closed_at is not None:
        raise NotFound("There is no such record.")
    for action, subject in _rights_to_close(account):
        if not may(actor, action, subject):
            raise NotAllowed("You may not close this account.", action=action, subject=subject)
    if account.id == actor.account_id:
        raise NotAllowed("You may not close your own account.")
    return account


def may_close(actor: Actor, account: AccountLine) -> bool:
    rights = _rights_to_close(account)
    return account.id != actor.account_id and all(may(actor, *right) for right in rights)


def grants_to_give(*, actor: Actor, clinics: list[ClinicName]) -> list[GrantHeld]:
    """Every grant they may give at these clinics, and everywhere."""
    wanted = [GrantHeld(Grant(role, None), None) for role in Role]
    wanted += [
        GrantHeld(Grant(role, clinic.id), clinic.name)
        for clinic in clinics
        for role in Role
        if role is not Role.ADMINISTRATOR
    ]
    return [each for each in wanted if may_give(actor, each.grant)]


def may_end_sessions(actor: Actor, account: AccountLine) -> bool:
    return may(actor, Action.END_SESSIONS, Subject(practitioner_id=account.practitioner_id))


def may_reset_second_factor(actor: Actor, account: AccountLine) -> bool:
    allowed = may(actor, Action.RESET_SECOND_FACTOR, Subject())
    return allowed and account.second_factor and account.id != actor.account_id


def account_to_reset(*, actor: Actor, account_id: int) -> AccountLine:
    """Raises NotAllowed, and NotFound also where there is nothing to take away."""
    require(actor, Action.RESET_SECOND_FACTOR, Subject())
    account = account_seen_by(actor=actor, account_id=account_id)
    if account.closed_at is not None:
        raise NotFound("There is no such record.")
    if account.id == actor.account_id:
        raise NotAllowed("You may not reset your own second factor. Ask another administrator.")
    if not account.second_factor:
        raise NotFound("They have no second factor.")
    return account


def _rights_to_close(account: AccountLine) -> list[tuple[Action, Subject]]:
    """Those to take away every grant it holds, wherever that is."""
    held = {*(each.grant for each in account.grants), *account.elsewhere}
    rights = [right for grant in sorted(held, key=repr) for right in rights_to_give(grant)]
    return rights or [(Action.MAKE_MANAGER, Subject())]


def _rows(account_id: int | None) -> Sequence[Any]:
    last = select(func.max(SignIn.at)).where(SignIn.account_id == Account.id)
    wanted = select(
        Account.id,
        Account.name,
        Account.email,
        Account.practitioner_id,
        Account.password_hash.is_(None).label("no_password"),
        holds_second_factor(Account.id).label("second_factor"),
        Account.closed_at,
        last.scalar_subquery().label("last_signed_in"),
    ).order_by(Account.closed_at.is_not(None), Account.name, Account.id)
    if account_id is not None:
        wanted = wanted.where(Account.id == account_id)
    return db.session.execute(wanted).all()


def _line(row: Any, held: list[GrantHeld], reached: frozenset[int] | None) -> AccountLine:
    known = tuple(each for each in held if reached is None or each.grant.clinic_id in reached)
    elsewhere = tuple(each.grant for each in held if each not in known)
    return AccountLine(**row._asdict(), grants=known, elsewhere=elsewhere)
