"""Handing over: for each appointment of somebody who is away, who may take it and is free then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from registry.leave import require
from registry.models.hours_on_record import HoursOnRecord
from registry.queries.contraindications import notes_of_patients
from registry.queries.cover import Cover, cover_of
from registry.queries.nearby import fit_rooms
from registry.queries.off_hours import hours_between, is_closed, is_off
from registry.queries.premises import Place
from registry.queries.standing_work import Work
from registry.queries.taken import Booked, Taken, taken_on
from registry.rules.access import Action, Actor, Subject
from registry.rules.contraindications import Note, forbidden_sentence, forbidding, uncleared
from registry.rules.days import Span
from registry.rules.diary import Slot
from registry.rules.findings import Finding
from registry.rules.languages import language_name
from registry.rules.openings import grid_of
from registry.rules.wording import count, every


class Taker(NamedTuple):
    """
    `known`: has treated this patient before. `speaks`: their language, where that is not
    everybody's. `booked`: how many they have that day.
    """

    id: int
    name: str
    known: bool = False
    booked: int = 0
    speaks: str = ""


@dataclass(frozen=True, slots=True)
class Handing:
    """
    `takers` may and are free, the proposed one first; without any, `reasons` say why not.

    Whoever takes it must be asked about `to_clear` before they needle the patient.
    """

    work: Work
    takers: tuple[Taker, ...] = ()
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    to_clear: tuple[Note, ...] = ()


def takers_of(
    actor: Actor, place: Place, work: Sequence[Work], only: int | None = None
) -> list[Handing]:
    """
    In the order of the work; `only` asks of one colleague, otherwise of everybody there.

    Nobody is proposed for two things at once. Eight statements, and two more for the one colleague
    who may not.
    """
    require(actor, Action.MOVE, Subject(frozenset({place.id})))
    if not work:
        return []
    days = sorted({day for one in work for day in one.pattern.slot.days_in(place.zone)})
    return trial_of(place, work, days, only).proposed(work, only)


def trial_of(
    place: Place, work: Sequence[Work], days: Sequence[date], only: int | None = None
) -> Trial:
    """
    All that is read to try who may take this work on these days, in order. Seven statements.

    Whoever calls it has asked leave for this clinic.
    """
    sites = sorted({site for one in work for site in one.pattern.sites})
    cover = cover_of(place, sites, Span(days[0], days[-1]), None if only is None else [only])
    return Trial(
        place,
        cover,
        taken_on(place, days, list(cover.names)),
        hours_between(place, days[0], days[-1]),
        notes_of_patients({one.pattern.patient_id for one in work if one.pattern.needles}),
    )


@dataclass
class Trial:
    """
    Who may take what. `known`: by patient, who has treated them before; those are asked first.

    Then whoever speaks the patient's language. With it, those with the least booked that day come
    before others.
    """

    place: Place
    cover: Cover
    taken: Taken
    hours: HoursOnRecord
    notes: Mapping[int, Collection[Note]]
    known: Mapping[int, Collection[int]] | None = None

    def proposed(self, work: Sequence[Work], only: int | None = None) -> list[Handing]:
        """Whatever has the fewest takers first, so that it is not left without any."""
        able = {one.pattern.id: self._able(one) for one in work}
        load = dict.fromkeys(self.cover.names, 0)
        found: dict[int, Handing] = {}
        for one in sorted(work, key=lambda each: len(able[each.pattern.id])):
            theirs = able[one.pattern.id]
            if barred := tuple(self._whoever_takes_it(one)):
                found[one.pattern.id] = Handing(one, reasons=barred)
                continue
            free = [who for who in theirs if self._is_free(who, one) and not self._off(who, one)]
            takers = self._ranked(one, free, load)
            if not takers:
                found[one.pattern.id] = self._without(one, theirs, only)
                continue
            load[takers[0].id] += 1
            found[one.pattern.id] = self._with(one, takers)
        return [found[one.pattern.id] for one in work]

    def _ranked(self, one: Work, free: Sequence[int], load: Mapping[int, int]) -> list[Taker]:
        """Who knows the patient, who speaks their language, then who has least."""
        names, knows, booked = self.cover.names, self._knows(one), load
        if self.known is not None:
            booked = self._booked_beside(one)
        takers = [
            Taker(who, names[who], who in knows, booked[who], self._in_common(who, one))
            for who in free
        ]
        return sorted(takers, key=lambda taker: (not taker.known, not taker.speaks, taker.booked))

    def _knows(self, one: Work) -> Collection[int]:
        return (self.known or {}).get(one.pattern.patient_id, ())

    def _in_common(self, who: int, one: Work) -> str:
        """The patient's language by name, if they speak it."""
        language = one.pattern.language
        return language_name(language) if self.cover.speaks(who, language) else ""

    def _booked_beside(self, one: Work) -> Counter[int]:
        """How many each has that day, with those that were proposed to them just now."""
        day, _ = one.pattern.slot.days_in(self.place.zone)
        grid = grid_of(day, self.place.zone)
        whole = Slot(grid.moment(0), grid.moment(grid.steps))
        return Counter(booked.practitioner_id for booked in self.taken.during(whole))

    def _with(self, one: Work, takers: Sequence[Taker]) -> Handing:
        pattern = one.pattern
        whose = (takers[0].id, pattern.room_id, pattern.patient_id)
        self.taken.add(Booked.as_of(pattern.slot, pattern.busy, pattern.id, *whose))
        left = uncleared(self._noted(one), (), takers[0].id, pattern.sites)
        return Handing(one, tuple(takers), to_clear=tuple(left))

    def _able(self, one: Work) -> list[int]:
        """Who may give it that day, free or not."""
        days = one.pattern.slot.days_in(self.place.zone)
        return [
            who
            for who in self.cover.names
            if who != one.pattern.practitioner_id
            and self.cover.works(who, days)
            and self.cover.may(who, one.pattern.sites, days)
        ]

    def _whoever_takes_it(self, one: Work) -> Iterator[str]:
        """What stays in its way with anybody: the day, its patient, its room."""
        pattern = one.pattern
        if closed := is_closed(self.hours, self.place, pattern.slot):
            yield closed
        if barred := forbidding(self._noted(one)):
            yield forbidden_sentence(pattern.whom, barred)
        if pattern.room_id not in {r.id for r in fit_rooms(self.place, pattern, pattern.slot)}:
            yield f"{one.room} is closed then, or not fit for it. Move it to another room first."

    def _noted(self, one: Work) -> Collection[Note]:
        """What was noted of the patient and matters for it."""
        return self.notes.get(one.pattern.patient_id, ()) if one.pattern.needles else ()

    def _is_free(self, who: int, one: Work) -> bool:
        return not any(
            booked.practitioner_id == who for booked in self.taken.during(one.pattern.busy)
        )

    def _off(self, who: int, one: Work) -> str:
        whom = (who, self.cover.names[who])
        return is_off(self.hours, self.place, one.pattern.slot, whom)

    def _without(self, one: Work, able: Collection[int], only: int | None) -> Handing:
        days, sites = one.pattern.slot.days_in(self.place.zone), one.pattern.sites
        if only is not None and only not in able:
            if only == one.pattern.practitioner_id:
                return Handing(one, reasons=("They have it already.",))
            if not self.cover.may(only, sites, days):
                missing = tuple(s for s in sites if not self.cover.may(only, (s,), days))
                found = self.cover.findings(only, missing, days)
                return Handing(one, (), (self.cover.sentence(only, sites, days),), found)
            return Handing(one, (), (self.cover.sentence(only, (), days),))
        return Handing(one, (), tuple(self._why_nobody(one, able)))

    def _why_nobody(self, one: Work, able: Collection[int]) -> Iterator[str]:
        off = {who: why for who in able if (why := self._off(who, one))}
        if taken := [self.cover.names[who] for who in able if who not in off]:
            are = "is" if len(taken) == 1 else "are"
            yield f"{every(taken)} may take it, but {are} not free then."
        yield from off.values()
        others = len(self.cover.names.keys() - {one.pattern.practitioner_id, *able})
        if others > 0:
            yield f"{count(others, 'other colleague')} may not give it on that day."
        elif not able:
            yield "Nobody else works there."
