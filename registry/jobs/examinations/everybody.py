"""Everybody on record, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Practitioner

AT_A_TIME = 200


def practitioners(session: Session) -> Iterator[Sequence[int]]:
    """Their numbers, so few at a time that what hangs on them fits into memory."""
    everybody = session.scalars(select(Practitioner.id).order_by(Practitioner.id)).all()
    for start in range(0, len(everybody), AT_A_TIME):
        yield everybody[start : start + AT_A_TIME]
