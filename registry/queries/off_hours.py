"""Off hours: who does not work at a time, and what is booked then all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from registry.models import db
from registry.models.hours_on_record import HoursOnRecord, hours_on_record
from registry.queries.diary import Entry
from registry.queries.premises import Place
from registry.rules.days import days_later
from registry.rules.diary import Slot
from registry.rules.opening_hours import OpeningHours, lies_within
from registry.rules.vocabulary import KEEPS_ITS_SLOT
from registry.rules.working_hours import (
    LOOKED_AHEAD,
    Outside,
    closed_sentence,
    off_sentence,
    why_outside,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Of the clinics some appointments are at. `off`: by an appointment's number, why it is."""

    record: HoursOnRecord
    off: Mapping[int, str]

    def at(self, clinic_id: int) -> OpeningHours:
        return self.record.at(clinic_id)


def hours_beside(entries: Collection[Entry], clinic_ids: Iterable[int], first: date) -> Hours:
    """The hours of these clinics from that day on, and which entries lie outside. One statement."""
    days = [day for entry in entries for day in entry.days]
    until = days_later(max([first, *days]), LOOKED_AHEAD)
    asked = {*clinic_ids, *(entry.clinic_id for entry in entries)}
    record = hours_on_record(db.session(), asked, min([first, *days]), until)
    off = {entry.id: why for entry in entries if (why := _why_off(record, entry))}
    return Hours(record, off)


def hours_of(place: Place, day: date) -> HoursOnRecord:
    """Everybody's at a clinic from that day on, far enough to say when they work next."""
    return hours_between(place, day, day)


def hours_between(place: Place, first: date, last: date) -> HoursOnRecord:
    """The same of some days in a row. One statement."""
    return hours_on_record(db.session(), [place.id], first, days_later(last, LOOKED_AHEAD))


def does_not_work(hours: HoursOnRecord, place: Place, day: date, whom: tuple[int, str]) -> str:
    """In a sentence; "" where they work at some time of that day, or the clinic is closed."""
    opening, working = hours.at(place.id), hours.of(whom[0], place.id)
    if not opening.on(day) or working.on(day, opening.on(day)):
        return ""
    return off_sentence(whom[1], place.name, day, opening, working)


def is_closed(hours: HoursOnRecord, place: Place, slot: Slot) -> str:
    """That the clinic is, at some time of it, in a sentence; "" where it is open."""
    opening = hours.at(place.id)
    if lies_within(slot, place.zone, opening.on):
        return ""
    return closed_sentence(place.name, slot.days_in(place.zone)[0], opening)


def outside(hours: HoursOnRecord, place: Place, slot: Slot, whom: int) -> Outside | None:
    return why_outside(slot, place.zone, hours.at(place.id), hours.of(whom, place.id))


def is_off(hours: HoursOnRecord, place: Place, slot: Slot, whom: tuple[int, str]) -> str:
    """Why they have no working hours at that time, or the clinic none; "" where they have."""
    opening, working = hours.at(place.id), hours.of(whom[0], place.id)
    why = outside(hours, place, slot, whom[0])
    day, _ = slot.days_in(place.zone)
    if why is None:
        return ""
    if why is Outside.CLOSED:
        return closed_sentence(place.name, day, opening)
    return off_sentence(whom[1], place.name, day, opening, working)


def _why_off(record: HoursOnRecord, entry: Entry) -> str:
    if entry.state not in KEEPS_ITS_SLOT:  # nobody need move it any more
        return ""
    place = Place(entry.clinic_id, entry.clinic, "", entry.zone)
    slot = Slot(entry.starts_at, entry.ends_at)
    return is_off(record, place, slot, (entry.practitioner_id, entry.practitioner))
