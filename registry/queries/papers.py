"""Papers: each credential of a practitioner as one line: what it is, its days, where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.models import db
from registry.models.facts_on_record import facts_on_record
from registry.queries.holdings import status_of
from registry.rules.standing import Held, Lack
from registry.rules.vocabulary import CredentialKind
from registry.rules.wording import as_sentence


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
    """In three statements. Not in full: the kind and the days, without numbers or providers."""
    facts = facts_on_record(db.session(), [practitioner_id])[practitioner_id]
    for held in sorted(facts.credentials, key=lambda held: (held.credential_kind, held.id)):
        if held.lack_on(today) is not Lack.WITHDRAWN:
            yield Paper(
                held.credential_kind,
                label_of(held, in_full),
                status_of(held, today),
                held.first_day,
                held.last_day,
                held.id if in_full else None,
            )


def label_of(held: Held, in_full: bool) -> str:
    return as_sentence(held.name if in_full else held.credential_kind.title)
