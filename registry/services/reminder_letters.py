"""Letters of reminders: one a day to a reader, however much there is to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry.models import Account, AccountGrant, Clinic, Practitioner
from registry.rules.reminders import ESCALATED_FROM, may_stop
from registry.rules.vocabulary import Role
from registry.services.outbox import NewLetter, take_unsaid
from registry.services.reminders_due import Lapse

#: So many are told one by one in a letter; of the rest their number, for a page shows them.
LISTED = 25


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one credential: at which band, and whether because nobody acted."""

    lapse: Lapse
    band: int
    alone: bool = False

    @property
    def is_late(self) -> bool:
        return self.alone or self.band <= ESCALATED_FROM


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    email: str
    name: str
    early_letters: bool
    practitioner_id: int | None = None

    def wants(self, one: Telling) -> bool:
        return one.is_late or self.early_letters


def readers(session: Session, role: Role, clinic_id: int | None = None) -> list[Reader]:
    """Open accounts that hold the role, there or everywhere."""
    there = or_(AccountGrant.clinic_id == clinic_id, AccountGrant.clinic_id.is_(None))
    rows = session.execute(
        select(
            *(Account.id, Account.email, Account.name, Account.early_letters),
            Account.practitioner_id,
        )
        .join(AccountGrant)
        .where(
            and_(AccountGrant.role == role, AccountGrant.proposed_by.is_(None), there),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(Account.id)
    )
    return [Reader(*row) for row in rows]


def letters_to_holders(
    session: Session, clinic: Clinic, told: Iterable[Telling], today: date
) -> dict[int, NewLetter]:
    """One to each whose address is known, by their number, of all that is due of theirs."""
    by_holder: defaultdict[int, list[Telling]] = defaultdict(list)
    for one in told:
        by_holder[one.lapse.row.practitioner_id].append(one)
    holders = _holders(session, by_holder)
    return {
        whom: NewLetter(
            dedup_key=_key("reminder", theirs, whom),
            to=holders[whom][0],
            template="reminder",
            particulars={
                "name": theirs[0].lapse.row.practitioner,
                "clinic": clinic.name,
                **_listed(theirs, today),
                "path": "/my-credentials",
            },
            account_id=holders[whom][1],
        )
        for whom, theirs in by_holder.items()
        if holders[whom][0]
    }


def letter_to_manager(
    reader: Reader, clinic: Clinic, told: Sequence[Telling], today: date
) -> NewLetter | None:
    """None where nothing concerns whoever asked for no early letters."""
    wanted = [one for one in told if reader.wants(one)]
    if not wanted:
        return None
    stop = may_stop([one.band for one in wanted]) and not any(one.alone for one in wanted)
    return NewLetter(
        dedup_key=_key(f"lapses:{clinic.id}", wanted, reader.id),
        to=reader.email,
        template="lapses",
        particulars={
            "name": reader.name,
            "clinic": clinic.name,
            **_listed(wanted, today),
            "path": f"/oversight/expiries?clinic={clinic.id}",
            **({"may_stop": reader.id} if stop else {}),
        },
        account_id=reader.id,
    )


def letter_of_escalation(
    session: Session,
    reader: Reader,
    clinic: Clinic,
    told: Sequence[Telling],
    managers: Sequence[Reader],
    today: date,
) -> NewLetter:
    """Goes on with one of other clinics that nobody tried to send yet: one letter, not hundreds."""
    about = f"escalation:{reader.id}"
    places = [place for unsaid in take_unsaid(session, about) for place in unsaid.get("places", ())]
    here = {
        "clinic": clinic.name,
        "managers": [one.name for one in managers],
        **_listed(told, today),
    }
    places.append(here)
    return NewLetter(
        dedup_key=_key(f"escalation:{clinic.id}", told, reader.id),
        to=reader.email,
        template="escalation",
        particulars={
            "name": reader.name,
            "places": places,
            "count": sum(place["count"] for place in places),
            "path": "/setup/people",
        },
        account_id=reader.id,
        about=about,
    )


def _listed(told: Sequence[Telling], today: date) -> dict[str, Any]:
    lines = [{**one.lapse.as_told(today), "alone": one.alone} for one in told[:LISTED]]
    return {
        "lines": lines,
        "count": len(told),
        "more": max(0, len(told) - LISTED),
        "alone": sum(one.alone for one in told),
        "lapsed": sum(one.lapse.last_day < today for one in told),
        "waiting": sum(bool(one.lapse.row.renewal) for one in told),
    }


def _key(kind: str, told: Sequence[Telling], reader: int) -> str:
    """A band of a version is promised once to a reader: so no two letters can mean the same."""
    first = told[0]
    return f"{kind}:{first.lapse.version_id}:{first.band}:{first.alone:d}:{reader}"


def _holders(session: Session, ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """The address each reads letters at, and their account; no address: none is known."""
    has_account = and_(Account.practitioner_id == Practitioner.id, Account.closed_at.is_(None))
    rows = session.execute(
        select(Practitioner.id, Practitioner.email, Account.id, Account.email)
        .outerjoin(Account, has_account)
        .where(Practitioner.id.in_(ids))
    )
    return {row[0]: (row[3] or row[1], row[2]) for row in rows}
