"""Papers: each credential of a practitioner as one line: what it is, its days, where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from registry.models import Credential, CredentialVersion, Verification, db
from registry.models.facts_on_record import STANDINGS
from registry.queries.holdings import SOON, WORDS
from registry.rules.days import days_later
from registry.rules.particulars import fact_from
from registry.rules.standing import Held, Lack, StandingSince
from registry.rules.vocabulary import CredentialKind, Standing, VersionState
from registry.rules.wording import as_sentence

SPEAKING = (VersionState.VERIFIED, VersionState.SUBMITTED, VersionState.REJECTED)
PLAIN_NAMES = {
    CredentialKind.LICENCE: "Licence",
    CredentialKind.CERTIFICATE: "Certificate of training",
    CredentialKind.REGISTRATION: "Registration",
    CredentialKind.SUPERVISED_PRACTICE: "Supervised practice",
    CredentialKind.CPR: "CPR card",
    CredentialKind.INDEMNITY: "Indemnity cover",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One credential on the time line. `credential_id` is None for those who may not open it."""

    kind: CredentialKind
    label: str
    status: str
    first_day: date | None
    last_day: date | None
    credential_id: int | None


def papers_of(practitioner_id: int, *, today: date, in_full: bool) -> Iterator[Paper]:
    """In one statement. Not in full: the kind and the days, without numbers or providers."""
    for held in _held(practitioner_id):
        lack = held.lack_on(today)
        if lack is Lack.WITHDRAWN:
            continue
        yield Paper(
            held.credential_kind,
            as_sentence(held.name) if in_full else PLAIN_NAMES[held.credential_kind],
            _status(held, lack, today),
            held.first_day,
            held.last_day,
            held.id if in_full else None,
        )


def _status(held: Held, lack: Lack | None, today: date) -> str:
    if lack is not None:
        return WORDS[lack]
    if held.standing_on(today) is Standing.RESTRICTED:
        return "restricted"
    soon = days_later(today, SOON)
    return "lapses_soon" if held.last_day is not None and held.last_day <= soon else "in_force"


def _held(practitioner_id: int) -> list[Held]:
    version = CredentialVersion
    rows = db.session.execute(
        select(
            Credential.id,
            Credential.kind,
            version.id.label("version_id"),
            version.state,
            version.first_day,
            version.last_day,
            version.particulars,
            Verification.outcome,
            Verification.effective_from,
        )
        .join(version, version.credential_id == Credential.id)
        .outerjoin(
            Verification,
            (Verification.credential_id == Credential.id) & Verification.outcome.in_(STANDINGS),
        )
        .where(Credential.practitioner_id == practitioner_id, version.state.in_(SPEAKING))
        .order_by(Credential.kind, Credential.id, version.id, Verification.id)
    )
    spoken: defaultdict[int, dict[int, list[Row[Any]]]] = defaultdict(dict)
    for row in rows:
        spoken[row.id].setdefault(row.version_id, []).append(row)
    return [_fact(each) for versions in spoken.values() for each in _speaking(versions)]


def _speaking(versions: dict[int, list[Row[Any]]]) -> Iterator[list[Row[Any]]]:
    """The one that was verified, and one after it that waits or was rejected."""
    for version_id, rows in versions.items():
        if rows[0].state is VersionState.VERIFIED or version_id == max(versions):
            yield rows


def _fact(rows: list[Row[Any]]) -> Held:
    row = rows[0]
    return fact_from(
        row.kind,
        row.particulars,
        id=row.id,
        state=row.state,
        first_day=row.first_day,
        last_day=row.last_day,
        decisions=tuple(
            StandingSince(each.effective_from, STANDINGS[each.outcome])
            for each in rows
            if each.outcome is not None
        ),
    )
