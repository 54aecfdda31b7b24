"""Places: the clinics an actor may look at, each with its clock and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.errors import NotAllowed, NotFound
from registry.models import Adoption, Clinic, db
from registry.queries.leave import leave
from registry.rules.access import Action, Actor, Subject, may


@dataclass(frozen=True, slots=True)
class Place:
    """`adopted`: somebody adopted the requirement sets of its jurisdiction."""

    id: int
    name: str
    zone: str
    jurisdiction: str
    adopted: bool

    def day_at(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()


def places_for(actor: Actor, action: Action) -> list[Place]:
    """Every clinic where the actor may do this, by name, in one statement."""
    adopted = select(Adoption.id).where(Adoption.jurisdiction == Clinic.jurisdiction).exists()
    rows = db.session.execute(
        select(Clinic.id, Clinic.name, Clinic.zone, Clinic.jurisdiction, adopted).order_by(
            Clinic.name, Clinic.id
        )
    )
    return [
        Place(*row) for row in rows if may(actor, action, Subject(clinic_ids=frozenset({row.id})))
    ]


def place_for(actor: Actor, action: Action, clinic_id: int | None) -> Place:
    """The clinic asked for, or the first there is. Raises NotFound or NotAllowed."""
    if clinic_id is not None:
        leave(actor, action, Subject(clinic_ids=frozenset({clinic_id})))
    places = places_for(actor, action)
    if clinic_id is None and not places:
        raise NotAllowed(f"You may not {action}.", action=action, subject=Subject())
    for place in places:
        if clinic_id in (None, place.id):
            return place
    raise NotFound("There is no such record.")
