"""Where and what a booking asks for: the clinic, its room and the treatment, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound
from registry.rules.diary import Slot
from registry.rules.treatments import Needs, is_fit, standard_first
from registry.rules.vocabulary import Profession
from registry.rules.wording import day_in_words
from registry.services.booking_questions import PLACE

#: What a booking says of it.
NAMED_IN_PLACE = (
    "clinic_id",
    "room_id",
    "practitioner_id",
    "patient_id",
    "treatment",
    "treatment_type_id",
)


class Place(NamedTuple):
    """
    The clinic, and the names of who and what was asked for.

    `judging_anew`: its practitioners are being judged anew by rules that changed, and not all are.
    `is_its_own`: the appointment has had this type before.
    """

    zone: str
    jurisdiction: str
    clinic: str
    room: str
    room_closed_from: date | None
    room_fit_for: Sequence[int] | None
    practitioner: str
    patient: str
    profession: Profession
    judging_anew: bool
    type_id: int
    type_name: str
    preparation: int
    clean_up: int
    type_closed_from: date | None
    is_its_own: bool

    @property
    def needs(self) -> Needs:
        return Needs(self.type_id, self.preparation, self.clean_up)

    def last_day(self, slot: Slot) -> date:
        return slot.days_in(ZoneInfo(self.zone))[1]


def place_of(session: Session, asked: Mapping[str, object], slot: Slot) -> Place:
    """
    `asked` as named above, and `but`: the appointment to be changed, or 0. Raises NotFound.

    Where no type is asked for it is the standard one of that day.
    """
    places = [Place(*row) for row in session.execute(PLACE, asked)]
    if not places:
        raise NotFound("There is no such clinic, room, practitioner, patient or treatment.")
    day = places[0].last_day(slot)
    return min(places, key=lambda one: standard_first(one.type_id, one.type_closed_from, day))


def refuse_not_offered(place: Place, last_day: date) -> None:
    """What has the type already may still be moved: it was promised."""
    closed = place.type_closed_from
    if closed is not None and closed <= last_day and not place.is_its_own:
        raise BadInput(
            f"{place.type_name} is not offered from {day_in_words(closed)} on. "
            "Choose another treatment.",
            field="treatment",
        )


def refuse_room(place: Place, last_day: date) -> None:
    closed = place.room_closed_from
    if closed is not None and closed <= last_day:
        raise BadInput(
            f"{place.room} is closed from {day_in_words(closed)} on. Choose another room.",
            field="room_id",
        )
    if not is_fit(place.room_fit_for or (), place.type_id):
        raise BadInput(
            f"{place.room} is not fit for “{place.type_name}”. Choose another room.",
            field="room_id",
        )
