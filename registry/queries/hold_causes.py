"""What took the ground of what is on hold: the decision, who took it and when, for the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registry.models import Adoption, Credential, HouseRulesVersion, Verification, db
from registry.rules.holds import Cause


@dataclass(frozen=True, slots=True)
class Decision:
    """
    By whom and when, where that is on record of it; `about` leads to its page: a credential's
    number, a clinic's, or a version of a jurisdiction's requirements.
    """

    sort: str
    by: str
    at: datetime | None
    practitioner_id: int | None = None
    credential_id: int | None = None
    clinic_id: int | None = None
    jurisdiction: str = ""
    version: int = 0


def decisions_behind(causes: Collection[Cause]) -> dict[Cause, Decision]:
    """Those that have a page of their own. A statement for each sort among them, three at most."""
    return dict(found for sort in SORTS for found in _of(sort, causes))


def _of(sort: str, causes: Collection[Cause]) -> Iterator[tuple[Cause, Decision]]:
    numbers = {cause.number for cause in causes if cause.sort == sort}
    if not numbers:
        return
    statement, made = SORTS[sort]
    for row in db.session.execute(statement(numbers)):
        yield Cause(sort, row[0]), made(row)


def _verifications(numbers: Collection[int]) -> Any:
    return (
        select(
            Verification.id,
            Verification.decided_by_name,
            Verification.decided_at,
            Credential.practitioner_id,
            Credential.id,
        )
        .join(Credential, Credential.id == Verification.credential_id)
        .where(Verification.id.in_(numbers))
    )


def _house_rules(numbers: Collection[int]) -> Any:
    version = HouseRulesVersion
    return select(version.id, version.made_by_name, version.made_at, version.clinic_id).where(
        version.id.in_(numbers)
    )


def _adoptions(numbers: Collection[int]) -> Any:
    return select(
        Adoption.id,
        Adoption.adopted_by_name,
        Adoption.active_since,
        Adoption.jurisdiction,
        Adoption.version,
    ).where(Adoption.id.in_(numbers))


SORTS: dict[str, tuple[Any, Any]] = {
    "verification": (
        _verifications,
        lambda row: Decision(
            "verification", row[1], row[2], practitioner_id=row[3], credential_id=row[4]
        ),
    ),
    "house_rules": (
        _house_rules,
        lambda row: Decision("house_rules", row[1], row[2], clinic_id=row[3]),
    ),
    "adoption": (
        _adoptions,
        lambda row: Decision("adoption", row[1], row[2], jurisdiction=row[3], version=row[4]),
    ),
}
