"""Whom the rules of a place concern: everybody who ever works where they hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry.models.activations import Activation, Phase
from registry.models.clinics import Clinic
from registry.models.people import Engagement
from registry.models.requirement_sets import Adoption

AT_ONCE = 200  # so few that they are judged anew while somebody waits


def number_concerned(session: Session, place: str | int) -> int:
    wanted = select(func.count(Engagement.practitioner_id.distinct()))
    return session.scalar(wanted.join(Clinic).where(_there(place))) or 0


def who_works_in(session: Session, place: str | int, *, after: int, most: int) -> list[int]:
    """At most so many, in the order of their numbers, from the one after `after` on."""
    return list(
        session.scalars(
            select(Engagement.practitioner_id)
            .join(Clinic)
            .where(_there(place), Engagement.practitioner_id > after)
            .distinct()
            .order_by(Engagement.practitioner_id)
            .limit(most)
        )
    )


def _there(place: str | int) -> Any:
    """A jurisdiction by its code, or a clinic by its number."""
    return Clinic.jurisdiction == place if isinstance(place, str) else Clinic.id == place


def being_judged_anew(jurisdiction: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether practitioners there are judged anew by rules that changed, and not all are yet."""
    return (
        select(Activation.adoption_id)
        .join(Adoption, Adoption.id == Activation.adoption_id)
        .where(Adoption.jurisdiction == jurisdiction, Activation.phase != Phase.DONE)
        .exists()
    )
