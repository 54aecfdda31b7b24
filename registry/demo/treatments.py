"""What the demo offers: how long each takes, what is kept around it, and the gyms for exercise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from registry.demo.house import ROOMS, House
from registry.models import TreatmentType, db
from registry.rules.treatments import Needs
from registry.rules.vocabulary import Treatment
from registry.services.room_fitness import set_room_fitness
from registry.services.treatments import Terms, add_treatment, change_treatment

#: What the standard types are made into, each as first in its kind.
STANDARD = {
    Treatment.NEEDLING: Terms("Dry needling, follow-up", 30, 5, 10),
    Treatment.MANUAL_THERAPY: Terms("Manual therapy", 45, 0, 5),
    Treatment.EXERCISE: Terms("Exercise", 30, 0, 0, "In the gym only, where there is one."),
    Treatment.ASSESSMENT: Terms("Assessment", 45),
}
FIRST_VISIT = Terms("Dry needling, first visit", 60, 5, 10, "Consent is explained at length.")
#: From so many minutes on a needling of the demo is a first visit.
LONG = 60


class Offer:
    """The types of the demo: by kind, and whether it is a first visit."""

    def __init__(self, house: House, moments: Iterator[datetime]) -> None:
        self._of: dict[Treatment, Needs] = {}
        for kind, terms in STANDARD.items():
            number = db.session.scalars(
                select(TreatmentType.id).where(TreatmentType.kind == kind)
            ).one()
            change_treatment(
                actor=house.administrator,
                type_id=number,
                seen_version=1,
                terms=terms,
                closed_from=None,
                now=next(moments),
            )
            self._of[kind] = Needs(number, terms.preparation, terms.clean_up)
        first = add_treatment(
            actor=house.administrator,
            kind=Treatment.NEEDLING,
            terms=FIRST_VISIT,
            now=next(moments),
        )
        self._first = Needs(first, FIRST_VISIT.preparation, FIRST_VISIT.clean_up)
        self._keep_exercise_to_the_gyms(house, moments)

    def needs(self, kind: Treatment, minutes: int) -> Needs:
        is_first = kind is Treatment.NEEDLING and minutes >= LONG
        return self._first if is_first else self._of[kind]

    def rooms(self, house: House, clinic: str, kind: Treatment) -> list[int]:
        """Exercise has the gym where there is one, and it has the gym to itself."""
        named = dict(zip(house.rooms[clinic], ROOMS[clinic], strict=True))
        gyms = [room for room, name in named.items() if name == "Gym"]
        others = [room for room in named if room not in gyms]
        return gyms if gyms and kind is Treatment.EXERCISE else others

    def _keep_exercise_to_the_gyms(self, house: House, moments: Iterator[datetime]) -> None:
        exercise = {self._of[Treatment.EXERCISE].type_id or 0}
        every = {need.type_id or 0 for need in (*self._of.values(), self._first)}
        for clinic, names in ROOMS.items():
            for room, name in zip(house.rooms[clinic], names, strict=True):
                if "Gym" in names:
                    set_room_fitness(
                        actor=house.administrator,
                        clinic_id=house.clinics[clinic].id,
                        room_id=room,
                        fit_for=exercise if name == "Gym" else every - exercise,
                        seen=[],
                        now=next(moments),
                    )
