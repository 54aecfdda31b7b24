"""Chosen: whom, when and where somebody came to book, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.errors import BadInput
from registry.queries.colleagues import Colleague
from registry.queries.fitting import Fit, fitting
from registry.queries.patients import PatientName
from registry.queries.patterns import Pattern
from registry.queries.premises import Place
from registry.rules.diary import Slot
from registry.rules.series import Occurrence
from registry.web.asked import asked_text, record_number
from registry.web.schedule.forms import WhoAndWhenForm, WishForm
from registry.web.schedule.times import typed_moment

CHOSEN = ("practitioner_id", "time", "room_id")


@dataclass(frozen=True, slots=True)
class ChosenPlace:
    """`trouble`: what the clock says against it, and then nothing else was looked at."""

    practitioner_id: int
    practitioner: str
    time: str
    room: str
    fit: Fit | None
    trouble: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.fit.reasons if self.fit else (self.trouble,)

    @property
    def other_room(self) -> bool:
        """The one that was chosen cannot be had, and another can."""
        room = self.fit.room if self.fit else None
        return bool(room and self.room and room.name != self.room)


def chosen_before() -> dict[str, str]:
    """From the address, as the board and the search fill it in. Raises BadInput."""
    return {name: asked for name in CHOSEN if (asked := asked_text(name))}


def chosen_place(
    place: Place,
    wish: WishForm,
    choice: WhoAndWhenForm,
    patient: PatientName,
    people: Iterable[Colleague],
    now: datetime,
) -> ChosenPlace | None:
    """
    None unless somebody of these and a time were chosen.

    Ten statements. Whoever calls it has asked leave to book at this clinic.
    """
    number = record_number(choice.practitioner_id.data or "")
    whom = next((one for one in people if one.id == number), None)
    time, room_id = choice.time.data or "", record_number(choice.room_id.data or "") or 0
    if whom is None or not time:
        return None
    room = next((one.name for one in place.rooms if one.id == room_id), "")
    day = wish.day.data or date.max
    try:
        starts = typed_moment(day, time, place.zone)
    except BadInput as wrong:
        return ChosenPlace(whom.id, whom.name, time, room, None, wrong.message)
    slot = Slot(starts, starts + timedelta(minutes=int(wish.minutes.number or 0)))
    pattern = Pattern(
        id=0,
        practitioner_id=whom.id,
        patient_id=patient.id,
        patient=patient.name,
        room_id=room_id,
        treatment=wish.what.kind,
        needs=wish.what.needs,
        sites=wish.sites,
        slot=slot,
        busy=wish.what.needs.busy(slot),
    )
    [fit] = fitting(place, [(pattern, Occurrence(day, starts, slot))], now)
    return ChosenPlace(whom.id, whom.name, time, room, fit)
