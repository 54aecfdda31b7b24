"""Reminders to answer: one lapse to put off and who may answer for it; and what a holder said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Account, AccountGrant, CredentialVersion, db
from registry.models.lapsing import lapsing_at
from registry.models.reminded import seen_to
from registry.queries.holdings import CredentialSeen
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject
from registry.rules.reminders import KINDS, is_acted_on
from registry.rules.vocabulary import CredentialKind, Role


@dataclass(frozen=True, slots=True)
class ToPutOff:
    """`seen` is the number of the last answer; `owners` are accounts, with their names."""

    credential_id: int
    version_id: int
    practitioner: str
    kind: CredentialKind
    last_day: date
    seen: int
    owners: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What a form about it sends along, and since when they said that they are on it."""

    version_id: int
    seen: int
    since: date | None


def lapse_to_put_off(actor: Actor, place: ClinicSeen, credential_id: int, today: date) -> ToPutOff:
    """Raises NotFound, NotAllowed."""
    found = db.session.execute(
        lapsing_at(place.id, today).where(CredentialVersion.credential_id == credential_id)
    ).first()
    there = frozenset({place.id})
    if found is None:
        raise NotFound("There is no such record.", action=Action.SNOOZE_LAPSE, subject=Subject())
    require(actor, Action.SNOOZE_LAPSE, Subject(there, found.practitioner_id))
    said = seen_to(db.session(), place.id, [found.version_id])[found.version_id]
    return ToPutOff(
        credential_id=credential_id,
        version_id=found.version_id,
        practitioner=found.practitioner,
        kind=found.kind,
        last_day=found.last_day,
        seen=said.last,
        owners=_managers(place.id),
    )


def own_answers(held: Iterable[CredentialSeen], today: date) -> dict[int, OwnAnswer]:
    """By credential: of the versions that count and end. One statement, none where none does."""
    ending = {
        one.id: one.counting
        for one in held
        if one.counting and one.counting.last_day and one.kind in KINDS
    }
    if not ending:
        return {}
    said = seen_to(db.session(), None, [version.id for version in ending.values()])
    answers = {}
    for credential_id, version in ending.items():
        word, last_day = said[version.id], version.last_day or today
        holds = is_acted_on(
            renewal_waits=False,
            acknowledged_on=word.acknowledged_on,
            last_day=last_day,
            today=today,
        )
        since = word.acknowledged_on if holds else None
        answers[credential_id] = OwnAnswer(version.id, word.last, since)
    return answers


def wants_early_letters(actor: Actor) -> bool | None:
    """Of what lapses; None for whoever manages no clinic."""
    if not actor.holds(Role.MANAGER):
        return None
    return db.session.scalar(select(Account.early_letters).where(Account.id == actor.account_id))


def _managers(clinic_id: int) -> list[tuple[int, str]]:
    rows = db.session.execute(
        select(Account.id, Account.name)
        .join(AccountGrant)
        .where(
            AccountGrant.role == Role.MANAGER,
            AccountGrant.proposed_by.is_(None),
            or_(AccountGrant.clinic_id == clinic_id, AccountGrant.clinic_id.is_(None)),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(Account.name, Account.id)
    )
    return [(row.id, row.name) for row in rows]
