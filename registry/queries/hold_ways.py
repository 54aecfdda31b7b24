"""Ways to settle a hold: what would go through for one appointment, the best first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, islice

from registry.queries.free_starts import Start
from registry.queries.hand_over import Handing, Taker, Trial
from registry.queries.nearby import day_at, nearest_of, room_for
from registry.queries.restoring import AsItStands
from registry.queries.standing_work import Work
from registry.queries.treatments import TreatmentLine, standard_of
from registry.rules.holds import Settling
from registry.rules.languages import language_name
from registry.rules.series import same_time_on
from registry.rules.vocabulary import Treatment

#: Other times are looked for on so many days, its own the first.
DAYS_LOOKED_AT = 11
MOST_TIMES = 3
OTHER_KINDS = tuple(kind for kind in Treatment if kind is not Treatment.NEEDLING)


@dataclass(frozen=True, slots=True)
class Way:
    """What would become of it, in words too; what is None stays as it is."""

    settling: Settling
    words: str
    practitioner_id: int | None = None
    starts_at: datetime | None = None
    room_id: int | None = None
    treatment_type_id: int | None = None

    @property
    def keeps_time(self) -> bool:
        """Its patient need not be asked whether they can come."""
        return self.settling in (Settling.RESTORE, Settling.GIVE)


CANCELLED = Way(Settling.CANCEL, "Cancel it")


def restoring(work: Work, stands: AsItStands) -> Iterator[Way]:
    """Also where its practitioner must be asked first."""
    if stands.ground_back and not (stands.passed or stands.outside or stands.forbids):
        yield Way(Settling.RESTORE, f"Restore it with {work.practitioner}")


def giving(handing: Handing | None) -> Iterator[Way]:
    for taker in handing.takers if handing else ():
        yield Way(Settling.GIVE, f"Give to {_described(taker)}", taker.id)


def moving(trial: Trial, work: Work, now: datetime) -> list[Way]:
    """
    With its own practitioner where they may on another day, then with others: who knows the
    patient, then who speaks their language.
    """
    own = work.pattern.practitioner_id
    theirs = islice(_starts(trial, work, [own], now), MOST_TIMES)
    others = [who for who in trial.cover.names if who != own]
    knows = (trial.known or {}).get(work.pattern.patient_id, ())
    language = work.pattern.language
    others.sort(key=lambda who: (who not in knows, not trial.cover.speaks(who, language)))
    return list(chain(theirs, islice(_starts(trial, work, others, now), MOST_TIMES)))


def converting(
    trial: Trial, work: Work, stands: AsItStands, types: Collection[TreatmentLine]
) -> Iterator[Way]:
    """To what needs no privilege, at the same time with the same practitioner, one of each kind."""
    pattern, slot = work.pattern, work.pattern.slot
    days = slot.days_in(trial.place.zone)
    if stands.for_no_treatment or not trial.cover.works(pattern.practitioner_id, days):
        return
    for kind in OTHER_KINDS:
        line = standard_of(kind, types, days[1])
        if kind is pattern.treatment or line is None or not line.is_offered_on(days[1]):
            continue
        other = replace(pattern, treatment=kind, needs=line.needs, sites=())
        booked = [b for b in trial.taken.during(line.needs.busy(slot)) if b.id != pattern.id]
        room = room_for(trial.place, other, slot, booked)
        if room and all(b.practitioner_id != pattern.practitioner_id for b in booked):
            words = f"{line.name} instead, with {work.practitioner}"
            yield Way(Settling.CONVERT, words, None, None, room.id, line.id)


def days_around(own_day: date, today: date) -> list[date]:
    """The days on which another time is looked for: its own, if that is still to come, and on."""
    first = max(own_day, today)
    return [first + timedelta(days=n) for n in range(DAYS_LOOKED_AT)]


def _starts(trial: Trial, work: Work, people: Collection[int], now: datetime) -> Iterator[Way]:
    """Day by day, each person's nearest start to its own time of the day."""
    pattern, place = work.pattern, trial.place
    own_day, _ = pattern.slot.days_in(place.zone)
    for day in days_around(own_day, place.today(now)):
        able = [who for who in people if _may_on(trial, work, who, day)]
        if not able:
            continue
        at = day_at(place, pattern, day, trial.taken, trial.hours, now)
        around = same_time_on(day, pattern.slot, place.zone).around
        for who in able:
            whose = replace(pattern, practitioner_id=who)
            for start in _nearest(nearest_of(at, whose, around, trial.taken, who), around):
                yield _moved(trial, work, start, who, day)


def _nearest(starts: Iterable[Start], around: datetime) -> list[Start]:
    return sorted(starts, key=lambda start: abs(start.starts_at - around))[:1]


def _may_on(trial: Trial, work: Work, who: int, day: date) -> bool:
    days = (day, day)
    return trial.cover.works(who, days) and trial.cover.may(who, work.pattern.sites, days)


def _moved(trial: Trial, work: Work, start: Start, who: int, day: date) -> Way:
    clock = f"{start.starts_at.astimezone(trial.place.zone):%H:%M}"
    words = f"{day:%a} {day.day} {day:%B}, {clock}, {trial.cover.names[who]}"
    if trial.cover.speaks(who, work.pattern.language):
        words += f" (speaks {language_name(work.pattern.language)})"
    return Way(Settling.MOVE, words, who, start.starts_at, start.room.id)


def _described(taker: Taker) -> str:
    told = ["knows them"] if taker.known else []
    told += [f"speaks {taker.speaks}"] if taker.speaks else []
    told += [] if taker.known else [f"{taker.booked} that day"]
    return f"{taker.name} ({', '.join(told)})"
