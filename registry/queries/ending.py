"""Credentials that end, and privileges with them; and whether a newer one waits for its check."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from registry.models import Credential, CredentialVersion, Practitioner, Privilege, db
from registry.models.lapsing import renewal_waits
from registry.queries.papers import label_of
from registry.rules.days import Span
from registry.rules.particulars import fact_from
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import CredentialKind, VersionState


@dataclass(frozen=True, slots=True)
class Ending:
    """A verified credential with its last valid day; `renewal`: a newer one waits for its check."""

    practitioner_id: int
    practitioner: str
    credential_id: int
    kind: CredentialKind
    particulars: dict[str, Any]
    first_day: date | None
    last_day: date
    renewal: bool

    def named(self, in_full: bool) -> str:
        """Not in full: kinds instead of numbers."""
        fact = fact_from(
            self.kind,
            self.particulars,
            id=self.credential_id,
            state=VersionState.VERIFIED,
            first_day=self.first_day,
            last_day=self.last_day,
        )
        return label_of(fact, in_full)


def ending_in(clinic_ids: Collection[int], days: Span) -> list[Ending]:
    """With whose last day, one of these, a privilege at one of the clinics ends. One statement."""
    rows = db.session.execute(_ending(clinic_ids, days)).all()
    return [Ending(**row._mapping) for row in rows]


def _ending(clinic_ids: Collection[int], days: Span) -> Select[Any]:
    version = CredentialVersion
    ends = (
        select(Privilege.practitioner_id)
        .where(
            Privilege.practitioner_id == Credential.practitioner_id,
            Privilege.clinic_id.in_(clinic_ids),
            Privilege.site.in_(REGIONS),
            Privilege.last_day == version.last_day,
        )
        .correlate(Credential, version)
        .exists()
    )
    return (
        select(
            Credential.practitioner_id,
            Practitioner.name.label("practitioner"),
            version.credential_id,
            Credential.kind,
            version.particulars,
            version.first_day,
            version.last_day,
            renewal_waits().label("renewal"),
        )
        .join(Credential, Credential.id == version.credential_id)
        .join(Practitioner, Practitioner.id == Credential.practitioner_id)
        .where(
            version.state == VersionState.VERIFIED,
            version.last_day.between(*days),
            Practitioner.archived_at.is_(None),
            ends,
        )
        .order_by(version.last_day, Practitioner.name, version.id)
    )
