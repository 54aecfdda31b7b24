"""Fitting: of many slots asked for at once, which fit, and every reason of those that do not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from registry.models.hours_on_record import HoursOnRecord
from registry.queries.contraindications import notes_of_patients
from registry.queries.cover import Cover, cover_of
from registry.queries.free_starts import Start
from registry.queries.nearby import fit_rooms, room_for, starts_nearby
from registry.queries.off_hours import hours_between, is_off
from registry.queries.patterns import Pattern
from registry.queries.premises import Place, RoomName
from registry.queries.taken import Booked, Taken, taken_on
from registry.queries.treatments import TreatmentLine, every_treatment
from registry.rules.contraindications import (
    Note,
    asking_sentence,
    forbidden_sentence,
    forbidding,
    uncleared,
)
from registry.rules.days import Span
from registry.rules.diary import FURTHEST_AHEAD, Slot
from registry.rules.findings import Finding
from registry.rules.same_booking import JustThis
from registry.rules.series import Occurrence
from registry.rules.wording import day_in_words


@dataclass(frozen=True, slots=True)
class Fit:
    """
    One date: `room` is the one it would have, None where it does not fit.

    `findings` are what the rules say, in full; `nearby` other starts with the same person. To
    book it, or one of these, `asked` must be known of the patient, and the practitioner asked about
    `to_clear`.
    """

    pattern: Pattern
    when: Occurrence
    practitioner: str
    room: RoomName | None = None
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    nearby: tuple[Start, ...] = ()
    already: bool = False
    asked: tuple[str, ...] = ()
    to_clear: tuple[Note, ...] = ()

    @property
    def fits(self) -> bool:
        return self.room is not None

    @property
    def alone(self) -> bool:
        """Something is to be said or asked first, which is of one appointment only."""
        return bool(self.asked or self.to_clear)

    @property
    def to_ask(self) -> str:
        """In a sentence; "" where nothing was noted that the practitioner is asked about."""
        words = (self.pattern.whom, self.practitioner, self.to_clear)
        return asking_sentence(*words) if self.to_clear else ""


Asked = Sequence[tuple[Pattern, Occurrence]]


def fitting(place: Place, asked: Asked, now: datetime) -> list[Fit]:
    """
    In the order asked; what is proposed keeps its place from what follows.

    Nine statements and one for each practitioner who may not, however many dates. Whoever calls
    it has asked leave for this clinic, and may see its patients' records.
    """
    if not asked:
        return []
    sites = sorted({site for pattern, _ in asked for site in pattern.sites})
    people = sorted({pattern.practitioner_id for pattern, _ in asked})
    days = sorted({when.day for _, when in asked})
    trial = _Trial(
        place,
        cover_of(place, sites, Span(days[0], days[-1] + timedelta(days=1)), people),
        taken_on(place, days, people),
        hours_between(place, days[0], days[-1]),
        {line.id: line for line in every_treatment()},
        notes_of_patients({pattern.patient_id for pattern, _ in asked if pattern.needles}),
        now,
    )
    return [trial.fit(pattern, when) for pattern, when in asked]


@dataclass
class _Trial:
    place: Place
    cover: Cover
    taken: Taken
    hours: HoursOnRecord
    types: Mapping[int, TreatmentLine]
    notes: Mapping[int, Collection[Note]]
    now: datetime

    def fit(self, pattern: Pattern, when: Occurrence) -> Fit:
        name = self.cover.names[pattern.practitioner_id]
        if when.slot is None:
            return self._misfit(pattern, when, (when.trouble,))
        slot = when.slot
        booked = list(self.taken.during(pattern.needs.busy(slot)))
        this = self._just_this(pattern, slot)
        if any(one.is_just(this) for one in booked):
            return Fit(pattern, when, name, reasons=("It is booked already.",), already=True)
        findings, reasons = self._of_the_rules(pattern, slot)
        all_day = [*reasons, *self._of_the_wish(pattern, slot)]
        others = [*self._of_the_time(pattern, slot), *self._of_people(pattern, slot, booked)]
        room = room_for(self.place, pattern, slot, booked)
        others += [] if room else [self._no_room(pattern, slot)]
        if room and not all_day and not others:
            return self._proposed(pattern, when, slot, room)
        if all_day:
            return Fit(pattern, when, name, None, (*all_day, *others), findings)
        return self._misfit(pattern, when, tuple(others))

    def _just_this(self, pattern: Pattern, slot: Slot) -> JustThis:
        """A page that is looked at again says that it is booked."""
        whose = (self.place.id, pattern.practitioner_id, pattern.patient_id)
        return JustThis(*whose, pattern.needs.type_id or 0, slot.starts_at, slot.ends_at)

    def _proposed(self, pattern: Pattern, when: Occurrence, slot: Slot, room: RoomName) -> Fit:
        who = pattern.practitioner_id
        whose = (who, room.id, pattern.patient_id)
        self.taken.add(Booked.as_of(slot, pattern.needs.busy(slot), 0, *whose))
        return self._with_what_is_asked(Fit(pattern, when, self.cover.names[who], room))

    def _misfit(self, pattern: Pattern, when: Occurrence, reasons: tuple[str, ...]) -> Fit:
        """Not then, but perhaps at another time of that day, where as much is asked."""
        nearby = self._nearby(pattern, when)
        name = self.cover.names[pattern.practitioner_id]
        fit = Fit(pattern, when, name, reasons=reasons, nearby=nearby)
        return self._with_what_is_asked(fit) if nearby else fit

    def _with_what_is_asked(self, fit: Fit) -> Fit:
        pattern, who = fit.pattern, fit.pattern.practitioner_id
        return replace(
            fit,
            asked=self.cover.asked(who, pattern.sites, fit.when.day),
            to_clear=tuple(uncleared(self._noted(pattern), (), who, pattern.sites)),
        )

    def _noted(self, pattern: Pattern) -> Collection[Note]:
        """What was noted of the patient and matters for it."""
        return self.notes.get(pattern.patient_id, ()) if pattern.needles else ()

    def _of_the_rules(self, pattern: Pattern, slot: Slot) -> tuple[tuple[Finding, ...], list[str]]:
        days, who, sites = slot.days_in(self.place.zone), pattern.practitioner_id, pattern.sites
        if self.cover.may(who, sites, days):
            return (), []
        missing = tuple(site for site in sites if not self.cover.may(who, (site,), days))
        found = self.cover.findings(who, missing, days)
        return found, [self.cover.sentence(who, sites, days)]

    def _of_the_wish(self, pattern: Pattern, slot: Slot) -> Iterator[str]:
        """What no other time of that day would change."""
        if barred := forbidding(self._noted(pattern)):
            yield forbidden_sentence(pattern.whom, barred)
        if slot.starts_at > self.now + FURTHEST_AHEAD:
            yield "That is more than two years ahead."
        offered = self.types[pattern.needs.type_id or 0]
        closed, last_day = offered.closed_from, slot.days_in(self.place.zone)[1]
        if closed is not None and closed <= last_day:
            yield f"{offered.name} is not offered from {day_in_words(closed)} on."

    def _of_the_time(self, pattern: Pattern, slot: Slot) -> Iterator[str]:
        if slot.starts_at < self.now:
            yield "This time has passed."
        whom = (pattern.practitioner_id, self.cover.names[pattern.practitioner_id])
        if off := is_off(self.hours, self.place, slot, whom):
            yield off

    def _of_people(self, pattern: Pattern, slot: Slot, booked: Iterable[Booked]) -> Iterator[str]:
        theirs = [one for one in booked if one.practitioner_id == pattern.practitioner_id]
        if theirs:
            yield f"{self.cover.names[pattern.practitioner_id]} is already booked then."
        if any(one.has(pattern.patient_id, slot) for one in booked):
            yield "The patient already has an appointment then."

    def _no_room(self, pattern: Pattern, slot: Slot) -> str:
        if fit_rooms(self.place, pattern, slot):
            return "No room is free then."
        return f"No room is fit for “{self.types[pattern.needs.type_id or 0].name}” then."

    def _nearby(self, pattern: Pattern, when: Occurrence) -> tuple[Start, ...]:
        if not self.cover.may(pattern.practitioner_id, pattern.sites, (when.day, when.day)):
            return ()
        return starts_nearby(self.place, pattern, when, self.taken, self.hours, self.now)
