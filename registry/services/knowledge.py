"""What is known is written down whenever it becomes something else, in that very transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from registry.models import Clinic, KnownPersonRow, KnownPlaceRow
from registry.models.knowledge_on_record import last_known, people_on_record, place_on_record
from registry.rules.knowledge import Told, person_as_text, place_as_text

NEW_PERSON = insert(KnownPersonRow.metadata.tables[KnownPersonRow.__tablename__])
NEW_PLACE = insert(KnownPlaceRow.metadata.tables[KnownPlaceRow.__tablename__])


def keep_known_people(session: Session, practitioner_ids: Collection[int], now: datetime) -> None:
    """
    Whoever changes a fact, or a name, calls it last, holding their diaries locked.

    Nothing is written of those who are as they were.
    """
    session.flush()
    people = people_on_record(session, practitioner_ids)
    last = last_known(session, KnownPersonRow, KnownPersonRow.practitioner_id, practitioner_ids)
    rows = [
        {"practitioner_id": who, **row}
        for who, person in sorted(people.items())
        if (row := _row(last.get(who), person_as_text(person), now))
    ]
    if rows:
        session.execute(NEW_PERSON, rows)


def keep_known_place(session: Session, clinic: Clinic, now: datetime) -> None:
    """The same of a clinic: its name, its clock, whose law applies there."""
    session.flush()
    last = last_known(session, KnownPlaceRow, KnownPlaceRow.clinic_id, [clinic.id])
    if row := _row(last.get(clinic.id), place_as_text(place_on_record(clinic)), now):
        session.execute(NEW_PLACE, {"clinic_id": clinic.id, **row})


def _row(last: Told | None, text: str, now: datetime) -> dict[str, Any] | None:
    """Never before the last: who waited for a lock has an older clock than whoever had it."""
    if last is not None and last.text == text:
        return None
    since = now if last is None else max(now, last.known_from)
    return {"known_from": since, "content": text, "begins": False}
