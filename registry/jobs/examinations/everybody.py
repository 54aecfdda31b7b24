"""Everybody on record, some at a time, and the privileges stored for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Practitioner, Privilege
from registry.rules.days import Span
from registry.services.privileges import Spans

AT_A_TIME = 200


def practitioners(session: Session) -> Iterator[Sequence[int]]:
    """Their numbers, so few at a time that what hangs on them fits into memory."""
    everybody = session.scalars(select(Practitioner.id).order_by(Practitioner.id)).all()
    for start in range(0, len(everybody), AT_A_TIME):
        yield everybody[start : start + AT_A_TIME]


def stored_privileges(session: Session, practitioner_ids: Sequence[int]) -> Mapping[int, Spans]:
    found: defaultdict[int, Spans] = defaultdict(dict)
    for row in session.execute(
        select(
            Privilege.practitioner_id,
            Privilege.clinic_id,
            Privilege.site,
            Privilege.first_day,
            Privilege.last_day,
        )
        .where(Privilege.practitioner_id.in_(practitioner_ids))
        .order_by(Privilege.first_day)
    ):
        held = found[row.practitioner_id]
        where = (row.clinic_id, row.site)
        held[where] = (*held.get(where, ()), Span(row.first_day, row.last_day))
    return found
