"""Privileges: is what is stored what the rules derive from the facts?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from registry.jobs.examinations.everybody import practitioners
from registry.rules.days import Span
from registry.rules.regions import site_name
from registry.services.privileges import Spans, derive, stored_privileges


def privileges(session: Session) -> Iterator[str]:
    for ids in practitioners(session):
        stored, derived = stored_privileges(session, ids), derive(session, ids)
        for practitioner_id in ids:
            has, should = stored[practitioner_id], derived.get(practitioner_id, {})
            if has != should:
                yield _sentence(practitioner_id, has, should)
        session.expunge_all()


def _sentence(practitioner_id: int, has: Spans, should: Spans) -> str:
    odd = sorted(
        where for where in has.keys() | should.keys() if has.get(where) != should.get(where)
    )
    clinic_id, site = odd[0]
    more = f" So it is with {len(odd) - 1} more." if len(odd) > 1 else ""
    return (
        f"The privileges of practitioner {practitioner_id} are not what the rules derive: "
        f"{site_name(site).lower()} at clinic {clinic_id} is stored as "
        f"{_days(has.get(odd[0], ()))}, but derived as {_days(should.get(odd[0], ()))}.{more}"
    )


def _days(spans: Sequence[Span]) -> str:
    return " and ".join(f"{span.first} to {span.last}" for span in spans) or "never"
